package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BucketListenerTest {
  private static final int BUCKETS = 6;

  @TempDir private Path directory;
  private TestStore store;
  private List<ObjectId> partitions;

  @BeforeEach
  void putsRows() {
    store = new TestStore(directory);
    partitions = GeneratedPartitions.of(6_000, 3).put(store.dataframes());
  }

  @AfterEach
  void closes() {
    store.close();
  }

  @Test
  void isHandedEachBucketInOrder() throws InterruptedException {
    List<SortResult.Bucket> handed = new ArrayList<>();
    List<Long> rows = new ArrayList<>();
    SortResult result =
        sort((number, bucket) -> {
              assertEquals(handed.size(), number);
              handed.add(bucket);
              try (ArrowObject open = store.dataframes().open(bucket.id())) {
                rows.add(open.rowCount());
              }
            })
            .run();
    assertEquals(result.buckets(), handed);
    assertEquals(result.buckets().stream().map(SortResult.Bucket::rows).toList(), rows);
    assertEquals(BUCKETS, handed.size());
  }

  @Test
  void readsTheFirstBucketWhileOthersAreStillBeingSorted() throws InterruptedException {
    CountDownLatch first = new CountDownLatch(1);
    ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();
    SortProgress progress =
        new SortProgress() {
          @Override
          public void advanced(SortPhase phase, long rows) {
            if (phase == SortPhase.MERGE && rows > 0 && order.isEmpty()) {
              // The second bucket of one worker is not counted before the first was read.
              await(first);
              order.add("merge went on");
            }
          }
        };
    var unused =
        sort((number, bucket) -> {
              if (number == 0) {
                order.add("read");
                first.countDown();
              }
            })
            .workers(1)
            .progress(progress)
            .run();
    assertEquals("read", order.peek());
  }

  @Test
  void endsTheSortByWhatItThrows() {
    IllegalStateException thrown = new IllegalStateException("enough");
    ParallelSort sort =
        sort(
            (number, bucket) -> {
              throw thrown;
            });
    assertSame(thrown, assertThrows(IllegalStateException.class, sort::run));
    store.assertHoldsOnly(partitions);
  }

  @Test
  void isInterruptedWhenTheSortFails() {
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    List<String> ends = new ArrayList<>();
    IllegalStateException thrown = new IllegalStateException("no more");
    SortProgress progress =
        new SortProgress() {
          @Override
          public void finished(SortPhase phase, java.time.Duration time) {
            if (phase == SortPhase.MERGE) {
              await(told);
              throw thrown;
            }
          }
        };
    ParallelSort sort =
        sort((number, bucket) -> {
              try (ArrowObject open = store.dataframes().open(bucket.id())) {
                assertTrue(open.rowCount() >= 0);
                told.countDown();
                never.await();
              } catch (InterruptedException e) {
                ends.add("interrupted");
                throw e;
              }
            })
            .progress(progress);
    assertSame(thrown, assertThrows(IllegalStateException.class, sort::run));
    assertEquals(List.of("interrupted"), ends);
    store.assertHoldsOnly(partitions);
  }

  private ParallelSort sort(BucketListener listener) {
    return ParallelSort.of(store.dataframes())
        .by(SortKey.of(GeneratedPartitions.KEY))
        .partitions(partitions)
        .workers(2)
        .buckets(BUCKETS)
        .threads()
        .onBucket(listener);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
