package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

class SortPlanTest {
  private static final int PROCESSORS = 4;

  @Test
  void hasOneOfEverythingForFewRows() {
    SortPlan plan = plan(SortOptions.DEFAULT, 8, 1_000);
    assertEquals(1, plan.workers());
    assertEquals(1, plan.buckets());
    assertEquals(1, plan.slices().size());
  }

  @Test
  void hasNoSlicesOfNoRows() {
    SortPlan plan = plan(SortOptions.DEFAULT, 8, 0, 0);
    assertEquals(1, plan.workers());
    assertEquals(1, plan.buckets());
    assertEquals(List.of(), plan.slices());
  }

  @Test
  void keepsEachWorkerBusyWithOnePartition() {
    SortPlan plan = plan(SortOptions.DEFAULT, 8, 10_000_000);
    assertEquals(PROCESSORS, plan.workers());
    assertEquals(8, plan.slices().size());
    assertEquals(32, plan.buckets());
  }

  @Test
  void keepsSlicesAndBucketsSmallWhateverTheData() {
    SortPlan many = plan(SortOptions.DEFAULT, 8, 1_000_000_000, 1_000_000_000);
    assertTrue(many.buckets() >= 400, () -> "buckets=" + many.buckets());
    assertTrue(many.slices().stream().allMatch(slice -> slice.to() - slice.from() <= 1 << 22));
    SortPlan wide = plan(SortOptions.DEFAULT, 1_000, 10_000_000);
    assertTrue(wide.buckets() >= 37, () -> "buckets=" + wide.buckets());
    assertTrue(wide.slices().size() >= 37, () -> "slices=" + wide.slices().size());
  }

  @Test
  void makesBucketsThatFitWherePiecesWere() {
    long[] partitions = LongStream.generate(() -> 4_000_000).limit(25).toArray();
    long size = 8L * 100_000_000;
    assertEquals(32, planWith(size, SortOptions.DEFAULT, 8, partitions).buckets());
    assertEquals(56, planWith(size / 2, SortOptions.DEFAULT, 8, partitions).buckets());
    assertEquals(224, planWith(-1, SortOptions.DEFAULT, 8, partitions).buckets());
    assertEquals(1, planWith(-1, SortOptions.DEFAULT, 8, 1).buckets());
  }

  /** 25 slices for 4 workers: 24, and four quarters of the last. */
  @Test
  void givesEachWorkerAsMuch() {
    long[] partitions = LongStream.generate(() -> 4_000_000).limit(25).toArray();
    SortPlan plan = plan(SortOptions.DEFAULT, 8, partitions);
    assertEquals(24 + 4, plan.slices().size());
    assertTrue(plan.slices().subList(24, 28).stream().allMatch(slice -> slice.rows() == 1_000_000));
    assertEquals(0, plan.buckets() % PROCESSORS);
    SortPlan pairs = plan(SortOptions.DEFAULT, 8, LongStream.of(partitions).limit(18).toArray());
    assertEquals(16 + 2 * 2, pairs.slices().size());
    SortPlan chosen = plan(SortOptions.DEFAULT.withBuckets(7), 8, partitions);
    assertEquals(7, chosen.buckets());
  }

  @Test
  void takesWhatTheOptionsSay() {
    SortPlan plan = plan(SortOptions.DEFAULT.withWorkers(7).withBuckets(3), 8, 5);
    assertEquals(7, plan.workers());
    assertEquals(3, plan.buckets());
  }

  @Test
  void coversEachRowOnce() {
    SortPlan plan = plan(SortOptions.DEFAULT, 8, 1_234_567, 0, 1, 7_654_321);
    long position = 0;
    for (Inputs.Slice slice : plan.slices()) {
      assertEquals(position, slice.position());
      assertTrue(slice.to() > slice.from());
      position += slice.to() - slice.from();
    }
    assertEquals(1_234_567 + 1 + 7_654_321, position);
  }

  private static SortPlan plan(SortOptions options, long rowSize, long... partitionRows) {
    return planWith(Long.MAX_VALUE, options, rowSize, partitionRows);
  }

  private static SortPlan planWith(
      long spare, SortOptions options, long rowSize, long... partitionRows) {
    List<Inputs.Partition> partitions = new ArrayList<>();
    long position = 0;
    for (long rows : partitionRows) {
      partitions.add(new Inputs.Partition(ObjectId.random(), rows, rows * rowSize, position));
      position += rows;
    }
    SortJob job = new SortJob(new Schema(List.of()), List.of(), List.of(), true, Set.of());
    Inputs inputs = new Inputs(partitions, job);
    return SortPlan.of(options, inputs, PROCESSORS, Long.MAX_VALUE, spare);
  }
}
