package io.plasmastore.bench.scenario;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.bench.data.Batches;
import io.plasmastore.bench.data.StoredObjects;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.process.RunDirectory;
import io.plasmastore.bench.process.StoreProcess;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.nio.file.Path;
import java.util.List;

/**
 * How long a store takes to start where another was killed that held many objects, until it serves,
 * against the start of an empty one.
 */
final class AdoptionScenario implements Scenario {
  private static final String ADOPT = "start on what a killed store left";
  private static final String EMPTY = "start of an empty store";
  private static final int STARTS = 3;

  private static final long BYTES_PER_OBJECT = 256;
  private static final double GOAL_NANOS = 1_500_000_000;

  @Override
  public String name() {
    return "adoption";
  }

  @Override
  public String title(Settings settings) {
    return "start after a kill -9, process and all, with %,d objects of %d B"
        .formatted(settings.manyObjects(), StoredObjects.SIZE);
  }

  @Override
  public long capacity(Settings settings) {
    // Of the store that is there anyway; those that are killed are this scenario's own.
    return 1L << 20;
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    int count = subject.settings().manyObjects();
    long capacity = (64L << 20) + count * BYTES_PER_OBJECT;
    double[] empty = new double[STARTS];
    double[] adopt = new double[STARTS];
    try (RunDirectory folder = RunDirectory.create()) {
      Path socket = folder.file("killed.sock");
      for (int i = 0; i < STARTS; i++) {
        long start = System.nanoTime();
        try (StoreProcess store = StoreProcess.start(socket, capacity, Placement.ANY_CORE)) {
          empty[i] = System.nanoTime() - start;
          fill(store, count);
          store.kill();
          start = System.nanoTime();
          try (StoreProcess next = StoreProcess.start(socket, capacity, Placement.ANY_CORE)) {
            adopt[i] = System.nanoTime() - start;
            check(next, count);
          }
        }
      }
    }
    return List.of(Measurement.of(ADOPT, adopt), Measurement.of(EMPTY, empty));
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    Measurement adopt = Measurement.named(measurements, ADOPT);
    Measurement empty = Measurement.named(measurements, EMPTY);
    return List.of(
        Row.of(ADOPT + " (ratio to the start of an empty one)", adopt)
            .withRatio(adopt.p50() / empty.p50())
            .withGoal(Goal.medianAtMost(GOAL_NANOS)),
        Row.of(EMPTY, empty));
  }

  private static void fill(StoreProcess store, int count) throws InterruptedException {
    try (PlasmaClient client = PlasmaClient.connect(store.socket())) {
      Batches.create(client, 0, count, unused -> ObjectId.random());
    }
  }

  private static void check(StoreProcess store, int count) {
    try (PlasmaClient client = PlasmaClient.connect(store.socket())) {
      if (client.stats().objects() != count) {
        throw new IllegalStateException(
            "objects are missing: found=" + client.stats().objects() + " wanted=" + count);
      }
    }
  }
}
