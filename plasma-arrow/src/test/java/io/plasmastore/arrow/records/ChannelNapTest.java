package io.plasmastore.arrow.records;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.SharedPages;
import io.plasmastore.arrow.RunningStore;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A receiver that waits for the sender's word before it sleeps in the stream. */
@Timeout(120)
class ChannelNapTest {
  /** Longer than any test may take: whoever is not woken from it is found out. */
  static final ChannelBell.Nap NEVER_OVER = new ChannelBell.Nap(TimeUnit.HOURS.toNanos(1), true);

  private static final ChannelBell.Nap USUAL =
      new ChannelBell.Nap(ChannelBell.Nap.DEFAULT.maxNanos(), true);

  private static final RecordCodec<Everything> CODEC = OtherRecordProcess.CODEC;
  private static final List<Everything> SMALL = Everything.list(5, 3);

  @TempDir Path folder;

  private RunningStore store;
  private ServerSocketChannel server;
  private SocketChannel from;
  private SocketChannel to;

  @BeforeEach
  void starts() throws Exception {
    store = new RunningStore(32 << 20);
    server =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(folder.resolve("channel")));
  }

  @AfterEach
  void leavesNothing() throws Exception {
    server.close();
    assertEquals(0, store.pins());
    assertEquals(0, store.client().stats().sharedBytes());
    store.close();
  }

  @Test
  @SuppressWarnings("try") // who ends early is what is tested
  void aMessageWakesWhoNaps() throws Exception {
    connect();
    try (ObjectSender out = ObjectChannel.sender(store.dataframes(), from);
        ObjectReceiver in = receiver(NEVER_OVER)) {
      exchange(out, in);
      FutureTask<Integer> received = start(() -> size(in));
      awaitNap(ProcessHandle.current().pid());
      out.send(CODEC, SMALL);
      assertEquals(3, received.get());
      // It goes on without the stream, which has nothing but the end for it.
      FutureTask<@Nullable Integer> end = start(() -> size(in));
      awaitNap(ProcessHandle.current().pid());
      out.close();
      assertNull(end.get());
    }
  }

  @Test
  @SuppressWarnings("try") // who ends early is what is tested
  void nothingIsMissedWhenANapEnds() throws Exception {
    connect();
    Random random = new Random(20261123);
    ChannelBell.Nap nap = new ChannelBell.Nap(100_000, true);
    int count = 2_000;
    try (SocketChannel back = SocketChannel.open(server.getLocalAddress());
        SocketChannel answers = server.accept();
        ObjectSender out = ObjectChannel.sender(store.dataframes(), from);
        ObjectReceiver in =
            new ObjectReceiver(
                store.dataframes(), Channels.newInputStream(answers), Duration.ZERO, nap)) {
      FutureTask<Integer> echo =
          start(
              () -> {
                int echoed = 0;
                try (ObjectReceiver request = receiver(nap);
                    ObjectSender answer = ObjectChannel.sender(store.dataframes(), back)) {
                  while (true) {
                    try (RecordList<Everything> list = request.receive(CODEC)) {
                      if (list == null) {
                        return echoed;
                      }
                      answer.send(CODEC, SMALL);
                      echoed++;
                    }
                  }
                }
              });
      for (int i = 0; i < count; i++) {
        // About as long as a nap, so that messages come while one begins, ends, and after it.
        LockSupport.parkNanos(i % 2 == 0 ? 0 : random.nextLong(2 * nap.maxNanos()));
        out.send(CODEC, SMALL);
        try (RecordList<Everything> answer = in.receive(CODEC)) {
          assertNotNull(answer);
        }
      }
      out.close();
      assertNull(in.receive());
      assertEquals(count, echo.get());
    }
  }

  @Test
  void aSenderThatIsKilledIsMissedAfterTheNap() throws Exception {
    try (OtherJvm other = startOther("wait")) {
      to = server.accept();
      try (ObjectReceiver in = receiver(USUAL)) {
        assertEquals(1, size(in));
        assertEquals(1, size(in));
        FutureTask<Integer> received = start(() -> size(in));
        other.kill();
        Exception e = assertThrows(Exception.class, received::get);
        assertEquals(EOFException.class, e.getCause().getClass());
      }
    }
    awaitNothingShared();
  }

  @Test
  void aReceiverThatIsKilledInItsNapHoldsUpNobody() throws Exception {
    try (OtherJvm other = startOther("nap")) {
      from = server.accept();
      ObjectSender out =
          ObjectChannel.sender(
              store.dataframes(),
              Channels.newOutputStream(from),
              ObjectChannel.DEFAULT_LIMIT,
              Duration.ofMillis(-1));
      out.send(CODEC, SMALL);
      while (out.untaken() > 0) {
        Thread.onSpinWait();
      }
      out.send(CODEC, SMALL);
      while (out.untaken() > 0) {
        Thread.onSpinWait();
      }
      awaitNap(other.pid());
      other.kill();
      // The first is rung for where nobody is; the second asks the stream.
      out.send(CODEC, SMALL);
      assertThrows(IOException.class, () -> out.send(CODEC, SMALL));
      out.close();
    }
    awaitNothingShared();
  }

  @Test
  void whoIsInterruptedLeavesItToTheStream() throws Exception {
    connect();
    try (ObjectSender out = ObjectChannel.sender(store.dataframes(), from);
        ObjectReceiver in = receiver(NEVER_OVER)) {
      exchange(out, in);
      FutureTask<Integer> received =
          start(
              () -> {
                Thread.currentThread().interrupt();
                return size(in);
              });
      Exception e = assertThrows(Exception.class, received::get);
      assertEquals(ClosedByInterruptException.class, e.getCause().getClass());
    }
  }

  @Test
  void whoIsInterruptedInANapHearsOfItAfterwards() throws Exception {
    connect();
    try (ObjectSender out = ObjectChannel.sender(store.dataframes(), from);
        ObjectReceiver in = receiver(USUAL)) {
      exchange(out, in);
      FutureTask<Integer> received = new FutureTask<>(() -> size(in));
      Thread thread = Thread.ofPlatform().start(received);
      thread.interrupt();
      Exception e = assertThrows(Exception.class, received::get);
      assertEquals(ClosedByInterruptException.class, e.getCause().getClass());
    }
  }

  @Test
  void aVirtualThreadSleepsInTheStreamAtOnce() throws Exception {
    assertSleepsAtOnce(1, Thread.ofVirtual(), NEVER_OVER);
  }

  @Test
  void nobodyNapsWhoseSenderCannotWakeHim() throws Exception {
    assertSleepsAtOnce(0, Thread.ofPlatform(), NEVER_OVER);
  }

  @Test
  void whoIsOnAnotherCoreThanTheSenderSleepsInTheStreamAtOnce() throws Exception {
    assertSleepsAtOnce(1, Thread.ofPlatform(), ChannelBell.Nap.DEFAULT);
  }

  /** A receiver of a sender that is nothing but its pages. */
  private void assertSleepsAtOnce(long wakes, Thread.Builder kind, ChannelBell.Nap nap)
      throws Exception {
    connect();
    ObjectId token = ObjectId.random();
    try (SharedPages pages = store.client().sharedPages(token, ChannelLayout.SIZE);
        ObjectReceiver in = receiver(nap)) {
      MemorySegment part = pages.map(ChannelLayout.RECEIVER_SIZE, ChannelLayout.SENDER_SIZE, true);
      part.set(JAVA_LONG, ChannelLayout.WAKES_OFFSET, wakes);
      part.set(JAVA_LONG, ChannelLayout.CORE_OFFSET, Integer.MAX_VALUE);
      part.set(JAVA_LONG, ChannelLayout.MARK_OFFSET, ChannelLayout.MARK);
      write(from, ObjectChannel.HEADER);
      write(from, token.toBytes());
      write(from, new byte[] {ObjectChannel.QUEUE});
      FutureTask<Integer> received = new FutureTask<>(() -> size(in));
      Thread unused = kind.start(received);
      MemorySegment other = pages.map(0, ChannelLayout.RECEIVER_SIZE, false);
      long first = awaitWord(other, ChannelLayout.SLEEP_OFFSET, word -> word != 0);
      assertEquals(ChannelBell.Sleep.SLEEPING.numbered(1), first);
      write(from, new byte[] {ObjectChannel.END});
      assertNull(received.get());
    }
  }

  @Test
  void whoOnlySaysThatItNapsIsRungForOnTheStream() throws Exception {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    try (ObjectSender out = ObjectChannel.sender(store.dataframes(), stream)) {
      out.send(CODEC, SMALL);
      ObjectId token = ObjectId.of(Arrays.copyOfRange(stream.toByteArray(), 8, 28));
      try (SharedPages pages = store.client().sharedPages(token, ChannelLayout.SIZE)) {
        MemorySegment part = pages.map(0, ChannelLayout.RECEIVER_SIZE, true);
        // A receiver that is nothing but its pages, and takes what came first.
        store.client().delete(ObjectId.of(Arrays.copyOfRange(stream.toByteArray(), 29, 49)));
        part.set(JAVA_LONG, ChannelLayout.ATTACHED_OFFSET, ChannelLayout.MARK);
        assertEquals("[2]", rings(out, stream, part, 0));
        assertEquals("[]", rings(out, stream, part, ChannelBell.Sleep.NAPPING.numbered(1)));
        assertEquals("[3]", rings(out, stream, part, ChannelBell.Sleep.NAPPING.numbered(1)));
        assertEquals("[]", rings(out, stream, part, ChannelBell.Sleep.NAPPING.numbered(1)));
        assertEquals("[]", rings(out, stream, part, ChannelBell.Sleep.NAPPING.numbered(3)));
        assertEquals("[3]", rings(out, stream, part, ChannelBell.Sleep.SLEEPING.numbered(5)));
        assertEquals("[]", rings(out, stream, part, ChannelBell.Sleep.SLEEPING.numbered(5)));
        assertEquals("[]", rings(out, stream, part, 3));
        part.set(JAVA_LONG, ChannelLayout.TAKEN_OFFSET, 8);
      }
    }
  }

  /** What is written to the stream for one message, where the receiver says that. */
  private static String rings(
      ObjectSender out, ByteArrayOutputStream stream, MemorySegment receiverPart, long sleep)
      throws Exception {
    receiverPart.set(JAVA_LONG, ChannelLayout.SLEEP_OFFSET, sleep);
    stream.reset();
    out.send(CODEC, SMALL);
    return Arrays.toString(stream.toByteArray());
  }

  private void connect() throws IOException {
    from = SocketChannel.open(server.getLocalAddress());
    to = server.accept();
  }

  private ObjectReceiver receiver(ChannelBell.Nap nap) {
    return new ObjectReceiver(store.dataframes(), Channels.newInputStream(to), Duration.ZERO, nap);
  }

  /** From then on messages are in the queue. */
  private static void exchange(ObjectSender out, ObjectReceiver in) throws Exception {
    for (int i = 0; i < 2; i++) {
      out.send(CODEC, SMALL);
      assertEquals(3, size(in));
    }
  }

  private static @Nullable Integer size(ObjectReceiver in) throws IOException {
    try (RecordList<Everything> list = in.receive(CODEC)) {
      return list == null ? null : list.size();
    }
  }

  private static <T> FutureTask<T> start(Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    Thread unused = Thread.ofPlatform().daemon().start(future);
    return future;
  }

  private OtherJvm startOther(String verb) throws IOException {
    return OtherJvm.start(
        folder, verb, store.socket().toString(), folder.resolve("channel").toString());
  }

  private static void write(SocketChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Waits until a thread of the process is in the call for a word that processes share. */
  private static void awaitNap(long pid) throws IOException {
    // futex, its address, FUTEX_WAIT: what the JVM itself does is private to the process.
    String call = System.getProperty("os.arch").equals("aarch64") ? "98" : "202";
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (true) {
      try (var threads = Files.newDirectoryStream(Path.of("/proc", "" + pid, "task"))) {
        for (Path thread : threads) {
          if (syscall(thread).matches(call + " 0x[0-9a-f]+ 0x0 .*")) {
            return;
          }
        }
      }
      assertTrue(System.nanoTime() < deadline, "waited in vain for a nap");
    }
  }

  private static String syscall(Path thread) throws IOException {
    try {
      return Files.readString(thread.resolve("syscall")).strip();
    } catch (NoSuchFileException e) {
      return ""; // it has ended
    }
  }

  private static long awaitWord(MemorySegment part, long offset, LongPredicate wanted) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (true) {
      long word = ChannelLayout.getAcquire(part, offset);
      if (wanted.test(word)) {
        return word;
      }
      assertTrue(System.nanoTime() < deadline, () -> "waited in vain for a word: found=" + word);
      Thread.onSpinWait();
    }
  }

  private void awaitNothingShared() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (store.client().stats().sharedBytes() > 0 || store.client().stats().used() > 0) {
      assertTrue(System.nanoTime() < deadline, "waited in vain for the dead one's memory");
      Thread.onSpinWait();
    }
  }
}
