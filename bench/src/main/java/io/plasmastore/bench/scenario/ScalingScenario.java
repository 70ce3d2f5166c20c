package io.plasmastore.bench.scenario;

import io.plasmastore.ErrorCode;
import io.plasmastore.NewSealedObject;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectInfo;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import io.plasmastore.bench.data.StoredObjects;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What operations cost as objects become more, by decades. Each should cost the same, but for the
 * cache misses of a get; one that costs more than a stated factor misses its goal.
 */
final class ScalingScenario implements Scenario {
  private static final int LEAST = 1_000;
  private static final int BATCH = 10_000;
  private static final int GETS_PER_SAMPLE = 1_000;
  private static final int SAMPLES_PER_ROUND = 20;
  private static final int PUTS_PER_ROUND = 50;
  private static final long BYTES_PER_OBJECT = 256;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** An operation, and how many times what it costs among the fewest it may cost among the most. */
  private enum Operation {
    // A hit of the caches, against two misses of main memory in a row.
    GET("get + release", 10),
    PUT("createAndSeal + delete of one more", 1.5),
    LIST("list, each object", 3);

    private final String label;
    private final double factor;

    Operation(String label, double factor) {
      this.label = label;
      this.factor = factor;
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
    return (64L << 20) + settings.manyObjects() * BYTES_PER_OBJECT;
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    Settings settings = subject.settings();
    List<Integer> counts = counts(settings);
    List<Measurement> measurements = new ArrayList<>();
    int created = 0;
    for (int count : counts) {
      create(subject.client(), created, count);
      created = count;
      subject.progress().accept("%,d objects".formatted(count));
      measurements.addAll(
          Interleaving.measure(
              probes(subject.client(), count),
              settings.warmup().dividedBy(counts.size()),
              settings.duration().dividedBy(counts.size())));
    }
    return measurements;
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    List<Integer> counts = counts(settings);
    List<Row> rows = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      Measurement fewest = Measurement.named(measurements, name(operation, counts.getFirst()));
      for (int count : counts) {
        Measurement measurement = Measurement.named(measurements, name(operation, count));
        Row row =
            Row.of(measurement.name(), measurement).withRatio(measurement.p50() / fewest.p50());
        rows.add(
            count == settings.manyObjects()
                ? row.withGoal(Goal.ratioAtMost(operation.factor))
                : row);
      }
    }
    return rows;
  }

  private static List<Probe> probes(PlasmaClient client, int count) {
    ObjectId[] ids = shuffled(count);
    int[] next = new int[1];
    byte[] data = new byte[StoredObjects.SIZE];
    ObjectId another = id(-1);
    return List.of(
        Probe.of(
            name(Operation.GET, count),
            GETS_PER_SAMPLE,
            SAMPLES_PER_ROUND,
            () -> next[0] = getMany(client, ids, next[0])),
        Probe.of(
            name(Operation.PUT, count),
            1,
            PUTS_PER_ROUND,
            () -> {
              client.createAndSeal(another, data);
              boolean unused = client.delete(another);
            }),
        Probe.of(name(Operation.LIST, count), count, 1, () -> list(client, count)));
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
    if (bytes != (long) GETS_PER_SAMPLE * StoredObjects.SIZE) {
      throw new IllegalStateException("objects have other sizes than they were given: " + bytes);
    }
    return at;
  }

  private static void list(PlasmaClient client, int count) {
    try (Stream<ObjectInfo> objects = client.list()) {
      long listed = objects.filter(object -> object.size() == StoredObjects.SIZE).count();
      if (listed != count) {
        throw new IllegalStateException("listed=" + listed + " wanted=" + count);
      }
    }
  }

  private static void create(PlasmaClient client, int from, int to) throws InterruptedException {
    byte[] data = new byte[StoredObjects.SIZE];
    for (int first = from; first < to; first += BATCH) {
      List<NewSealedObject> batch = new ArrayList<>(BATCH);
      for (int i = first; i < Math.min(to, first + BATCH); i++) {
        batch.add(NewSealedObject.of(id(i), data));
      }
      List<@Nullable ErrorCode> errors = client.createAndSealAll(batch, PATIENCE);
      if (!errors.stream().allMatch(java.util.Objects::isNull)) {
        throw new IllegalStateException("not all of a batch was created");
      }
    }
  }

  private static List<Integer> counts(Settings settings) {
    List<Integer> counts = new ArrayList<>();
    for (int count = LEAST; count < settings.manyObjects(); count *= 10) {
      counts.add(count);
    }
    counts.add(settings.manyObjects());
    return counts;
  }

  private static String name(Operation operation, int count) {
    return operation.label + ", among %,d".formatted(count);
  }

  /** All ids, each a Java object of its own, in the order in which they are used. */
  private static ObjectId[] shuffled(int count) {
    int[] numbers = new int[count];
    SplittableRandom random = new SplittableRandom(count);
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      numbers[i] = numbers[j];
      numbers[j] = i;
    }
    ObjectId[] ids = new ObjectId[count];
    for (int i = 0; i < count; i++) {
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
