package io.plasmastore.bench.scenario;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import io.plasmastore.bench.data.ZipfTrace;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.process.RunDirectory;
import io.plasmastore.bench.process.StoreProcess;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import io.plasmastore.bench.report.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How many of the gets of a cache's user find their object: those that don't create it, and the
 * store drops what it must. The same accesses through caches of the same size that drop the least
 * recently used, and the oldest, beside it.
 */
final class HitRateScenario implements Scenario {
  private static final double[] SKEWS = {0.7, 0.9, 1.1};
  private static final int[] SHARES = {100, 10};
  private static final int OBJECT_SIZE = 4096;

  /** A hundredth of them is the least room that a store can have. */
  private static final int FEWEST_OBJECTS = 1_600;

  private static final int FEWEST_GETS = 1_000;
  private static final double GOAL = 1;

  @Override
  public String name() {
    return "hit-rate";
  }

  @Override
  public String title(Settings settings) {
    return "hits in 100 gets of %,d objects by a Zipf law, %,d gets; a store with room for some"
        .formatted(objects(settings), gets(settings));
  }

  @Override
  public long capacity(Settings settings) {
    // Of the store that is there anyway; those that are too small are this scenario's own.
    return 1L << 20;
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    int objects = objects(subject.settings());
    List<Measurement> measurements = new ArrayList<>();
    for (double skew : SKEWS) {
      ZipfTrace trace = ZipfTrace.of(objects, skew, gets(subject.settings()));
      for (int share : SHARES) {
        int room = objects / share;
        String name = name(skew, share);
        subject.progress().accept(name);
        measurements.add(Measurement.of(name, trace.percent(hits(trace, room))));
        measurements.add(Measurement.of(name + lru(), trace.leastRecentlyUsed(room)));
        measurements.add(Measurement.of(name + fifo(), trace.firstInFirstOut(room)));
      }
    }
    return measurements;
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    List<Row> rows = new ArrayList<>();
    for (double skew : SKEWS) {
      for (int share : SHARES) {
        String name = name(skew, share);
        Measurement store = Measurement.named(measurements, name);
        Measurement lru = Measurement.named(measurements, name + lru());
        Measurement fifo = Measurement.named(measurements, name + fifo());
        rows.add(
            Row.of(name + ": the store (ratio to the better of the others)", store)
                .in(Unit.PERCENT)
                .withRatio(store.p50() / Math.max(lru.p50(), fifo.p50()))
                .withGoal(Goal.ratioAtLeast(GOAL)));
        rows.add(Row.of(lru.name(), lru).in(Unit.PERCENT));
        rows.add(Row.of(fifo.name(), fifo).in(Unit.PERCENT));
      }
    }
    return rows;
  }

  private static int objects(Settings settings) {
    return Math.max(FEWEST_OBJECTS, settings.manyObjects() / 50);
  }

  private static int gets(Settings settings) {
    return Math.max(FEWEST_GETS, settings.manyObjects() / 5);
  }

  private static String name(double skew, int share) {
    return String.format(Locale.ROOT, "skew %.1f, room for 1 in %d", skew, share);
  }

  private static String lru() {
    return ": least recently used";
  }

  private static String fifo() {
    return ": first in, first out";
  }

  private static int hits(ZipfTrace trace, int room) throws Exception {
    byte[] data = new byte[OBJECT_SIZE];
    try (RunDirectory folder = RunDirectory.create();
        StoreProcess store =
            StoreProcess.start(
                folder.file("small.sock"), (long) room * OBJECT_SIZE, Placement.ANY_CORE);
        PlasmaClient client = PlasmaClient.connect(store.socket())) {
      if (client.stats().capacity() != (long) room * OBJECT_SIZE) {
        throw new IllegalStateException("the store has another capacity: " + client.stats());
      }
      int hits = 0;
      for (int object : trace.accesses()) {
        ObjectId id = ObjectId.named(Integer.toString(object));
        SealedObject found = client.getIfPresent(id);
        if (found != null) {
          hits++;
          found.close();
        } else {
          client.createAndSeal(id, data);
        }
      }
      return hits;
    }
  }
}
