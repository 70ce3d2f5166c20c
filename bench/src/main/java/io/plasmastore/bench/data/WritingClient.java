package io.plasmastore.bench.data;

import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.bench.process.ChildProcess;
import io.plasmastore.bench.process.Placement;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Another process that writes one large object where another process had one: pages that the store
 * has, but that this process has never touched. It has compiled what it runs before, by small
 * objects beside the large one and by copies in its own memory.
 */
public final class WritingClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int SMALL_SIZE = 64 << 10;
  private static final int ROUNDS = 5;
  private static final byte FILL = 1;

  private final PlasmaClient client;
  private final ChildProcess child;
  private final int number;

  private WritingClient(PlasmaClient client, ChildProcess child, int number) {
    this.client = client;
    this.child = child;
    this.number = number;
  }

  /**
   * What one process took.
   *
   * @param first create, copy and seal by a mapping that knows none of the pages, nanoseconds
   * @param next the same once it knows them all: the median of a few
   * @param copy of as many bytes within the process's own memory, before and after: the median
   */
  public record Times(double first, double next, double copy) {}

  /** Makes the object in whose place the first process writes. */
  public static void createFirst(PlasmaClient client, long size) {
    try (Arena arena = Arena.ofConfined()) {
      long unused = put(client, object(0), arena.allocate(size).fill(FILL));
    }
  }

  /**
   * Starts a process.
   *
   * @param client who deletes what is in the place; stays the caller's
   * @param number of this process, from 0; those before it have written
   * @param size of what it writes, in bytes
   * @param warmUpMillis how long it makes small objects
   * @return the process, connected and warm; the caller closes it
   */
  public static WritingClient start(PlasmaClient client, int number, long size, long warmUpMillis)
      throws IOException, InterruptedException {
    ChildProcess child =
        ChildProcess.start(
            WritingClient.class,
            Placement.ANY_CORE,
            List.of(
                client.options().socket().toString(),
                Integer.toString(number),
                Long.toString(size),
                Long.toString(warmUpMillis)));
    WritingClient writer = new WritingClient(client, child, number);
    try {
      String unused = child.awaitLine(PATIENCE);
      return writer;
    } catch (IOException | InterruptedException | RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  /** Frees the place and has the process write there. Once. */
  public Times write() throws IOException, InterruptedException {
    // Made while the place is taken, so that it can't be in it.
    try (ObjectWriter start = client.create(start(number), Long.BYTES)) {
      if (!client.delete(object(number))) {
        throw new IllegalStateException(
            "what is to be written over is not there: number=" + number);
      }
      start.seal();
    }
    String[] times = child.awaitLine(PATIENCE).split(" ", -1);
    client.delete(start(number));
    return new Times(
        Double.parseDouble(times[0]), Double.parseDouble(times[1]), Double.parseDouble(times[2]));
  }

  @Override
  public void close() {
    child.close();
  }

  /** Writes once it may. Arguments: the socket of the store, number, size, milliseconds. */
  public static void main(String[] args) throws InterruptedException {
    ChildProcess.exitWithParent();
    int number = Integer.parseInt(args[1]);
    long size = Long.parseLong(args[2]);
    try (PlasmaClient client = PlasmaClient.connect(Path.of(args[0]));
        Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocate(size).fill(FILL);
      MemorySegment target = arena.allocate(size).fill(FILL);
      warmUp(client, source, target, Long.parseLong(args[3]));
      System.out.println("warm");
      client.get(start(number), PlasmaClient.FOREVER).close();
      System.out.println(measure(client, object(number + 1), source, target));
      // It stays a client until the parent ends it, so that its leaving meets no other's turn.
      Thread.sleep(PATIENCE);
    }
  }

  /**
   * An object, the whole of it: create, copy, seal.
   *
   * @return nanoseconds
   */
  public static long put(PlasmaClient client, ObjectId id, MemorySegment source) {
    long start = System.nanoTime();
    try (ObjectWriter writer = client.create(id, source.byteSize())) {
      MemorySegment.copy(source, 0, writer.data(), 0, source.byteSize());
      writer.seal();
    }
    return System.nanoTime() - start;
  }

  private static void warmUp(
      PlasmaClient client, MemorySegment source, MemorySegment target, long millis) {
    MemorySegment small = source.asSlice(0, Math.min(SMALL_SIZE, source.byteSize()));
    ObjectId id = ObjectId.random();
    long start = System.nanoTime();
    while (System.nanoTime() - start < millis * 1_000_000) {
      long unused = put(client, id, small);
      client.delete(id);
    }
    for (int i = 0; i < ROUNDS; i++) {
      long unused = copy(source, target);
    }
  }

  private static String measure(
      PlasmaClient client, ObjectId id, MemorySegment source, MemorySegment target) {
    // Half of the copies before the first put: meanwhile those who started it go back to sleep.
    long[] copies = new long[2 * ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      copies[i] = copy(source, target);
    }
    long first = put(client, id, source);
    long[] next = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      client.delete(id);
      next[i] = put(client, id, source);
      copies[ROUNDS + i] = copy(source, target);
    }
    return first + " " + median(next) + " " + median(copies);
  }

  private static long copy(MemorySegment source, MemorySegment target) {
    long start = System.nanoTime();
    MemorySegment.copy(source, 0, target, 0, source.byteSize());
    return System.nanoTime() - start;
  }

  private static long median(long[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /** What the process before that of a number leaves, or the first one finds. */
  public static ObjectId object(int number) {
    return ObjectId.named("warm-put/object/" + number);
  }

  private static ObjectId start(int number) {
    return ObjectId.named("warm-put/start/" + number);
  }
}
