package io.plasmastore.arrow.records;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.SharedPages;
import io.plasmastore.arrow.ArrowObject;
import io.plasmastore.arrow.InvalidArrowDataException;
import io.plasmastore.arrow.RunningStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.StreamCorruptedException;
import java.lang.foreign.MemorySegment;
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
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Small messages, which lie in pages that both ends share. */
@Timeout(120)
class ChannelQueueTest {
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
    assertEquals(0, store.client().stats().sharedBytes());
    store.close();
  }

  @Test
  @SuppressWarnings("try") // who ends early is what is tested
  void smallMessagesAskNobodyOnceBothEndsShareTheirPages() throws Exception {
    PipedInputStream pipe = new PipedInputStream();
    try (ObjectSender out = sender(new PipedOutputStream(pipe));
        ObjectReceiver in = ObjectChannel.receiver(store.dataframes(), pipe)) {
      out.send(BLOBS, blobs(1, 1));
      in.receive(BLOBS).close();
      assertEquals(ChannelLayout.SIZE, store.client().stats().sharedBytes());
      // The first went through the store, and is let go of.
      assertEquals(0, out.untaken());
      long before = requests();
      for (int i = 0; i < 100; i++) {
        out.send(BLOBS, blobs(3, i));
        assertEquals(1, out.untaken());
        try (RecordList<Blob> got = in.receive(BLOBS)) {
          assertEquals(0, out.untaken());
          assertEquals(3, got.size());
          assertEquals(i, got.get(2).bytes().length);
        }
      }
      assertEquals(before, requests());
      assertEquals(0, store.client().stats().used());
      out.close();
      assertNull(in.receive());
    }
    assertEquals(0, store.client().stats().sharedBytes());
  }

  @Test
  void whatIsTooLargeOrFindsNoBlockKeepsItsPlaceInTheOrder() throws Exception {
    PipedInputStream pipe = new PipedInputStream();
    int held = ChannelLayout.BLOCK_COUNT + 4;
    try (ObjectSender out = sender(new PipedOutputStream(pipe));
        ObjectReceiver in = ObjectChannel.receiver(store.dataframes(), pipe)) {
      out.send(BLOBS, blobs(1, 1));
      in.receive(BLOBS).close();
      List<RecordList<Blob>> kept = new ArrayList<>();
      for (int i = 0; i < held; i++) {
        out.send(BLOBS, blobs(i + 1, i == 3 ? ChannelLayout.BLOCK_SIZE : 10));
        RecordList<Blob> got = in.receive(BLOBS);
        assertNotNull(got);
        kept.add(got);
      }
      // Of these one was too large, and three found that the receiver held every block.
      assertEquals(4, store.client().list().count());
      for (int i = 0; i < held; i++) {
        assertEquals(i + 1, kept.get(i).size());
        assertEquals(i, kept.get(i).get(i).id());
      }
      // They come back in any order, and what is closed twice comes back once.
      for (int i = held - 1; i >= 0; i -= 2) {
        kept.get(i).close();
        kept.get(i).close();
      }
      assertEquals(0, out.untaken());
      long before = requests();
      // Of the ten that came back three were objects.
      for (int i = 0; i < 7; i++) {
        out.send(BLOBS, blobs(2, 2));
        kept.add(in.receive(BLOBS));
      }
      assertEquals(before, requests());
      kept.forEach(RecordList::close);
      assertEquals(0, out.untaken());
    }
  }

  @Test
  void aBlockIsHeldByEveryRootAndBufferAndOutlivesTheReceiver() throws Exception {
    PipedInputStream pipe = new PipedInputStream();
    ArrowBuf buffer;
    VectorSchemaRoot batch;
    try (ObjectSender out = sender(new PipedOutputStream(pipe));
        VectorSchemaRoot root = numbers(5)) {
      ObjectReceiver in = ObjectChannel.receiver(store.dataframes(), pipe);
      out.send(root);
      in.receive().close();
      out.send(root);
      try (ArrowObject object = in.receive()) {
        batch = object.batch(0);
      }
      buffer = batch.getVector("n").getDataBuffer();
      buffer.getReferenceManager().retain();
      in.close();
    }
    batch.close();
    // The sender is gone, and so is the receiver: what was received is there.
    assertEquals(4, buffer.getLong(4 * Long.BYTES));
    assertEquals(ChannelLayout.SIZE, store.client().stats().sharedBytes());
    buffer.close();
    assertEquals(0, store.client().stats().sharedBytes());
    assertEquals(0, store.allocator().getAllocatedMemory());
  }

  @Test
  @SuppressWarnings("try") // who ends early is what is tested
  void aReceiverThatSleepsIsWokenWhetherItSpinsOrNot() throws Exception {
    for (Duration spin :
        List.of(Duration.ZERO, ObjectChannel.DEFAULT_SPIN, Duration.ofSeconds(1))) {
      Path path = folder.resolve("socket");
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
          ExecutorService threads = Executors.newSingleThreadExecutor()) {
        server.bind(UnixDomainSocketAddress.of(path));
        SocketChannel from = SocketChannel.open(UnixDomainSocketAddress.of(path));
        SocketChannel to = server.accept();
        Future<Integer> echo = threads.submit(() -> echo(to, spin));
        try (ObjectSender out = ObjectChannel.sender(store.dataframes(), from);
            ObjectReceiver in =
                ObjectChannel.receiver(store.dataframes(), Channels.newInputStream(from), spin)) {
          for (int i = 0; i < 2_000; i++) {
            out.send(BLOBS, blobs(1 + i % 5, 10));
            try (RecordList<Blob> answer = in.receive(BLOBS)) {
              assertEquals(1 + i % 5, answer.size());
            }
          }
          out.close();
        }
        assertEquals(2_000, echo.get(50, TimeUnit.SECONDS));
      } finally {
        Files.deleteIfExists(path);
      }
    }
  }

  @Test
  void aChannelDoesWithoutPagesThatTheStoreHasNot() throws Exception {
    long all = store.client().stats().capacity() / 8;
    try (SharedPages taken = store.client().sharedPages(ObjectId.random(), all)) {
      assertEquals(all, taken.size());
      PipedInputStream pipe = new PipedInputStream();
      try (ObjectSender out = sender(new PipedOutputStream(pipe));
          ObjectReceiver in = ObjectChannel.receiver(store.dataframes(), pipe)) {
        for (int i = 0; i < 3; i++) {
          long before = requests();
          out.send(BLOBS, blobs(3, 10));
          assertEquals(i == 0 ? 2 : 1, requests() - before);
          try (RecordList<Blob> got = in.receive(BLOBS)) {
            assertEquals(3, got.size());
            assertEquals(0, out.untaken());
          }
        }
      }
    }
  }

  @Test
  void manyMayBeOnTheirWay() throws Exception {
    PipedInputStream pipe = new PipedInputStream();
    int limit = 3 * ChannelLayout.BLOCK_COUNT;
    try (ObjectSender out =
            ObjectChannel.sender(store.dataframes(), new PipedOutputStream(pipe), limit, SHORT);
        ObjectReceiver in = ObjectChannel.receiver(store.dataframes(), pipe)) {
      out.send(BLOBS, blobs(1, 1));
      in.receive(BLOBS).close();
      for (int round = 0; round < 50; round++) {
        for (int i = 1; i <= limit; i++) {
          out.send(BLOBS, blobs(i, 1));
          assertEquals(i, out.untaken());
        }
        assertThrows(PlasmaException.class, () -> out.send(BLOBS, blobs(1, 1)));
        for (int i = 1; i <= limit; i++) {
          try (RecordList<Blob> got = in.receive(BLOBS)) {
            assertEquals(i, got.size());
          }
        }
      }
    }
  }

  private int echo(SocketChannel channel, Duration spin) throws Exception {
    int count = 0;
    try (ObjectReceiver in =
            ObjectChannel.receiver(store.dataframes(), Channels.newInputStream(channel), spin);
        ObjectSender out = ObjectChannel.sender(store.dataframes(), channel)) {
      while (true) {
        try (RecordList<Blob> got = in.receive(BLOBS)) {
          if (got == null) {
            return count;
          }
          out.send(BLOBS, got);
          count++;
        }
      }
    }
  }

  /** A sender that writes what it likes into pages that it shares with a receiver. */
  private void assertRefuses(Class<? extends Exception> refusal, Consumer<MemorySegment> writes)
      throws Exception {
    ObjectId token = ObjectId.random();
    try (SharedPages pages = store.client().sharedPages(token, ChannelLayout.SIZE)) {
      MemorySegment part = pages.map(ChannelLayout.RECEIVER_SIZE, ChannelLayout.SENDER_SIZE, true);
      part.set(JAVA_LONG, ChannelLayout.MARK_OFFSET, ChannelLayout.MARK);
      writes.accept(part);
      part.set(JAVA_LONG, ChannelLayout.SENT_OFFSET, 1);
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      stream.writeBytes(ObjectChannel.HEADER);
      stream.writeBytes(token.toBytes());
      stream.write(ObjectChannel.QUEUE);
      stream.write(ObjectChannel.END);
      try (ObjectReceiver in =
          ObjectChannel.receiver(
              store.dataframes(), new ByteArrayInputStream(stream.toByteArray()))) {
        assertThrows(refusal, in::receive);
        assertNull(in.receive());
      }
      MemorySegment other = pages.map(0, ChannelLayout.RECEIVER_SIZE, false);
      assertEquals(1, other.get(JAVA_LONG, ChannelLayout.TAKEN_OFFSET));
    }
    assertEquals(0, store.allocator().getAllocatedMemory());
  }

  @Test
  void whatASenderShouldNotWriteIsRefused() throws Exception {
    assertRefuses(StreamCorruptedException.class, part -> {});
    assertRefuses(StreamCorruptedException.class, part -> message(part, 3, 0, 8));
    assertRefuses(
        StreamCorruptedException.class, part -> message(part, ChannelLayout.BLOCK, 16, 8));
    assertRefuses(
        StreamCorruptedException.class, part -> message(part, ChannelLayout.BLOCK, -1, 8));
    assertRefuses(
        StreamCorruptedException.class, part -> message(part, ChannelLayout.BLOCK, 0, -1));
    assertRefuses(
        StreamCorruptedException.class,
        part -> message(part, ChannelLayout.BLOCK, 0, ChannelLayout.BLOCK_SIZE + 1));
    assertRefuses(
        InvalidArrowDataException.class,
        part -> message(part, ChannelLayout.BLOCK, 15, ChannelLayout.BLOCK_SIZE));
    assertRefuses(
        InvalidArrowDataException.class,
        part -> {
          part.asSlice(ChannelLayout.BLOCKS_OFFSET).fill((byte) 0x7f);
          message(part, ChannelLayout.BLOCK, 0, 1000);
        });
    assertRefuses(PlasmaException.class, part -> message(part, ChannelLayout.OBJECT, 1, 2));
  }

  private static void message(MemorySegment part, int kind, int block, int length) {
    long offset = ChannelLayout.messageOffset(0);
    part.set(JAVA_INT, offset + ChannelLayout.KIND_OFFSET, kind);
    part.set(JAVA_INT, offset + ChannelLayout.BLOCK_OFFSET, block);
    part.set(JAVA_INT, offset + ChannelLayout.LENGTH_OFFSET, length);
  }

  @Test
  void whoHasHeardTheEndHoldsNoPages() throws Exception {
    PipedInputStream pipe = new PipedInputStream();
    ObjectReceiver in = ObjectChannel.receiver(store.dataframes(), pipe);
    ObjectSender out = sender(new PipedOutputStream(pipe));
    out.send(BLOBS, blobs(1, 1));
    in.receive(BLOBS).close();
    out.send(BLOBS, blobs(1, 1));
    RecordList<Blob> last = in.receive(BLOBS);
    assertNotNull(last);
    out.close();
    assertNull(in.receive());
    assertNull(in.receive());
    assertEquals(1, last.get(0).bytes().length);
    last.close();
    assertEquals(0, store.client().stats().sharedBytes());
  }

  @Test
  void pagesOfNoSenderAreLeftAlone() throws Exception {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.writeBytes(ObjectChannel.HEADER);
    stream.writeBytes(ObjectId.random().toBytes());
    stream.write(ObjectChannel.QUEUE);
    ObjectReceiver in =
        ObjectChannel.receiver(store.dataframes(), new ByteArrayInputStream(stream.toByteArray()));
    assertThrows(StreamCorruptedException.class, in::receive);
    assertEquals(0, store.client().stats().sharedBytes());
  }

  private ObjectSender sender(OutputStream bytes) {
    return ObjectChannel.sender(store.dataframes(), bytes);
  }

  private long requests() {
    return store.client().stats().counters().get("requests");
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
