package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.RunningStore;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Who dies while a channel's messages are in pages that both ends share, and what is left. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class ChannelDeathTest {
  private static final Duration FOREVER = Duration.ofMillis(-1);
  private static final List<Everything> SMALL = Everything.list(5, 10);

  @TempDir Path folder;

  @Test
  void aReceiverThatDiesHoldingBlocksLeavesNothing() throws Exception {
    try (RunningStore store = new RunningStore(32 << 20);
        ServerSocketChannel server = listen()) {
      try (OtherJvm other = start("hold", store.socket());
          SocketChannel channel = server.accept()) {
        ObjectSender out =
            ObjectChannel.sender(store.dataframes(), Channels.newOutputStream(channel), 8, FOREVER);
        IOException gone =
            assertThrows(
                IOException.class,
                () -> {
                  // It takes four and dies: eight more find room, the next must not wait for ever.
                  for (int i = 0; i < 100; i++) {
                    out.send(OtherRecordProcess.CODEC, SMALL);
                  }
                });
        assertNotNull(gone.getMessage());
        assertEquals("held=4", other.line());
        assertThrows(IllegalStateException.class, () -> out.send(OtherRecordProcess.CODEC, SMALL));
        out.close();
      }
      await("the dead receiver's pages to be gone", () -> store.client().stats().sharedBytes());
      await("the dead receiver's objects to be gone", () -> store.client().stats().used());
      assertEquals(0, store.pins());
    }
  }

  @Test
  void whatASenderHadPublishedBeforeItDiedIsReceived() throws Exception {
    try (RunningStore store = new RunningStore(32 << 20);
        ServerSocketChannel server = listen()) {
      try (OtherJvm other = start("send", store.socket());
          SocketChannel channel = server.accept();
          ObjectReceiver in = ObjectChannel.receiver(store.dataframes(), channel)) {
        in.receive(OtherRecordProcess.CODEC).close();
        assertEquals("sent=9", other.line());
        List<RecordList<Everything>> got = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
          RecordList<Everything> list = in.receive(OtherRecordProcess.CODEC);
          assertNotNull(list);
          assertEquals(i, list.size());
          got.add(list);
        }
        assertThrows(EOFException.class, () -> in.receive(OtherRecordProcess.CODEC));
        assertThrows(EOFException.class, () -> in.receive(OtherRecordProcess.CODEC));
        assertEquals(Everything.list(5, 8), List.copyOf(got.getLast()));
        got.forEach(RecordList::close);
      }
      await("the dead sender's pages to be gone", () -> store.client().stats().sharedBytes());
      await("the dead sender's objects to be gone", () -> store.client().stats().used());
      assertEquals(0, store.pins());
    }
  }

  @Test
  @SuppressWarnings("try") // who ends early is what is tested
  void smallMessagesTravelOnWhenTheStoreIsKilled() throws Exception {
    Path socket = folder.resolve("store");
    Path directory = Path.of("/dev/shm", "plasma-test-channel-" + ProcessHandle.current().pid());
    try (OtherJvm first = startStore(socket, directory);
        BufferAllocator allocator = new RootAllocator();
        PlasmaClient client = PlasmaClient.connect(socket);
        ServerSocketChannel server = listen();
        SocketChannel from = SocketChannel.open(server.getLocalAddress());
        SocketChannel to = server.accept()) {
      ArrowClient dataframes = ArrowClient.over(client, allocator);
      try (ObjectSender out = ObjectChannel.sender(dataframes, from);
          ObjectReceiver in = ObjectChannel.receiver(dataframes, to)) {
        exchange(out, in, 10);
        exchange(out, in, 10);
        first.kill();
        for (int i = 1; i < 200; i++) {
          exchange(out, in, 1 + i % 10);
        }
        try (OtherJvm second = startStore(socket, directory)) {
          // Too large for a block: it passes through the store that took over.
          exchange(out, in, 5_000);
          exchange(out, in, 10);
          out.close();
          assertNull(in.receive());
          assertEquals(0, client.stats().used());
          client.close();
          second.end();
        }
      }
    }
    assertTrue(Files.notExists(directory));
  }

  @Test
  void aSenderThatWaitsForRoomHearsThatTheReceiverHasGone() throws Exception {
    try (RunningStore store = new RunningStore(32 << 20);
        ServerSocketChannel server = listen();
        SocketChannel from = SocketChannel.open(server.getLocalAddress());
        SocketChannel to = server.accept()) {
      ObjectSender out =
          ObjectChannel.sender(store.dataframes(), Channels.newOutputStream(from), 1, FOREVER);
      ObjectReceiver in = ObjectChannel.receiver(store.dataframes(), to);
      exchange(out, in, 1);
      out.send(OtherRecordProcess.CODEC, SMALL);
      in.close();
      assertThrows(IOException.class, () -> out.send(OtherRecordProcess.CODEC, SMALL));
      assertEquals(1, out.untaken());
      out.close();
      assertEquals(0, store.client().stats().sharedBytes());
    }
  }

  @Test
  void aSenderThatWaitsForASlowReceiverGivesUpInTime() throws Exception {
    try (RunningStore store = new RunningStore(32 << 20);
        ServerSocketChannel server = listen();
        SocketChannel from = SocketChannel.open(server.getLocalAddress());
        SocketChannel to = server.accept()) {
      ObjectSender out =
          ObjectChannel.sender(
              store.dataframes(), Channels.newOutputStream(from), 1, Duration.ofMillis(50));
      ObjectReceiver in = ObjectChannel.receiver(store.dataframes(), to);
      exchange(out, in, 1);
      out.send(OtherRecordProcess.CODEC, SMALL);
      PlasmaException e =
          assertThrows(PlasmaException.class, () -> out.send(OtherRecordProcess.CODEC, SMALL));
      assertEquals(ErrorCode.TIMED_OUT, e.code());
      assertTrue(e.getMessage().contains("untaken=1 limit=1 timeoutMillis=50"), e.getMessage());
      in.receive(OtherRecordProcess.CODEC).close();
      exchange(out, in, 2);
      out.close();
      assertNull(in.receive());
      in.close();
    }
  }

  private static void exchange(ObjectSender out, ObjectReceiver in, int rows) throws Exception {
    List<Everything> sent = Everything.list(5, rows);
    out.send(OtherRecordProcess.CODEC, sent);
    try (RecordList<Everything> got = in.receive(OtherRecordProcess.CODEC)) {
      assertNotNull(got);
      assertEquals(rows, got.size());
      assertEquals(sent.getLast(), got.getLast());
    }
  }

  private ServerSocketChannel listen() throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(folder.resolve("channel")));
  }

  private OtherJvm start(String verb, Path store) throws IOException {
    return OtherJvm.start(folder, verb, store.toString(), folder.resolve("channel").toString());
  }

  private OtherJvm startStore(Path socket, Path directory) throws Exception {
    Path out = Files.createTempDirectory(folder, "store");
    OtherJvm store = OtherJvm.start(out, "store", socket.toString(), directory.toString());
    store.awaitLine("ready");
    return store;
  }

  private static void await(String what, LongSupplier bytes) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (bytes.getAsLong() > 0) {
      assertTrue(System.nanoTime() < deadline, () -> "waited in vain for " + what);
      Thread.onSpinWait();
    }
  }
}
