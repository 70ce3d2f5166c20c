package io.plasmastore.bench.scenario;

import io.plasmastore.ObjectId;
import io.plasmastore.ObjectInfo;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import io.plasmastore.bench.data.Batches;
import io.plasmastore.bench.data.EmptyRoundTrip;
import io.plasmastore.bench.data.StoredObjects;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.process.Resources;
import io.plasmastore.bench.process.RunDirectory;
import io.plasmastore.bench.process.StoreProcess;
import io.plasmastore.bench.report.Curve;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import io.plasmastore.bench.sort.SortRoom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What operations cost as objects become more, by decades, each number of them in a store of its
 * own. Each should cost the same, but for the cache misses of a get; one that costs more than a
 * stated factor misses its goal.
 *
 * <p>All on one core: whether the kernel puts client and store on two, which makes a round trip
 * three times as dear, changes from one number of objects to the next, and hides what the store
 * does. An empty round trip in turns with the puts shows what is left of that.
 */
final class ScalingObjectsScenario implements Scenario {
  private static final int LEAST = 1_000;
  private static final int GETS_PER_SAMPLE = 1_000;
  private static final int SAMPLES_PER_ROUND = 20;
  private static final int PUTS_PER_ROUND = 50;

  /** More take seconds; all is compiled by then. */
  private static final int MOST_LISTED_OFTEN = 100_000;

  private static final int LISTS = 3;
  private static final int STARTS = 3;

  /** So many of them are got, so that the program's own ids don't fill the memory. */
  private static final int MOST_GOT = 1_000_000;

  /** What an object takes in the heap. */
  private static final long EXTENT = 128;

  /** Objects that fit beside those that are measured with. */
  private static final int SLACK = 512;

  /** Shared memory, and all memory with the processes', that an object takes while it is there. */
  private static final long SHARED_BYTES = 320;

  private static final long BYTES = 600;

  /** An operation, and how many times what it costs among the fewest it may cost among many. */
  private enum Operation {
    // A hit of the caches, against a miss of main memory.
    GET("get + release", Goal.ratioAtMost(10)),
    // Against two in a row.
    GET_BY_NEW_ID("get + release by an id that was just made", null),
    PUT("createAndSeal + delete of one more", Goal.ratioAtMost(1.5)),
    LIST("list, each object", Goal.ratioAtMost(3)),
    EVICT("createAndSeal where the store is full, which drops one", Goal.ratioAtMost(1.5)),
    ROUND_TRIP("empty round trip, in turns with that", null),
    ADOPT("start on what a killed store left, each object", Goal.ratioAtMost(1));

    private final Series series;
    private final @Nullable Goal goal;

    Operation(String label, @Nullable Goal goal) {
      this.series = new Series(label, Curve.Axis.OBJECTS);
      this.goal = goal;
    }
  }

  @Override
  public String name() {
    return "scaling-objects";
  }

  @Override
  public String title(Settings settings) {
    return "operations among more and more objects of %d B; the ratio is to the fewest"
        .formatted(StoredObjects.SIZE);
  }

  @Override
  public long capacity(Settings settings) {
    // Of the store that is there anyway; those that are filled and killed are this scenario's own.
    return 1L << 20;
  }

  @Override
  public List<Placement> placements() {
    return List.of(Placement.ONE_CORE);
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    List<Measurement> measurements = new ArrayList<>();
    List<Long> counts = counts(subject.settings());
    for (long count : counts) {
      if (SortRoom.now().fitting(BYTES, SHARED_BYTES, count) < count) {
        subject.progress().accept("left out: %,d objects".formatted(count));
      } else {
        subject.progress().accept("%,d objects".formatted(count));
        measurements.addAll(measure(subject, Math.toIntExact(count), counts.size()));
      }
    }
    return measurements;
  }

  private static List<Measurement> measure(Subject subject, int count, int parts) throws Exception {
    long capacity = (count + SLACK) * EXTENT;
    List<Measurement> measurements = new ArrayList<>();
    try (Resources resources = new Resources()) {
      Path socket = resources.open(RunDirectory.create()).file("filled.sock");
      StoreProcess store = start(socket, capacity, resources);
      try (PlasmaClient client = PlasmaClient.connect(socket)) {
        Batches.create(client, 0, count, ScalingObjectsScenario::id);
        // In full before the first, to which all others are compared: the compiler has this core,
        // too.
        Duration warmup = subject.settings().warmup().dividedBy(count == LEAST ? 1 : parts);
        Duration duration = subject.settings().duration().dividedBy(parts);
        measurements.addAll(Interleaving.measure(probes(client, count), warmup, duration));
        List<Probe> lists = List.of(listing(client, count));
        measurements.addAll(
            count <= MOST_LISTED_OFTEN
                ? Interleaving.measure(lists, warmup, duration.dividedBy(2))
                : Interleaving.measure(lists, LISTS));
        Batches.create(client, count, count + SLACK, ScalingObjectsScenario::id);
        measurements.addAll(
            Interleaving.measure(
                List.of(eviction(client, count), roundTrip(client, count)), warmup, duration));
      }
      double[] starts = new double[STARTS];
      for (int i = 0; i < STARTS; i++) {
        store.kill();
        long start = System.nanoTime();
        store = start(socket, capacity, resources);
        starts[i] = (double) (System.nanoTime() - start) / count;
      }
      measurements.add(Measurement.of(Operation.ADOPT.series.name(count), starts));
      try (PlasmaClient client = PlasmaClient.connect(socket)) {
        // The last eviction may have made room for some.
        checkCount(count, Math.min(count, client.stats().objects()));
      }
    }
    return measurements;
  }

  private static StoreProcess start(Path socket, long capacity, Resources resources)
      throws IOException, InterruptedException {
    // On the core of the process that measures, which is its parent.
    return resources.open(StoreProcess.start(socket, capacity, Placement.ANY_CORE));
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    List<Row> rows = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      double fewest = Measurement.named(measurements, operation.series.name(LEAST)).p50();
      String goal = operation.series.name(Math.max(LEAST, settings.manyObjects()));
      for (Row row : operation.series.rows(measurements, counts(settings))) {
        Row compared = row.withRatio(row.measurement().p50() / fewest);
        rows.add(row.what().equals(goal) ? compared.withGoal(operation.goal) : compared);
      }
    }
    return rows;
  }

  @Override
  public List<Curve> curves(Settings settings, List<Measurement> measurements) {
    return Stream.of(Operation.values())
        .map(operation -> operation.series.curve(measurements, counts(settings)))
        .toList();
  }

  private static List<Long> counts(Settings settings) {
    return Series.decades(LEAST, settings.mostObjects());
  }

  private static List<Probe> probes(PlasmaClient client, int count) {
    ObjectId[] ids = shuffled(count);
    int[] next = new int[1];
    byte[] data = new byte[StoredObjects.SIZE];
    ObjectId another = id(-1);
    return List.of(
        Probe.of(
            Operation.GET.series.name(count),
            GETS_PER_SAMPLE,
            SAMPLES_PER_ROUND,
            () -> next[0] = getMany(client, ids, next[0])),
        Probe.of(
            Operation.GET_BY_NEW_ID.series.name(count),
            GETS_PER_SAMPLE,
            SAMPLES_PER_ROUND,
            () -> next[0] = getManyByNewIds(client, ids, next[0])),
        Probe.of(
            Operation.PUT.series.name(count),
            1,
            PUTS_PER_ROUND,
            () -> {
              client.createAndSeal(another, data);
              boolean unused = client.delete(another);
            }));
  }

  private static Probe listing(PlasmaClient client, int count) {
    return Probe.of(Operation.LIST.series.name(count), count, 1, () -> list(client, count));
  }

  private static Probe eviction(PlasmaClient client, int count) {
    byte[] data = new byte[StoredObjects.SIZE];
    int[] next = {count + SLACK};
    return Probe.of(
        Operation.EVICT.series.name(count),
        1,
        PUTS_PER_ROUND,
        () -> client.createAndSeal(id(next[0]++), data));
  }

  private static Probe roundTrip(PlasmaClient client, int count) {
    EmptyRoundTrip roundTrip = new EmptyRoundTrip(client);
    return Probe.of(Operation.ROUND_TRIP.series.name(count), 1, PUTS_PER_ROUND, roundTrip::run);
  }

  private static int getMany(PlasmaClient client, ObjectId[] ids, int from) {
    int at = from;
    long bytes = 0;
    for (int i = 0; i < GETS_PER_SAMPLE; i++) {
      try (SealedObject object = client.get(ids[at])) {
        bytes += object.size();
      }
      at = at + 1 == ids.length ? 0 : at + 1;
    }
    checkSizes(bytes);
    return at;
  }

  // A loop of its own, so that it has compiled code of its own.
  private static int getManyByNewIds(PlasmaClient client, ObjectId[] ids, int from) {
    int at = from;
    long bytes = 0;
    for (int i = 0; i < GETS_PER_SAMPLE; i++) {
      try (SealedObject object = client.get(ids[at].withName(null))) {
        bytes += object.size();
      }
      at = at + 1 == ids.length ? 0 : at + 1;
    }
    checkSizes(bytes);
    return at;
  }

  private static void checkSizes(long bytes) {
    if (bytes != (long) GETS_PER_SAMPLE * StoredObjects.SIZE) {
      throw new IllegalStateException("objects have other sizes than they were given: " + bytes);
    }
  }

  private static void list(PlasmaClient client, int count) {
    try (Stream<ObjectInfo> objects = client.list()) {
      checkCount(count, objects.filter(object -> object.size() == StoredObjects.SIZE).count());
    }
  }

  private static void checkCount(long wanted, long found) {
    if (found != wanted) {
      throw new IllegalStateException(
          "there are not as many objects as were created: found=" + found + " wanted=" + wanted);
    }
  }

  /** Ids from all over, each a Java object of its own, in the order in which they are used. */
  private static ObjectId[] shuffled(int count) {
    int[] numbers = new int[count];
    SplittableRandom random = new SplittableRandom(count);
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      numbers[i] = numbers[j];
      numbers[j] = i;
    }
    ObjectId[] ids = new ObjectId[Math.min(count, MOST_GOT)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = id(numbers[i]);
    }
    return ids;
  }

  private static ObjectId id(int number) {
    long random = new SplittableRandom(number).nextLong();
    byte[] bytes = ByteBuffer.allocate(ObjectId.SIZE).putLong(random).putInt(number).array();
    return ObjectId.of(bytes);
  }
}
