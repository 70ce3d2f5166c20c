package io.plasmastore.arrow.records;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.store.PlasmaStore;
import io.plasmastore.store.StoreOptions;
import java.lang.invoke.MethodHandles;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** What the tests run in a JVM of its own. Prints one line. */
final class OtherRecordProcess {
  static final RecordCodec<Everything> CODEC =
      RecordCodec.of(Everything.class, MethodHandles.lookup());

  private OtherRecordProcess() {}

  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("store")) {
      serve(Path.of(arguments[1]), Path.of(arguments[2]));
      return;
    }
    try (PlasmaClient client = PlasmaClient.connect(Path.of(arguments[1]));
        BufferAllocator allocator = new RootAllocator()) {
      ArrowClient dataframes = ArrowClient.over(client, allocator);
      System.out.println(
          switch (arguments[0]) {
            case "copy" ->
                copy(dataframes, ObjectId.fromHex(arguments[2]), ObjectId.fromHex(arguments[3]));
            case "receive" -> receive(dataframes, Path.of(arguments[2]));
            case "die" -> die(dataframes, Path.of(arguments[2]));
            case "hold" -> hold(dataframes, Path.of(arguments[2]));
            case "wait" -> await(dataframes, Path.of(arguments[2]));
            case "nap" -> nap(dataframes, Path.of(arguments[2]));
            case "send" -> send(dataframes, Path.of(arguments[2]));
            default -> throw new IllegalArgumentException(arguments[0]);
          });
    }
  }

  /** Gets records and puts them under another id, one by one. */
  private static String copy(ArrowClient dataframes, ObjectId id, ObjectId copyId)
      throws InterruptedException {
    RecordClient<Everything> records = CODEC.over(dataframes);
    try (RecordList<Everything> list = records.get(id, Duration.ofSeconds(30))) {
      records.put(copyId, List.copyOf(list));
      return "rows=" + list.size();
    }
  }

  /** Receives until the end. */
  private static String receive(ArrowClient dataframes, Path socket) throws Exception {
    long rows = 0;
    int lists = 0;
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        ObjectReceiver in = ObjectChannel.receiver(dataframes, channel)) {
      while (true) {
        try (RecordList<Everything> list = in.receive(CODEC)) {
          if (list == null) {
            break;
          }
          rows += List.copyOf(list).size();
          lists++;
        }
      }
    }
    return "lists=" + lists + " rows=" + rows;
  }

  /** Receives one list and is gone, with what it holds. */
  private static String die(ArrowClient dataframes, Path socket) throws Exception {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    ObjectReceiver in = ObjectChannel.receiver(dataframes, channel);
    var list = in.receive(CODEC);
    Runtime.getRuntime().halt(list == null ? 1 : 0);
    return "";
  }

  /** Receives four lists, three of them in blocks, and is gone, with what it holds. */
  @SuppressWarnings("SystemOut")
  private static String hold(ArrowClient dataframes, Path socket) throws Exception {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    ObjectReceiver in = ObjectChannel.receiver(dataframes, channel);
    int held = 0;
    while (held < 4 && in.receive(CODEC) != null) {
      held++;
    }
    System.out.println("held=" + held);
    System.out.flush();
    Runtime.getRuntime().halt(0);
    return "";
  }

  /** Sends one list, and when it is taken eight more, and is gone before these are. */
  @SuppressWarnings("SystemOut")
  private static String send(ArrowClient dataframes, Path socket) throws Exception {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    ObjectSender out = ObjectChannel.sender(dataframes, channel);
    out.send(CODEC, Everything.list(5, 1));
    while (out.untaken() > 0) {
      Thread.onSpinWait();
    }
    for (int i = 1; i <= 8; i++) {
      out.send(CODEC, Everything.list(5, i));
    }
    System.out.println("sent=9");
    System.out.flush();
    Runtime.getRuntime().halt(0);
    return "";
  }

  /** Sends two lists, one after the other is taken, and does nothing until it is killed. */
  @SuppressWarnings("try") // it is there, and that is all
  private static String await(ArrowClient dataframes, Path socket) throws Exception {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        ObjectSender out = ObjectChannel.sender(dataframes, channel)) {
      for (int i = 0; i < 2; i++) {
        out.send(CODEC, Everything.list(5, 1));
        while (out.untaken() > 0) {
          Thread.onSpinWait();
        }
      }
      Thread.currentThread().join();
    }
    return "";
  }

  /** Receives two lists, and naps until it is killed. */
  private static String nap(ArrowClient dataframes, Path socket) throws Exception {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        ObjectReceiver in =
            new ObjectReceiver(
                dataframes,
                Channels.newInputStream(channel),
                Duration.ZERO,
                ChannelNapTest.NEVER_OVER)) {
      for (int i = 0; i < 3; i++) {
        in.receive(CODEC).close();
      }
    }
    return "";
  }

  /** Is a store until it is ended, or killed. */
  @SuppressWarnings("SystemOut")
  private static void serve(Path socket, Path directory) throws InterruptedException {
    try (PlasmaStore store =
        PlasmaStore.launch(StoreOptions.of(socket, 32 << 20).withDirectory(directory))) {
      System.out.println("ready");
      store.awaitClose();
    }
  }
}
