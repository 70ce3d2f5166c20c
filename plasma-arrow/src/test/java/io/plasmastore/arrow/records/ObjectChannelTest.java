package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.ArrowObject;
import io.plasmastore.arrow.RunningStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.StreamCorruptedException;
import java.lang.invoke.MethodHandles;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Objects from hand to hand, and what is left when one of the hands is gone. */
@Timeout(120)
class ObjectChannelTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  record Blob(long id, byte[] bytes) {}

  private static final RecordCodec<Blob> BLOBS = RecordCodec.of(Blob.class, MethodHandles.lookup());

  @TempDir Path folder;

  private RunningStore store;

  @BeforeEach
  void startsAStore() throws Exception {
    store = new RunningStore(32 << 20);
  }

  @AfterEach
  void leavesNothing() throws Exception {
    assertEquals(0, store.pins());
    assertEquals(0, store.objects());
    store.close();
  }

  @Test
  void whatIsSentIsReceivedAndBelongsToTheReceiver() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectSender out = sender(bytes)) {
      out.send(BLOBS, blobs(3, 10));
      assertEquals(8 + 20 + 21, bytes.size());
      ObjectReceiver in = receiver(bytes.toByteArray());
      RecordList<Blob> got = in.receive(BLOBS);
      assertNotNull(got);
      // Nobody finds it any more, and it is there as long as it is held.
      assertEquals(0, out.untaken());
      assertEquals(3, got.size());
      assertEquals(2, got.get(2).id());
      got.close();
      assertEquals(0, store.client().stats().used());
    }
  }

  @Test
  void aReceiverThatHasEverythingNeedNotWaitForTheEnd() throws Exception {
    Path path = folder.resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      SocketChannel from = SocketChannel.open(UnixDomainSocketAddress.of(path));
      try (ObjectSender out = ObjectChannel.sender(store.dataframes(), from)) {
        out.send(BLOBS, blobs(1, 1));
        try (SocketChannel to = server.accept();
            ObjectReceiver in = ObjectChannel.receiver(store.dataframes(), to);
            RecordList<Blob> got = in.receive(BLOBS)) {
          assertEquals(1, got.size());
        }
      }
      assertFalse(from.isOpen());
    }
  }

  @Test
  void dataframesAndRecordsTravelTogether() throws Exception {
    try (PipedInputStream pipe = new PipedInputStream(1000);
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      PipedOutputStream end = new PipedOutputStream(pipe);
      Future<String> received = threads.submit(() -> receiveBoth(pipe));
      try (ObjectSender out = ObjectChannel.sender(store.dataframes(), end);
          VectorSchemaRoot root = numbers(5)) {
        out.send(root);
        out.send(BLOBS, blobs(4, 1));
      }
      assertEquals("rows=5 blobs=4", received.get(50, TimeUnit.SECONDS));
    }
  }

  private String receiveBoth(PipedInputStream pipe) throws IOException {
    ObjectReceiver in = ObjectChannel.receiver(store.dataframes(), pipe);
    try (ArrowObject dataframe = in.receive();
        RecordList<Blob> blobs = in.receive(BLOBS)) {
      String text = "rows=" + dataframe.rowCount() + " blobs=" + blobs.size();
      assertNull(in.receive());
      assertNull(in.receive(BLOBS));
      return text;
    }
  }

  /** The example of the class: two processes, a socket, and nothing left behind. */
  @Test
  void anotherJvmReceivesEverything() throws Exception {
    List<Everything> list = Everything.list(5, 100);
    withOtherJvm(
        "receive",
        Duration.ofSeconds(40),
        (out, other) -> {
          for (int i = 0; i < 20; i++) {
            out.send(OtherRecordProcess.CODEC, list);
          }
          out.close();
          assertEquals("lists=20 rows=2000", other.line());
        });
  }

  @Test
  void aReceiverThatDiesLeavesNothing() throws Exception {
    List<Everything> list = Everything.list(5, 10);
    withOtherJvm(
        "die",
        Duration.ofSeconds(2),
        (out, other) -> {
          for (int i = 0; i < 5; i++) {
            try {
              out.send(OtherRecordProcess.CODEC, list);
            } catch (IOException gone) {
              break;
            }
          }
          assertEquals("", other.line());
          // The socket says so, or the time is over: everything is released either way.
          assertThrows(Exception.class, out::close);
        });
    awaitEmpty();
  }

  @Test
  void aSenderThatDiesLeavesWhatCanStillBeReceived() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PlasmaClient client = PlasmaClient.connect(store.socket());
    try (BufferAllocator allocator = new RootAllocator()) {
      ObjectSender out = ObjectChannel.sender(ArrowClient.over(client, allocator), bytes);
      out.send(BLOBS, blobs(2, 100));
      out.send(BLOBS, blobs(2, 100));
      assertThrows(IllegalStateException.class, client::close);
      ObjectReceiver in = receiver(bytes.toByteArray());
      try (RecordList<Blob> first = in.receive(BLOBS);
          RecordList<Blob> second = in.receive(BLOBS)) {
        assertEquals(first.size(), second.size());
      }
      assertThrows(EOFException.class, () -> in.receive(BLOBS));
      // As the end of its process would.
      out.close();
    } catch (PlasmaException e) {
      assertEquals(ErrorCode.CLIENT_CLOSED, e.code());
    }
  }

  @Test
  void aSenderWaitsForAReceiverThatIsSlow() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ObjectSender out = ObjectChannel.sender(store.dataframes(), bytes, 2, SHORT);
    out.send(BLOBS, blobs(1, 1));
    out.send(BLOBS, blobs(1, 1));
    PlasmaException e = assertThrows(PlasmaException.class, () -> out.send(BLOBS, blobs(1, 1)));
    assertEquals(ErrorCode.TIMED_OUT, e.code());
    assertTrue(e.getMessage().contains("untaken=2 limit=2 timeoutMillis=50"), e.getMessage());
    ObjectReceiver in = receiver(bytes.toByteArray());
    in.receive(BLOBS).close();
    out.send(BLOBS, blobs(1, 1));
    assertEquals(2, out.untaken());
    // What nobody takes is deleted in the end.
    assertEquals(ErrorCode.TIMED_OUT, assertThrows(PlasmaException.class, out::close).code());
    out.close();
    assertThrows(IllegalStateException.class, () -> out.send(BLOBS, blobs(1, 1)));
  }

  @Test
  void aSenderWaitsForRoom() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ObjectSender out = ObjectChannel.sender(store.dataframes(), bytes, 100, Duration.ofSeconds(2));
    List<Blob> large = blobs(12, 1 << 20);
    out.send(BLOBS, large);
    out.send(BLOBS, large);
    PlasmaException e = assertThrows(PlasmaException.class, () -> out.send(BLOBS, large));
    assertEquals(ErrorCode.STORE_FULL, e.code());
    ObjectReceiver in = receiver(bytes.toByteArray());
    in.receive(BLOBS).close();
    out.send(BLOBS, large);
    in.receive(BLOBS).close();
    assertThrows(PlasmaException.class, out::close);
  }

  @Test
  void aStreamThatFailsEndsTheChannel() throws Exception {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int one) throws IOException {
            throw new IOException("no more");
          }
        };
    ObjectSender out = ObjectChannel.sender(store.dataframes(), broken);
    assertThrows(IOException.class, () -> out.send(BLOBS, blobs(1, 1)));
    assertThrows(IllegalStateException.class, () -> out.send(BLOBS, blobs(1, 1)));
    out.close();
  }

  @Test
  void recordsThatDoNotFitAreRefusedAndDeleted() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectSender out = sender(bytes)) {
      out.send(BLOBS, blobs(1, 1));
      ObjectReceiver in = receiver(bytes.toByteArray());
      assertThrows(SchemaMismatchException.class, () -> in.receive(OtherRecordProcess.CODEC));
    }
  }

  @Test
  void otherBytesAreRefused() {
    assertThrows(EOFException.class, () -> receiver(new byte[0]).receive());
    assertThrows(StreamCorruptedException.class, () -> receiver(new byte[30]).receive());
    byte[] earlier = Arrays.copyOf(ObjectChannel.HEADER, 30);
    earlier[7] = 1;
    StreamCorruptedException other =
        assertThrows(StreamCorruptedException.class, () -> receiver(earlier).receive());
    assertTrue(other.getMessage().startsWith("not the stream of a sender of this version"));
    byte[] wrong = Arrays.copyOf(ObjectChannel.HEADER, 30);
    wrong[28] = 7;
    assertThrows(StreamCorruptedException.class, () -> receiver(wrong).receive());
    byte[] queue = Arrays.copyOf(ObjectChannel.HEADER, 30);
    queue[28] = ObjectChannel.QUEUE;
    assertThrows(StreamCorruptedException.class, () -> receiver(queue).receive());
    byte[] bell = Arrays.copyOf(ObjectChannel.HEADER, 30);
    bell[28] = ObjectChannel.WAKE;
    assertThrows(StreamCorruptedException.class, () -> receiver(bell).receive());
    byte[] unknown = Arrays.copyOf(ObjectChannel.HEADER, 49);
    unknown[28] = ObjectChannel.OBJECT;
    PlasmaException e = assertThrows(PlasmaException.class, () -> receiver(unknown).receive(BLOBS));
    assertEquals(ErrorCode.OBJECT_NOT_FOUND, e.code());
    assertThrows(
        IllegalArgumentException.class,
        () -> ObjectChannel.sender(store.dataframes(), OutputStream.nullOutputStream(), 0, SHORT));
  }

  /** What is done with the sender while another JVM receives. */
  @FunctionalInterface
  private interface Exchange {
    void with(ObjectSender out, OtherJvm other) throws Exception;
  }

  private void withOtherJvm(String verb, Duration timeout, Exchange exchange) throws Exception {
    Path socket = folder.resolve("channel");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      try (OtherJvm other =
              OtherJvm.start(folder, verb, store.socket().toString(), socket.toString());
          SocketChannel channel = server.accept()) {
        OutputStream stream = Channels.newOutputStream(channel);
        exchange.with(ObjectChannel.sender(store.dataframes(), stream, 8, timeout), other);
      }
    } finally {
      Files.deleteIfExists(socket);
    }
  }

  private void awaitEmpty() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (store.client().stats().used() > 0) {
      assertTrue(System.nanoTime() < deadline, "the store never saw the other process end");
      Thread.onSpinWait();
    }
  }

  private ObjectSender sender(OutputStream bytes) {
    return ObjectChannel.sender(store.dataframes(), bytes);
  }

  private ObjectReceiver receiver(byte[] bytes) {
    return ObjectChannel.receiver(store.dataframes(), new ByteArrayInputStream(bytes));
  }

  private static List<Blob> blobs(int count, int size) {
    List<Blob> blobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blobs.add(new Blob(i, new byte[size]));
    }
    return Collections.unmodifiableList(blobs);
  }

  private VectorSchemaRoot numbers(int count) {
    BigIntVector vector = new BigIntVector("n", store.allocator());
    for (int i = 0; i < count; i++) {
      vector.setSafe(i, i);
    }
    vector.setValueCount(count);
    return VectorSchemaRoot.of(vector);
  }
}
