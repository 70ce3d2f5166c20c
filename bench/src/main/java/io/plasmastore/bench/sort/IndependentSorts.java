package io.plasmastore.bench.sort;

import io.plasmastore.ClientOptions;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.process.Stage;
import io.plasmastore.sort.ParallelSort;
import io.plasmastore.sort.SortResult;
import io.plasmastore.sort.SortWorkers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * As many sorts as there are processors that have nothing to do with each other: each has a store,
 * rows and one worker process of its own. Measured is one at a time, and all at the same time. How
 * much more they do together than one does alone is what this machine allows: one sort by so many
 * workers, which wait for each other at the end of each phase, can't be expected to gain more.
 */
final class IndependentSorts implements AutoCloseable {
  /** More would be more processes, three for each, than a reference is worth. */
  static final int MOST = 8;

  /** All of them together sort such a share of the rows, for which there is room beside these. */
  private static final int SHARE = 2;

  /**
   * What was found.
   *
   * @param count of sorts
   * @param rows of each
   * @param alone seconds of one by itself, median
   * @param together seconds until all had ended that began at the same time, median
   */
  record Found(int count, long rows, double alone, double together) {
    /** How much they do together, as a multiple of what one does alone. */
    double gain() {
      return count * alone / together;
    }

    String text() {
      return String.format(
          Locale.ROOT,
          "%d workers that share nothing, each a process that sorts %,d rows of its own in a store of its own, do"
              + " %.2f times as much as one of them alone (%.3f s alone, %.3f s together): what this machine allows.",
          count,
          rows,
          gain(),
          alone,
          together);
    }
  }

  /** One of the sorts, with all that it needs. */
  private static final class Own implements AutoCloseable {
    private final Stage stage;
    private final PlasmaClient client;
    private final ParallelSort sort;

    Own(SortCase rows, long count) throws IOException, InterruptedException {
      stage = Stage.open(SortRoom.capacity(rows.size(count)), Placement.ANY_CORE);
      try {
        client =
            stage.open(
                PlasmaClient.connect(ClientOptions.of(stage.storeSocket()).withName("bench sort")));
        BufferAllocator allocator = stage.open(new RootAllocator());
        ArrowClient dataframes = ArrowClient.over(client, allocator).keeping();
        sort =
            ParallelSort.of(dataframes)
                .by(rows.keys())
                .partitions(rows.put(dataframes, count, new RowChecksum(List.of())))
                .processes(stage.open(SortWorkers.start(client, 1)))
                .verified(false);
      } catch (InterruptedException | RuntimeException e) {
        stage.close();
        throw e;
      }
    }

    void run() throws InterruptedException {
      SortResult result = sort.run();
      List<ObjectId> made = new ArrayList<>(result.bucketIds());
      made.add(result.manifest());
      made.forEach(client::delete);
    }

    @Override
    public void close() {
      stage.close();
    }
  }

  private final List<Own> sorts = new ArrayList<>();
  private final ExecutorService threads;
  private final long rows;

  private IndependentSorts(int count, long rows) {
    this.threads = Executors.newFixedThreadPool(count);
    this.rows = rows;
  }

  /**
   * Measures them.
   *
   * @param count of sorts
   * @param rowCount that are sorted otherwise; all of these have half as many together
   */
  static Found measure(SortCase rows, int count, long rowCount, Effort effort)
      throws IOException, InterruptedException {
    long each = Math.max(1, rowCount / SHARE / count);
    try (IndependentSorts sorts = new IndependentSorts(count, each)) {
      for (int i = 0; i < count; i++) {
        sorts.sorts.add(new Own(rows, each));
      }
      return sorts.measure(effort);
    }
  }

  private Found measure(Effort effort) throws InterruptedException {
    List<Double> alone = new ArrayList<>();
    List<Double> together = new ArrayList<>();
    // Each sorts twice in a round, alone and with the others.
    WarmUp warmUp = OwnRuns.warmUp(effort, sorts.size() + 1, /* sortsInARound= */ 2);
    while (!warmUp.isOver()) {
      // In turns, so that whatever else the machine does meets both.
      for (int i = 0; i < sorts.size(); i++) {
        warmUp.took(i, seconds(List.of(sorts.get(i))));
      }
      warmUp.took(sorts.size(), seconds(sorts));
    }
    long start = System.nanoTime();
    for (int round = 0;
        round < effort.rounds() && (round == 0 || secondsSince(start) < effort.budgetSeconds());
        round++) {
      for (Own sort : sorts) {
        alone.add(seconds(List.of(sort)));
      }
      together.add(seconds(sorts));
    }
    return new Found(sorts.size(), rows, Outcome.median(alone), Outcome.median(together));
  }

  /** How long it takes until all have ended that begin at the same time. */
  private double seconds(List<Own> some) throws InterruptedException {
    CyclicBarrier begin = new CyclicBarrier(some.size());
    long start = System.nanoTime();
    List<Future<?>> running = new ArrayList<>();
    for (Own sort : some) {
      running.add(
          threads.submit(
              () -> {
                begin.await();
                sort.run();
                return null;
              }));
    }
    try {
      for (Future<?> each : running) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("rows could not be sorted", e);
    }
    return secondsSince(start);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    sorts.forEach(Own::close);
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
