package io.plasmastore.bench.scenario;

import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.report.Curve;
import io.plasmastore.bench.report.Figures;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import io.plasmastore.bench.sort.SortRoom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * What a put and a get cost as an object becomes larger, by decades: the get the same, the put the
 * same for each byte. Puts onto pages that the operating system has to give, since all that was
 * free was given back before, and onto pages that the store has. One thread copies.
 */
final class ScalingBytesScenario implements Scenario {
  private static final Series GET =
      new Series("get, read the last byte, release", Curve.Axis.BYTES);
  private static final Series WARM =
      new Series("put onto pages that the store has", Curve.Axis.BYTES);
  private static final Series FRESH =
      new Series("put onto fresh pages, first touch", Curve.Axis.BYTES);

  private static final long LEAST = 1_000;
  private static final int GETS_PER_SAMPLE = 1_000;
  private static final int SAMPLES_PER_ROUND = 5;
  private static final double GET_FACTOR = 1.5;
  private static final byte FILL = 1;

  /** Larger objects are written by copying this much again and again. */
  private static final long MOST_SOURCE = 256_000_000;

  /** What a store keeps beside the object. */
  private static final long ROOM_BESIDE = 64L << 20;

  /** What the processes need. */
  private static final long MEMORY_BESIDE = 1L << 30;

  private static final int FEWEST_ROUNDS = 2;
  private static final int MOST_ROUNDS = 500;

  @Override
  public String name() {
    return "scaling-bytes";
  }

  @Override
  public String title(Settings settings) {
    return "get and put of larger and larger objects, create, copy and seal; the put's ratio is of"
        + " the time for a byte, to that of the largest";
  }

  @Override
  public long capacity(Settings settings) {
    try {
      List<Long> sizes = sizes(settings);
      SortRoom room = SortRoom.now();
      return ROOM_BESIDE
          + sizes.stream()
              .filter(size -> room.fitting(1, 1, size + MEMORY_BESIDE) == size + MEMORY_BESIDE)
              .mapToLong(Long::longValue)
              .max()
              .orElse(LEAST);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    PlasmaClient client = subject.client();
    List<Long> sizes = sizes(subject.settings());
    List<Measurement> measurements = new ArrayList<>();
    try (Arena arena = Arena.ofShared()) {
      long most = Math.min(MOST_SOURCE, sizes.getLast());
      MemorySegment source = arena.allocate(most).fill(FILL);
      warmUp(client, source, subject.settings());
      for (long size : sizes) {
        if (size > client.stats().capacity()) {
          subject.progress().accept("left out: " + Figures.size(size));
        } else {
          subject.progress().accept(Figures.size(size));
          measurements.addAll(measure(client, source, size, subject.settings(), sizes.size()));
        }
      }
    }
    return measurements;
  }

  private static List<Measurement> measure(
      PlasmaClient client, MemorySegment source, long size, Settings settings, int parts)
      throws Exception {
    ObjectId id = ObjectId.random();
    long nanos = settings.duration().dividedBy(3L * parts).toNanos();
    Measurement fresh =
        puts(
            FRESH.name(size),
            nanos,
            () -> {
              boolean unused = client.delete(id);
              long unusedBytes = client.trim();
            },
            () -> put(client, id, source, size));
    Measurement warm =
        puts(
            WARM.name(size),
            nanos,
            () -> {
              boolean unused = client.delete(id);
            },
            () -> put(client, id, source, size));
    List<Measurement> gets =
        Interleaving.measure(
            List.of(
                Probe.of(
                    GET.name(size),
                    GETS_PER_SAMPLE,
                    SAMPLES_PER_ROUND,
                    () -> getMany(client, id, size))),
            settings.warmup().dividedBy(parts),
            settings.duration().dividedBy(3L * parts));
    boolean unused = client.delete(id);
    return List.of(gets.getFirst(), warm, fresh);
  }

  /** As many as there is time for, but some: large ones take seconds. */
  private static Measurement puts(String name, long nanos, Runnable before, Probe.Sample put)
      throws Exception {
    List<Double> times = new ArrayList<>();
    long begun = System.nanoTime();
    while (times.size() < FEWEST_ROUNDS
        || (times.size() < MOST_ROUNDS && System.nanoTime() - begun < nanos)) {
      before.run();
      long start = System.nanoTime();
      put.run();
      times.add((double) (System.nanoTime() - start));
    }
    return Measurement.of(name, times.stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    List<Long> sizes = sizes(settings);
    List<Row> gets = GET.rows(measurements, sizes);
    double smallest = gets.getFirst().measurement().p50();
    List<Row> rows = new ArrayList<>();
    for (Row row : gets) {
      Row compared = row.withRatio(row.measurement().p50() / smallest);
      rows.add(
          row.equals(gets.getLast()) ? compared.withGoal(Goal.ratioAtMost(GET_FACTOR)) : compared);
    }
    for (Series series : List.of(WARM, FRESH)) {
      List<Curve.Point> points = eachByte(series, measurements, sizes).points();
      for (Curve.Point point : points) {
        Measurement put = Measurement.named(measurements, series.name((long) point.at()));
        String what = put.name() + ": " + Figures.throughput((long) point.at(), put.p50());
        rows.add(Row.of(what, put).withRatio(point.figure() / points.getLast().figure()));
      }
    }
    return rows;
  }

  @Override
  public List<Curve> curves(Settings settings, List<Measurement> measurements) {
    List<Long> sizes = sizes(settings);
    return List.of(
        GET.curve(measurements, sizes),
        eachByte(WARM, measurements, sizes),
        eachByte(FRESH, measurements, sizes));
  }

  private static Curve eachByte(Series series, List<Measurement> measurements, List<Long> sizes) {
    return series.curve(
        series.label() + ", each byte", measurements, sizes, (median, size) -> median / size);
  }

  private static List<Long> sizes(Settings settings) {
    return Series.decades(LEAST, settings.mostBytes());
  }

  private static void warmUp(PlasmaClient client, MemorySegment source, Settings settings) {
    ObjectId id = ObjectId.random();
    long start = System.nanoTime();
    while (System.nanoTime() - start < settings.warmup().toNanos()) {
      put(client, id, source, LEAST);
      getMany(client, id, LEAST);
      boolean unused = client.delete(id);
    }
  }

  private static void put(PlasmaClient client, ObjectId id, MemorySegment source, long size) {
    try (ObjectWriter writer = client.create(id, size)) {
      for (long from = 0; from < size; from += source.byteSize()) {
        long length = Math.min(source.byteSize(), size - from);
        MemorySegment.copy(source, 0, writer.data(), from, length);
      }
      writer.seal();
    }
  }

  private static void getMany(PlasmaClient client, ObjectId id, long size) {
    long sum = 0;
    for (int i = 0; i < GETS_PER_SAMPLE; i++) {
      try (SealedObject object = client.get(id)) {
        sum += object.data().get(ValueLayout.JAVA_BYTE, object.size() - 1);
      }
    }
    if (sum != (long) GETS_PER_SAMPLE * FILL) {
      throw new IllegalStateException("the last byte is another: size=" + size + " sum=" + sum);
    }
  }
}
