package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A sort takes no more of its store's memory than docs/sort.md states. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class SortRoomTest {
  private static final int ROWS = 400_000;
  private static final int PARTITIONS = 16;
  private static final int WORKERS = 2;
  private static final int BUCKETS = 16;

  @TempDir Path directory;
  private TestStore store;
  private List<ObjectId> ids;

  /** Of the partitions, as the store counts them. */
  private long data;

  @BeforeEach
  void launch() {
    store = new TestStore(directory);
    ids = GeneratedPartitions.of(ROWS, PARTITIONS).withPayload().put(store.dataframes());
    data = store.client().stats().used();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void takesTwiceTheDataAndABucketForEachWorker() throws InterruptedException {
    Peak peak = new Peak(store.client());
    long bucket = sort(peak, false);
    long most = 2 * data + WORKERS * bucket + data / 50;
    assertTrue(peak.most > 1.9 * data && peak.most <= most, () -> peak.most + " most=" + most);
  }

  @Test
  void takesTheDataOnceAndAPartitionAndABucketForEachWorkerWhenItConsumes()
      throws InterruptedException {
    Peak peak = new Peak(store.client());
    long bucket = sort(peak, true);
    long most = data + WORKERS * (data / PARTITIONS + bucket) + data / 50;
    assertTrue(peak.most > data && peak.most <= most, () -> peak.most + " most=" + most);
  }

  /**
   * What is free then lies in pieces, among partitions that are held and pieces that are small:
   * room for a bucket is made by moving these, also those of the buckets that are to be made next.
   */
  @Test
  void sortsWhereWhatIsFreeLiesInPieces() throws InterruptedException {
    int count = 16;
    store.close();
    store = new TestStore(directory, 2 * data + data / 50 + 5 * WORKERS * data / count);
    ids = GeneratedPartitions.of(ROWS, count).withPayload().put(store.dataframes());
    for (int round = 0; round < 3; round++) {
      SortResult result =
          ParallelSort.of(store.dataframes())
              .by(SortKey.of(GeneratedPartitions.KEY))
              .partitions(ids)
              .buckets(count)
              .workers(WORKERS)
              .threads()
              .run();
      assertTrue(result.verified());
      List<ObjectId> left = new ArrayList<>(ids);
      left.addAll(result.bucketIds());
      left.add(result.manifest());
      store.assertHoldsOnly(left);
      result.bucketIds().forEach(store.client()::delete);
      store.client().delete(result.manifest());
    }
  }

  /** Sorts, and says how many bytes the largest bucket has. */
  private long sort(Peak peak, boolean consumed) throws InterruptedException {
    ParallelSort sort =
        ParallelSort.of(store.dataframes())
            .by(SortKey.of(GeneratedPartitions.KEY))
            .partitions(ids)
            .buckets(BUCKETS)
            .workers(WORKERS)
            .threads()
            .progress(peak);
    Thread watch = Thread.ofPlatform().daemon().start(peak::watch);
    SortResult result;
    try {
      result = (consumed ? sort.consume() : sort).run();
    } finally {
      peak.ended.set(true);
      watch.join();
    }
    long rows = result.buckets().stream().mapToLong(SortResult.Bucket::rows).max().orElseThrow();
    return data * rows / ROWS;
  }

  /**
   * The most that a store was seen to use: at the end of each task and phase, which needs no luck,
   * and all the time between.
   */
  private static final class Peak implements SortProgress {
    private final PlasmaClient client;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile long most;

    Peak(PlasmaClient client) {
      this.client = client;
    }

    @Override
    public void worked(SortWork work) {
      look();
    }

    @Override
    public void finished(SortPhase phase, Duration time) {
      look();
    }

    void watch() {
      while (!ended.get()) {
        look();
      }
    }

    private synchronized void look() {
      most = Math.max(most, client.stats().used());
    }
  }
}
