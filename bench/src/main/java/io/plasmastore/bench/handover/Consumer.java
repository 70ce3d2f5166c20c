package io.plasmastore.bench.handover;

import io.plasmastore.PlasmaClient;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.data.Orders;
import io.plasmastore.bench.process.ChildProcess;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.process.RunDirectory;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Another process that receives rows in one way, sums a column, and tells when it had the sum: all
 * processes of a machine share the clock.
 */
public final class Consumer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";
  private static final int KILO = 1024;
  private static final Logger ARROW_LOG = Logger.getLogger("org.apache.arrow");

  /** What the producer asks for: a number, before whatever the way sends. */
  private enum Request {
    RECEIVE,
    COLLECT_GARBAGE,
    PEAK_MEMORY
  }

  private final Way way;
  private final ChildProcess child;
  private final SocketChannel channel;

  private Consumer(Way way, ChildProcess child, SocketChannel channel) {
    this.way = way;
    this.child = child;
    this.channel = channel;
  }

  /**
   * Starts the process.
   *
   * @param peer how the rows will come
   * @param dataframes the producer's, not owned
   * @return the process; the caller closes it
   */
  public static Consumer start(Peer peer, ArrowClient dataframes)
      throws IOException, InterruptedException {
    ChildProcess child = null;
    // Nobody needs the socket's name once it is connected.
    try (RunDirectory directory = RunDirectory.create();
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      Path socket = directory.file("consumer.sock");
      server.bind(UnixDomainSocketAddress.of(socket));
      child =
          ChildProcess.start(
              Consumer.class,
              Placement.ANY_CORE,
              List.of(
                  peer.name(),
                  dataframes.client().options().socket().toString(),
                  socket.toString()));
      // Once it says so its connection waits to be accepted, so that this can't wait for ever.
      String unused = child.awaitLine(PATIENCE);
      return new Consumer(peer.way(dataframes), child, server.accept());
    } catch (IOException | InterruptedException | RuntimeException e) {
      if (child != null) {
        child.close();
      }
      throw e;
    }
  }

  /**
   * Hands rows over.
   *
   * @return from just before until the other process had the sum, in nanoseconds
   * @throws IllegalStateException if the sum is another one
   */
  public long handOver(Orders orders, double wanted) throws Exception {
    long start = System.nanoTime();
    request(Request.RECEIVE);
    way.send(orders, channel);
    ByteBuffer answer = answer(Long.BYTES + Double.BYTES);
    long end = answer.getLong();
    double sum = answer.getDouble();
    if (Double.compare(sum, wanted) != 0) {
      throw new IllegalStateException("sum=" + sum + " wanted=" + wanted + " way=" + way);
    }
    return end - start;
  }

  /** Takes back what the store still has. */
  public void afterwards() {
    way.afterwards();
  }

  /** Has the process free what it received, so that nothing is left of it for the next time. */
  public void collectGarbage() throws IOException {
    request(Request.COLLECT_GARBAGE);
    ByteBuffer unused = answer(Long.BYTES);
  }

  /** The most memory that the process ever had resident, in bytes. */
  public long peakMemory() throws IOException {
    request(Request.PEAK_MEMORY);
    return answer(Long.BYTES).getLong();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } finally {
      child.close();
    }
  }

  private void request(Request request) throws IOException {
    Wire.write(channel, ByteBuffer.allocate(Integer.BYTES).putInt(request.ordinal()).flip());
  }

  private ByteBuffer answer(int size) throws IOException {
    return Wire.read(channel, ByteBuffer.allocate(size));
  }

  /**
   * Serves until the parent is gone. Arguments: the peer, the socket of the store, that of the
   * producer.
   */
  public static void main(String[] args) throws Exception {
    ChildProcess.exitWithParent();
    RunDirectory.removeAtExit(Path.of(args[2]));
    ARROW_LOG.setLevel(Level.WARNING);
    try (PlasmaClient client = PlasmaClient.connect(Path.of(args[1]));
        BufferAllocator allocator = new RootAllocator();
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(args[2]))) {
      System.out.println("ready");
      serve(Peer.valueOf(args[0]).way(ArrowClient.over(client, allocator)), channel);
    }
  }

  private static void serve(Way way, SocketChannel channel) throws Exception {
    ByteBuffer request = ByteBuffer.allocate(Integer.BYTES);
    ByteBuffer answer = ByteBuffer.allocate(Long.BYTES + Double.BYTES);
    while (channel.read(request.clear()) == Integer.BYTES) {
      answer.clear();
      switch (Request.values()[request.flip().getInt()]) {
        case RECEIVE -> {
          double sum = way.receive(channel);
          answer.putLong(System.nanoTime()).putDouble(sum);
        }
        case COLLECT_GARBAGE -> {
          System.gc();
          answer.putLong(0);
        }
        case PEAK_MEMORY -> answer.putLong(peak());
      }
      Wire.write(channel, answer.flip());
    }
  }

  private static long peak() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith(PEAK))
        .mapToLong(line -> KILO * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }
}
