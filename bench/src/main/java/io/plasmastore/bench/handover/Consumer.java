package io.plasmastore.bench.handover;

import io.plasmastore.PlasmaClient;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.data.Orders;
import io.plasmastore.bench.process.ChildProcess;
import io.plasmastore.bench.process.Ending;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.process.RunDirectory;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Another process that receives rows, sums a column, and tells when it had the sum: all processes
 * of a machine share the clock. Or one that answers rows with rows.
 */
public final class Consumer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What is kept is opened so many times more, unless that takes too long. */
  private static final int MORE_OPENS = 20;

  private static final long MORE_OPENS_NANOS = 20_000_000;

  /** They say at length what they have found. Held here, or the level is forgotten. */
  private static final List<Logger> TALKATIVE =
      Stream.of("org.apache.arrow", "net.openhft", "io.grpc").map(Logger::getLogger).toList();

  /** What a link asks for: a number, before whatever the way sends. */
  enum Request {
    RECEIVE,
    COLLECT_GARBAGE,
    PEAK_MEMORY;

    /** By which processes of one build know it. */
    @SuppressWarnings("EnumOrdinal")
    int number() {
      return ordinal();
    }

    @SuppressWarnings("EnumOrdinal")
    static Request numbered(int number) {
      return values()[number];
    }
  }

  private final RunDirectory directory;
  private final Path socket;
  private final ChildProcess child;

  private Consumer(RunDirectory directory, Path socket, ChildProcess child) {
    this.directory = directory;
    this.socket = socket;
    this.child = child;
  }

  /**
   * Starts the process.
   *
   * @param store the socket of the store
   * @param folder that producers share with it
   * @return the process; the caller closes it
   */
  public static Consumer start(Path store, Path folder) throws IOException, InterruptedException {
    RunDirectory directory = RunDirectory.create();
    ChildProcess child = null;
    try {
      Path socket = directory.file("consumer.sock");
      child =
          ChildProcess.start(
              Consumer.class,
              Placement.ANY_CORE,
              Stream.of(store, folder, socket).map(Path::toString).toList());
      String unused = child.awaitLine(PATIENCE);
      return new Consumer(directory, socket, child);
    } catch (IOException | InterruptedException | RuntimeException e) {
      if (child != null) {
        child.close();
      }
      directory.close();
      throw e;
    }
  }

  /** Connects a way by which rows are handed over; the caller closes it. */
  Link link(Peer peer, Medium medium) throws IOException {
    return new Link(medium.way(), connect(peer, 0));
  }

  /**
   * Connects.
   *
   * @param peer by which way
   * @param rows of what is to be answered with, 0 where rows are handed over
   */
  SocketChannel connect(Peer peer, int rows) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    Wire.write(
        channel, ByteBuffer.allocate(2 * Integer.BYTES).putInt(peer.number()).putInt(rows).flip());
    return channel;
  }

  @Override
  public void close() {
    child.close();
    directory.close();
  }

  /**
   * Serves until the parent is gone. Arguments: the socket of the store, the shared folder, its own
   * socket.
   */
  public static void main(String[] args) throws Exception {
    Ending.silenceThreads();
    quiet();
    Path socket = Path.of(args[2]);
    RunDirectory.removeAtExit(socket);
    try (PlasmaClient client = PlasmaClient.connect(Path.of(args[0]));
        BufferAllocator allocator = new RootAllocator();
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      ChildProcess.exitWithParent();
      System.out.println("ready");
      Media media = new Media(new Place(ArrowClient.over(client, allocator), Path.of(args[1])));
      while (true) {
        SocketChannel channel = server.accept();
        Thread.ofPlatform().daemon(true).start(() -> serve(media, channel, allocator));
      }
    }
  }

  /** Has libraries say only what is wrong. */
  static void quiet() {
    TALKATIVE.forEach(log -> log.setLevel(Level.WARNING));
  }

  @SuppressWarnings("CatchAndPrintStackTrace") // this process has nowhere else to say it
  private static void serve(Media media, SocketChannel channel, BufferAllocator allocator) {
    try (channel) {
      ByteBuffer greeting = Wire.read(channel, ByteBuffer.allocate(2 * Integer.BYTES));
      Medium medium = media.of(Peer.numbered(greeting.getInt()));
      int rows = greeting.getInt();
      if (rows == 0) {
        try (Way way = medium.way()) {
          receive(way, channel);
        }
      } else {
        try (Orders orders = Orders.create(rows, allocator)) {
          medium.answer(channel, orders);
        }
      }
    } catch (Exception e) {
      // The other side sees that the connection ends, and says so too.
      e.printStackTrace();
    }
  }

  private static void receive(Way way, SocketChannel channel) throws Exception {
    ByteBuffer request = ByteBuffer.allocate(Integer.BYTES);
    while (channel.read(request.clear()) == Integer.BYTES) {
      Wire.write(
          channel,
          switch (Request.numbered(request.flip().getInt())) {
            case RECEIVE -> received(way, channel);
            case COLLECT_GARBAGE -> {
              System.gc();
              yield number(0);
            }
            case PEAK_MEMORY -> number(PeakMemory.bytes());
          });
    }
  }

  private static ByteBuffer number(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).flip();
  }

  private static ByteBuffer received(Way way, SocketChannel channel) throws Exception {
    List<Long> opens = new ArrayList<>(1 + MORE_OPENS);
    way.await(channel);
    long start = System.nanoTime();
    long sum;
    try (Received received = way.open(channel)) {
      opens.add(System.nanoTime() - start);
      sum = received.sum();
    }
    long end = System.nanoTime();
    for (int i = 0;
        i < MORE_OPENS && way.opensAgain() && System.nanoTime() - end < MORE_OPENS_NANOS;
        i++) {
      start = System.nanoTime();
      try (Received _ = way.open(channel)) {
        opens.add(System.nanoTime() - start);
      }
    }
    ByteBuffer answer = ByteBuffer.allocate(Integer.BYTES + (2 + opens.size()) * Long.BYTES);
    answer.putLong(end).putLong(sum).putInt(opens.size());
    opens.forEach(answer::putLong);
    return answer.flip();
  }
}
