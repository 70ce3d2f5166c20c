package io.plasmastore.bench.handover;

import io.plasmastore.PlasmaClient;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.data.Orders;
import io.plasmastore.bench.process.ChildProcess;
import io.plasmastore.bench.process.Ending;
import io.plasmastore.bench.process.Placement;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * A process that hands rows to a consumer of its own, when it is told to by a line on its standard
 * input: both have nothing else in their memory, and nothing else compiled.
 */
public final class Producer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Of the two processes in bytes, resident. */
  public record Peaks(long producer, long consumer) {}

  /** What it is told. */
  private enum Command {
    ROWS,
    HAND_OVER,
    COLLECT_GARBAGE,
    PEAKS,
    ASK
  }

  private final ChildProcess child;

  private Producer(ChildProcess child) {
    this.child = child;
  }

  /**
   * Starts the process, and it its consumer.
   *
   * @param store the socket of the store
   * @param folder in shared memory, for what the ways keep there
   * @return the process; the caller closes it
   */
  public static Producer start(Path store, Path folder) throws IOException, InterruptedException {
    ChildProcess child =
        ChildProcess.start(
            Producer.class, Placement.ANY_CORE, List.of(store.toString(), folder.toString()));
    try {
      String unused = child.awaitLine(PATIENCE);
      return new Producer(child);
    } catch (IOException | InterruptedException | RuntimeException e) {
      child.close();
      throw e;
    }
  }

  /** Makes so many rows, in the place of those that it had. */
  public void rows(int rows) throws IOException, InterruptedException {
    String unused = tell(Command.ROWS, rows);
  }

  /** Hands the rows over. */
  public HandedOver handOver(Peer peer) throws IOException, InterruptedException {
    long[] figures = numbers(tell(Command.HAND_OVER, peer.number()));
    return new HandedOver(
        figures[0], figures[1], java.util.Arrays.copyOfRange(figures, 2, figures.length));
  }

  /** Has both processes free what they need no more. */
  public void collectGarbage(Peer peer) throws IOException, InterruptedException {
    String unused = tell(Command.COLLECT_GARBAGE, peer.number());
  }

  /** The most memory that the two processes ever had. */
  public Peaks peaks(Peer peer) throws IOException, InterruptedException {
    long[] bytes = numbers(tell(Command.PEAKS, peer.number()));
    return new Peaks(bytes[0], bytes[1]);
  }

  /**
   * Asks the consumer with rows, which answers with rows.
   *
   * @param peer by which way
   * @param rows of each request and answer
   * @param clients how many ask at once
   * @param time for how long
   * @param perSecond requests of all clients together, which are begun when they are due; 0 to
   *     begin each when the last is answered
   * @return the latencies in nanoseconds
   */
  public Histogram ask(Peer peer, int rows, int clients, Duration time, int perSecond)
      throws IOException, InterruptedException {
    String line = tell(Command.ASK, peer.number(), rows, clients, time.toNanos(), perSecond);
    try {
      return Histogram.decodeFromCompressedByteBuffer(
          ByteBuffer.wrap(Base64.getDecoder().decode(line)), 0);
    } catch (DataFormatException e) {
      throw new IOException("no histogram: " + line, e);
    }
  }

  @Override
  public void close() {
    child.close();
  }

  private String tell(Command command, long... arguments) throws IOException, InterruptedException {
    child.say(command + " " + text(LongStream.of(arguments)));
    return child.awaitLine(PATIENCE);
  }

  private static String text(LongStream numbers) {
    return String.join(" ", numbers.mapToObj(Long::toString).toList());
  }

  private static long[] numbers(String line) {
    return Stream.of(line.strip().split(" ")).mapToLong(Long::parseLong).toArray();
  }

  /**
   * Does what it is told until its standard input ends. Arguments: the socket of the store, the
   * shared folder.
   */
  public static void main(String[] args) throws Exception {
    Ending.silenceThreads();
    Consumer.quiet();
    Path store = Path.of(args[0]);
    Path folder = Path.of(args[1]);
    try (PlasmaClient client = PlasmaClient.connect(store);
        BufferAllocator allocator = new RootAllocator();
        Consumer consumer = Consumer.start(store, folder);
        Media media = new Media(new Place(ArrowClient.over(client, allocator), folder));
        Session session = new Session(allocator, media, consumer);
        BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      System.out.println("ready");
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        String[] words = line.split(" ", 2);
        System.out.println(session.does(Command.valueOf(words[0]), numbers(words[1])));
      }
    }
  }

  /** What the process has while it is told. */
  private static final class Session implements AutoCloseable {
    private final BufferAllocator allocator;
    private final Media media;
    private final Consumer consumer;
    private final Map<Peer, Link> links = new EnumMap<>(Peer.class);
    private final Map<Peer, List<Asker>> askers = new EnumMap<>(Peer.class);
    private Orders orders;
    private long sum;

    Session(BufferAllocator allocator, Media media, Consumer consumer) {
      this.allocator = allocator;
      this.media = media;
      this.consumer = consumer;
      this.orders = Orders.create(0, allocator);
    }

    String does(Command command, long[] arguments) throws Exception {
      if (command == Command.ROWS) {
        orders.close();
        orders = Orders.create((int) arguments[0], allocator);
        sum = orders.sumOfIds();
        return "made";
      }
      Peer peer = Peer.numbered((int) arguments[0]);
      return switch (command) {
        case ROWS -> throw new AssertionError(command);
        case HAND_OVER -> {
          HandedOver done = link(peer).handOver(orders, sum);
          link(peer).afterwards();
          yield text(
              LongStream.concat(
                  LongStream.of(done.total(), done.put()), LongStream.of(done.opens())));
        }
        case COLLECT_GARBAGE -> {
          System.gc();
          link(peer).collectGarbage();
          yield "collected";
        }
        case PEAKS -> text(LongStream.of(PeakMemory.bytes(), link(peer).peakMemory()));
        case ASK ->
            ask(
                askers(peer, (int) arguments[1], (int) arguments[2]),
                arguments[3],
                (int) arguments[4]);
      };
    }

    @Override
    public void close() throws IOException {
      for (List<Asker> each : askers.values()) {
        for (Asker asker : each) {
          asker.close();
        }
      }
      for (Link link : links.values()) {
        link.close();
      }
      orders.close();
    }

    private Link link(Peer peer) throws IOException {
      Link link = links.get(peer);
      if (link == null) {
        link = consumer.link(peer, media.of(peer));
        links.put(peer, link);
      }
      return link;
    }

    /** The first so many, of which those that are not there yet connect. */
    private List<Asker> askers(Peer peer, int rows, int clients) throws Exception {
      List<Asker> connected = askers.computeIfAbsent(peer, any -> new ArrayList<>());
      while (connected.size() < clients) {
        connected.add(new Asker(peer, media.of(peer), consumer, rows, allocator));
      }
      return connected.subList(0, clients);
    }

    private static String ask(List<Asker> askers, long nanos, int perSecond) throws Exception {
      long everyNanos = perSecond == 0 ? 0 : 1_000_000_000L * askers.size() / perSecond;
      List<Future<Histogram>> asked =
          askers.stream().map(asker -> asker.ask(nanos, everyNanos)).toList();
      Histogram all = asked.getFirst().get();
      for (Future<Histogram> each : asked.subList(1, asked.size())) {
        all.add(each.get());
      }
      ByteBuffer encoded = ByteBuffer.allocate(all.getNeededByteBufferCapacity());
      int size = all.encodeIntoCompressedByteBuffer(encoded);
      return Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(encoded.array(), size));
    }
  }
}
