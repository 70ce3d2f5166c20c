package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.InvalidArrowDataException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What a sort refuses, tells and leaves. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class ParallelSortTest {
  private static final ColumnModel INT32 = ColumnModel.of(new ArrowType.Int(32, true));
  private static final ColumnModel TEXT = ColumnModel.of(ArrowType.Utf8.INSTANCE);

  @TempDir Path directory;
  private TestStore store;

  @BeforeEach
  void launch() {
    store = new TestStore(directory);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void namesEveryFaultOfItsOptionsAtOnce() {
    ObjectId id = ObjectId.named("x");
    ParallelSort sort =
        ParallelSort.of(store.dataframes())
            .by(SortKey.of("a"), SortKey.of("a").descending())
            .partitions(List.of(id, id))
            .buckets(1 << 20);
    assertEquals(
        "a column to sort by given twice: column=a; a partition given twice: id="
            + id
            + "; buckets out of range: buckets=1048576 min=1 max=65536",
        refusal(sort));
    assertEquals(
        "no key to sort by; no partition to sort", refusal(ParallelSort.of(store.dataframes())));
  }

  @Test
  void refusesCountsBelowOne() {
    ParallelSort sort = ParallelSort.of(store.dataframes());
    assertThrows(IllegalArgumentException.class, () -> sort.buckets(0));
    assertThrows(IllegalArgumentException.class, () -> sort.workers(-1));
  }

  @Test
  void refusesAColumnThatIsNotThere() {
    List<ObjectId> ids = put(FrameModel.of(INT32, TEXT), 3);
    assertEquals(
        "no such column to sort by: column=delay columns=[c0, c1]", refusal(sort(ids, "delay")));
    store.assertHoldsOnly(ids);
  }

  @Test
  void refusesAKeyWhoseTypeHasNoOrder() {
    ObjectId id = ObjectId.random();
    Field list =
        new Field(
            "tags",
            FieldType.nullable(ArrowType.List.INSTANCE),
            List.of(Field.nullable("item", ArrowType.Utf8.INSTANCE)));
    FieldVector vector = list.createVector(store.allocator());
    try (VectorSchemaRoot root = new VectorSchemaRoot(List.of(vector))) {
      store.dataframes().put(id, root);
    }
    assertEquals(
        "cannot sort by a column of this type: column=tags type=List",
        refusal(sort(List.of(id), "tags")));
    store.assertHoldsOnly(List.of(id));
  }

  @Test
  void refusesPartitionsWhoseColumnsDiffer() {
    List<ObjectId> ids = new ArrayList<>(put(FrameModel.of(INT32, TEXT), 3));
    ObjectId other = put(FrameModel.of(INT32, INT32), 3).getFirst();
    assertEquals(
        "a column has different types in two partitions: partition="
            + other
            + " column=c1 type=Int(32, true) first=Utf8",
        refusal(sort(List.of(ids.getFirst(), other), "c0")));
    ObjectId narrow = put(FrameModel.of(INT32), 3).getFirst();
    assertEquals(
        "partitions have different columns: partition=" + narrow + " columns=[c0] first=[c0, c1]",
        refusal(sort(List.of(ids.getFirst(), narrow), "c0")));
    store.assertHoldsOnly(List.of(ids.getFirst(), other, narrow));
  }

  @Test
  void refusesAPartitionThatIsNotThereOrNoDataframe() {
    ObjectId bytes = ObjectId.named("bytes");
    store.client().createAndSeal(bytes, new byte[100]);
    ParallelSort missing = sort(List.of(ObjectId.named("nothing")), "c0");
    PlasmaException failure = assertThrows(PlasmaException.class, missing::run);
    assertEquals(ErrorCode.OBJECT_NOT_FOUND, failure.code());
    ParallelSort foreign = sort(List.of(bytes), "c0");
    assertThrows(InvalidArrowDataException.class, foreign::run);
    store.assertHoldsOnly(List.of(bytes));
  }

  @Test
  void refusesAPartitionWhoseStringsAreOutOfOrder() {
    ObjectId id = ObjectId.random();
    try (VectorSchemaRoot root =
        VectorSchemaRoot.create(
            new Schema(
                List.of(
                    Field.nullable("c0", new ArrowType.Int(32, true)),
                    Field.nullable("c1", ArrowType.Utf8.INSTANCE))),
            store.allocator())) {
      root.allocateNew();
      VarCharVector texts = (VarCharVector) root.getVector(1);
      for (int row = 0; row < 3; row++) {
        texts.setSafe(row, new byte[10]);
      }
      root.setRowCount(3);
      texts.getOffsetBuffer().setInt(2 * Integer.BYTES, 5);
      store.dataframes().put(id, root);
    }
    ParallelSort sort = sort(List.of(id), "c0");
    PlasmaException failure = assertThrows(PlasmaException.class, sort::run);
    assertEquals(ErrorCode.OBJECT_DAMAGED, failure.code());
    assertEquals(
        "the offsets of a partition's strings are not in order, or further apart than 2147483647:"
            + " column=c1",
        failure.getMessage());
    store.assertHoldsOnly(List.of(id));
  }

  @Test
  void choosesWhatIsNotSaid() throws InterruptedException {
    List<ObjectId> ids = put(FrameModel.of(INT32), 100);
    SortResult result =
        ParallelSort.of(store.dataframes()).by(SortKey.of("c0")).partitions(ids).threads().run();
    assertEquals(1, result.buckets().size());
    assertEquals(1, result.workers());
    assertFalse(result.processes());
    assertTrue(result.totalSeconds() > 0);
  }

  @Test
  void tellsEachPhaseAndItsRows() throws InterruptedException {
    List<ObjectId> ids = put(FrameModel.of(INT32), 100);
    List<String> told = new ArrayList<>();
    SortProgress progress =
        new SortProgress() {
          @Override
          public void started(SortPhase phase, long rows) {
            told.add("started " + phase.label() + " " + rows);
          }

          @Override
          public void advanced(SortPhase phase, long rows) {
            told.add("advanced " + phase.label() + " " + rows);
          }

          @Override
          public void finished(SortPhase phase, Duration time) {
            told.add("finished " + phase.label());
          }
        };
    SortResult result = sort(ids, "c0").buckets(1).progress(progress).run();
    assertEquals(
        List.of(
            "started start 0",
            "finished start",
            "started sample 0",
            "finished sample",
            "started split 100",
            "advanced split 100",
            "finished split",
            "started merge 100",
            "advanced merge 100",
            "finished merge",
            "started verify 0",
            "finished verify"),
        told);
    for (SortPhase phase : SortPhase.values()) {
      assertTrue(result.seconds().get(phase) > 0, phase::label);
    }
  }

  @Test
  void leavesNothingWhenTheListenerThrows() {
    List<ObjectId> ids = put(FrameModel.of(INT32), 1_000);
    IllegalStateException thrown = new IllegalStateException("no more");
    SortProgress progress =
        new SortProgress() {
          @Override
          public void advanced(SortPhase phase, long rows) {
            if (phase == SortPhase.MERGE) {
              throw thrown;
            }
          }
        };
    ParallelSort sort = sort(ids, "c0").progress(progress);
    assertSame(thrown, assertThrows(IllegalStateException.class, sort::run));
    store.assertHoldsOnly(ids);
  }

  @Test
  void leavesNothingWhenItsThreadsAreInterrupted() {
    List<ObjectId> ids = put(FrameModel.of(INT32), 1_000);
    Thread caller = Thread.currentThread();
    SortProgress progress =
        new SortProgress() {
          @Override
          public void advanced(SortPhase phase, long rows) {
            if (phase == SortPhase.SPLIT) {
              caller.interrupt();
            }
          }
        };
    ParallelSort sort = sort(ids, "c0").progress(progress);
    assertThrows(InterruptedException.class, sort::run);
    store.assertHoldsOnly(ids);
  }

  @Test
  void makesWhatAFullStoreDoesNotDrop() throws InterruptedException {
    List<ObjectId> ids = put(FrameModel.of(INT32), 10_000);
    SortResult result = sort(ids, "c0").consume().run();
    List<ObjectId> others = IntStream.range(0, 100).mapToObj(_ -> ObjectId.random()).toList();
    others.forEach(id -> store.client().createAndSeal(id, new byte[1 << 20]));
    assertTrue(store.client().list().count() < others.size(), "the store did not fill up");
    assertEquals(10_000, FrameModel.get(store.dataframes(), result.bucketIds()).size());
    assertEquals(
        result.buckets(), SortManifest.get(store.dataframes(), result.manifest()).buckets());
  }

  @Test
  void doesNotMakeRoomAtTheCostOfItsPartitions() {
    store.close();
    store = new TestStore(directory, 1 << 20);
    FrameModel frame = FrameModel.of(ColumnModel.of(new ArrowType.Int(64, true)));
    // Nobody asked the store to keep these, and together with their pieces they do not fit.
    List<ObjectId> ids = new ArrayList<>(put(frame, 40_000));
    ids.addAll(put(frame, 40_000));
    ParallelSort sort = sort(ids, "c0");
    PlasmaException failure = assertThrows(PlasmaException.class, sort::run);
    assertEquals(ErrorCode.STORE_FULL, failure.code());
    store.assertHoldsOnly(ids);
  }

  @Test
  void checksNothingWhereThatIsSwitchedOff() throws InterruptedException {
    List<ObjectId> ids = put(FrameModel.of(INT32), 100);
    SortResult result = sort(ids, "c0").verified(false).run();
    assertFalse(result.verified());
    assertEquals(0, result.seconds().get(SortPhase.VERIFY));
    assertEquals(0, result.verifySeconds());
    assertFalse(SortManifest.get(store.dataframes(), result.manifest()).verified());
  }

  @Test
  void listsTheBucketsInAManifest() throws InterruptedException {
    List<ObjectId> ids = put(FrameModel.of(INT32, TEXT), 1_000);
    SortResult result =
        ParallelSort.of(store.dataframes())
            .by(SortKey.of("c1").descending(), SortKey.of("c0").nullsFirst())
            .partitions(ids)
            .buckets(5)
            .threads()
            .run();
    SortManifest manifest = SortManifest.get(store.dataframes(), result.manifest());
    assertEquals(result.buckets(), manifest.buckets());
    assertEquals(
        List.of(SortKey.of("c1").descending(), SortKey.of("c0").nullsFirst()), manifest.keys());
    assertTrue(manifest.verified());
    assertThrows(
        IllegalArgumentException.class,
        () -> SortManifest.get(store.dataframes(), result.bucketIds().getFirst()));
  }

  @Test
  void deletesThePartitionsThatItMayConsume() throws InterruptedException {
    List<ObjectId> ids = new ArrayList<>(put(FrameModel.of(INT32), 1_000));
    ids.addAll(put(FrameModel.of(INT32), 0));
    SortResult result = sort(ids, "c0").consume().run();
    assertEquals(1_000, result.rows());
    List<ObjectId> left = new ArrayList<>(result.bucketIds());
    left.add(result.manifest());
    store.assertHoldsOnly(left);
  }

  @Test
  void needsRoomForLittleMoreThanTheRowsWhenItMayConsume() throws InterruptedException {
    store.close();
    // Half a megabyte over the bare need: buckets and pieces leave gaps too short for one another,
    // and
    // which ones depends on which worker comes first. Still less than the rows and all their
    // pieces.
    store = new TestStore(directory, 7 << 19);
    List<ObjectId> ids = GeneratedPartitions.of(240_000, 8).put(store.dataframes());
    ParallelSort sort = sort(ids, GeneratedPartitions.KEY).buckets(16);
    PlasmaException failure = assertThrows(PlasmaException.class, sort::run);
    assertEquals(ErrorCode.STORE_FULL, failure.code());
    store.assertHoldsOnly(ids);
    assertTrue(sort.consume().run().verified());
  }

  private List<ObjectId> put(FrameModel frame, int rows) {
    return List.of(frame.put(store.dataframes(), frame.rows(new Random(1), rows, 0.1)));
  }

  private ParallelSort sort(List<ObjectId> ids, String column) {
    return ParallelSort.of(store.dataframes())
        .by(SortKey.of(column))
        .partitions(ids)
        .workers(2)
        .threads();
  }

  private static String refusal(ParallelSort sort) {
    return assertThrows(IllegalArgumentException.class, sort::run).getMessage();
  }
}
