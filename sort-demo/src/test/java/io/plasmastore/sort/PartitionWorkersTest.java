package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows are divided by worker processes, which are killed in the middle, and in stores that spill:
 * each row is in one bucket, once, with its values, behind those that stood before it.
 */
class PartitionWorkersTest {
  private static final int PARTITIONS = 16;
  private static final int BUCKETS = 12;

  /** With the metadata of Arrow, a quarter of what the rows of the tests that spill take. */
  private static final long LITTLE = 2 << 20;

  @TempDir Path directory;
  private TestStore store;

  /** The values of each row, by its id. */
  private double[] keys = new double[0];

  private double[] values = new double[0];
  private int[] categories = new int[0];

  @AfterEach
  void close() {
    store.close();
    assertEquals(List.of(), workers());
  }

  @Test
  void dividesByHashWhenAWorkerIsKilledInEachPhase() throws InterruptedException {
    store = new TestStore(directory);
    List<ObjectId> ids = generate(200_000);
    PartitionResult result = withWorkersKilled(job(ids).hash("category").buckets(BUCKETS));
    assertDivided(result, false);
    assertHoldsOnly(ids, result);
  }

  @Test
  void dividesByRangeWhenAWorkerIsKilledInEachPhase() throws InterruptedException {
    store = new TestStore(directory);
    List<ObjectId> ids = generate(200_000);
    SortKey key = SortKey.of(GeneratedPartitions.KEY);
    PartitionResult result = withWorkersKilled(job(ids).range(key).buckets(BUCKETS));
    assertDivided(result, true);
    assertHoldsOnly(ids, result);
  }

  /** What consumes its partitions has nothing to begin again with but what the store has. */
  @Test
  void losesNothingWhenAWorkerIsKilledThatConsumes() throws InterruptedException {
    store = new TestStore(directory);
    List<ObjectId> ids = generate(200_000);
    PartitionResult result =
        withWorkersKilled(job(ids).hash("category").buckets(BUCKETS).consume());
    assertDivided(result, false);
    assertHoldsOnly(List.of(), result);
  }

  @Test
  void dividesMoreThanTheStoreHasMemoryFor() throws InterruptedException {
    store = TestStore.spilling(directory, LITTLE);
    List<ObjectId> ids = generate(300_000);
    PartitionBy job = job(ids).spilling();
    PartitionResult byHash = job.hash("category").threads().run();
    assertTrue(byHash.verified());
    assertDivided(byHash, false);
    assertHoldsOnly(ids, byHash);
    delete(byHash);
    PartitionResult byRange = job.range(SortKey.of(GeneratedPartitions.KEY)).threads().run();
    assertTrue(byRange.verified());
    assertDivided(byRange, true);
    assertHoldsOnly(ids, byRange);
  }

  @Test
  void dividesMoreThanTheStoreHasMemoryForWhenAWorkerIsKilled() throws InterruptedException {
    store = TestStore.spilling(directory, LITTLE);
    List<ObjectId> ids = generate(300_000);
    PartitionResult result = withWorkersKilled(job(ids).hash("category").spilling());
    assertDivided(result, false);
    assertHoldsOnly(ids, result);
  }

  private PartitionBy job(List<ObjectId> ids) {
    return PartitionBy.of(store.dataframes()).partitions(ids).workers(2);
  }

  /** Runs in processes, of which one is killed in each phase. */
  private static PartitionResult withWorkersKilled(PartitionBy job) throws InterruptedException {
    Killer killer = new Killer();
    PartitionResult result = job.processes().progress(killer).run();
    assertEquals(EnumSet.of(SortPhase.SPLIT, SortPhase.MERGE), killer.killedIn);
    assertEquals(2, result.retries());
    assertTrue(result.verified());
    assertTrue(result.processes());
    return result;
  }

  private List<ObjectId> generate(int rows) {
    List<ObjectId> ids =
        GeneratedPartitions.of(rows, PARTITIONS).withPayload().put(store.dataframes());
    keys = new double[rows];
    values = new double[rows];
    categories = new int[rows];
    for (ObjectId id : ids) {
      try (VectorSchemaRoot root = store.dataframes().get(id)) {
        for (int i = 0; i < root.getRowCount(); i++) {
          int row = (int) ((BigIntVector) root.getVector("id")).get(i);
          keys[row] = ((Float8Vector) root.getVector(GeneratedPartitions.KEY)).get(i);
          values[row] = ((Float8Vector) root.getVector("value")).get(i);
          categories[row] = ((IntVector) root.getVector("category")).get(i);
        }
      }
    }
    return ids;
  }

  private void assertDivided(PartitionResult result, boolean byRange) {
    BitSet seen = new BitSet(keys.length);
    Map<Integer, Integer> bucketOf = new HashMap<>();
    double greatest = Double.NEGATIVE_INFINITY;
    for (int bucket = 0; bucket < result.buckets().size(); bucket++) {
      try (VectorSchemaRoot root = store.dataframes().get(result.bucketIds().get(bucket))) {
        double greatestBefore = greatest;
        int before = -1;
        for (int i = 0; i < root.getRowCount(); i++) {
          int row = (int) ((BigIntVector) root.getVector("id")).get(i);
          assertTrue(row > before, "rows keep their order");
          before = row;
          assertTrue(!seen.get(row), "twice: row=" + row);
          seen.set(row);
          double key = ((Float8Vector) root.getVector(GeneratedPartitions.KEY)).get(i);
          assertEquals(keys[row], key);
          assertEquals(values[row], ((Float8Vector) root.getVector("value")).get(i));
          int category = ((IntVector) root.getVector("category")).get(i);
          assertEquals(categories[row], category);
          if (byRange) {
            assertTrue(key >= greatestBefore, "in a later bucket: row=" + row);
            greatest = Math.max(greatest, key);
          } else {
            Integer other = bucketOf.putIfAbsent(category, bucket);
            assertTrue(other == null || other == bucket, "in two buckets: category=" + category);
          }
        }
      }
    }
    assertEquals(keys.length, seen.cardinality(), "lost");
  }

  private void assertHoldsOnly(List<ObjectId> ids, PartitionResult result) {
    List<ObjectId> left = new ArrayList<>(ids);
    left.addAll(result.bucketIds());
    left.add(result.manifest());
    result.splitters().ifPresent(left::add);
    store.assertHoldsOnly(left);
  }

  private void delete(PartitionResult result) {
    result.bucketIds().forEach(store.client()::delete);
    store.client().delete(result.manifest());
  }

  private static List<ProcessHandle> workers() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains(SortWorker.class.getName()))
        .toList();
  }

  /** Kills a worker when a phase has got on for the first time, with more of it to come. */
  private static final class Killer implements SortProgress {
    private final Set<SortPhase> killedIn = EnumSet.noneOf(SortPhase.class);

    @Override
    public synchronized void advanced(SortPhase phase, long rows) {
      if (killedIn.add(phase)) {
        workers().getFirst().destroyForcibly();
      }
    }
  }
}
