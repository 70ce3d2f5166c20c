package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.ArrowOutput;
import io.plasmastore.arrow.InvalidArrowDataException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Rows that are brought into the store, to be sorted there. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class PartitionsTest {
  private static final FrameModel FRAME = new FrameModel(ColumnModel.ALL);

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
  void generatesTheSameRowsForAnyNumberOfPartitions() {
    List<ObjectId> one = GeneratedPartitions.of(1_000, 1).withPayload().put(store.dataframes());
    List<ObjectId> many = GeneratedPartitions.of(1_000, 7).withPayload().put(store.dataframes());
    assertEquals(7, many.size());
    assertEquals(rows(one), rows(many));
    List<ObjectId> others =
        GeneratedPartitions.of(1_000, 1).withPayload().withSeed(1).put(store.dataframes());
    assertEquals(1_000, rows(others).size());
    assertTrue(rows(others).stream().noneMatch(rows(one)::contains));
  }

  @Test
  void generatesEmptyPartitionsWhereThereAreFewRows() {
    List<ObjectId> ids = GeneratedPartitions.of(2, 5).put(store.dataframes());
    assertEquals(5, ids.size());
    assertEquals(2, rows(ids).size());
  }

  @Test
  void leavesNothingOfRowsThatDoNotFit() {
    GeneratedPartitions tooMany = GeneratedPartitions.of(10_000_000, 10);
    PlasmaException failure =
        assertThrows(PlasmaException.class, () -> tooMany.put(store.dataframes()));
    assertEquals(ErrorCode.STORE_FULL, failure.code());
    store.assertHoldsOnly(List.of());
  }

  @Test
  void cutsFilesAndStreamsIntoPartitionsOfEqualSize() throws IOException {
    Random random = new Random(1);
    List<byte[][]> rows = FRAME.rows(random, 1_000, 0.2);
    Path file = directory.resolve("first.arrow");
    Path stream = directory.resolve("second.arrows");
    write(file, true, rows.subList(0, 600), List.of(100, 0, 317, 183));
    write(stream, false, rows.subList(600, 1_000), List.of(400));
    for (int count : new int[] {1, 3, 7}) {
      List<ObjectId> ids =
          FilePartitions.of(List.of(file, stream)).withPartitions(count).put(store.dataframes());
      assertEquals(count, ids.size());
      assertEquals(FrameModel.text(rows), rows(ids));
      for (ObjectId id : ids) {
        int size = rows(List.of(id)).size();
        assertTrue(Math.abs(size - 1_000 / count) <= 1, () -> "rows=" + size);
      }
      store.assertHoldsOnly(ids);
      ids.forEach(store.client()::delete);
    }
  }

  @Test
  void makesOnePartitionOfFewRows() throws IOException {
    Path file = directory.resolve("few.arrow");
    List<byte[][]> rows = FRAME.rows(new Random(2), 10, 0);
    write(file, true, rows, List.of(10));
    List<ObjectId> ids = FilePartitions.of(List.of(file)).put(store.dataframes());
    assertEquals(1, ids.size());
    assertEquals(FrameModel.text(rows), rows(ids));
  }

  @Test
  void makesEmptyPartitionsOfAFileWithoutRows() throws IOException {
    Path file = directory.resolve("none.arrow");
    write(file, true, List.of(), List.of(0));
    List<ObjectId> ids = FilePartitions.of(List.of(file)).withPartitions(2).put(store.dataframes());
    assertEquals(2, ids.size());
    assertEquals(List.of(), rows(ids));
  }

  @Test
  void namesTheFileWhoseColumnsAreOthers() throws IOException {
    FrameModel other = FrameModel.of(ColumnModel.of(ArrowType.Utf8.INSTANCE));
    Path first = directory.resolve("first.arrow");
    Path second = directory.resolve("second.arrow");
    write(first, true, FRAME.rows(new Random(3), 10, 0), List.of(10));
    ObjectId id = other.put(store.dataframes(), other.rows(new Random(3), 10, 0));
    write(second, true, id);
    FilePartitions files = FilePartitions.of(List.of(first, second));
    IllegalArgumentException failure =
        assertThrows(IllegalArgumentException.class, () -> files.put(store.dataframes()));
    assertTrue(
        failure.getMessage().startsWith("partitions have different columns: file=" + second),
        failure::getMessage);
    store.assertHoldsOnly(List.of());
  }

  @Test
  void refusesAFileThatIsNotArrow() throws IOException {
    Path file = directory.resolve("text.arrow");
    Files.writeString(file, "a,b\n1,2\n");
    FilePartitions files = FilePartitions.of(List.of(file));
    assertThrows(InvalidArrowDataException.class, () -> files.put(store.dataframes()));
    FilePartitions missing = FilePartitions.of(List.of(directory.resolve("missing")));
    assertThrows(IOException.class, () -> missing.put(store.dataframes()));
    store.assertHoldsOnly(List.of());
  }

  @Test
  void sortsAFile() throws IOException, InterruptedException {
    List<byte[][]> rows = FRAME.rows(new Random(4), 500, 0.1);
    Path file = directory.resolve("rows.arrow");
    write(file, true, rows, IntStream.range(0, 10).mapToObj(_ -> 50).toList());
    List<ObjectId> ids = FilePartitions.of(List.of(file)).withPartitions(3).put(store.dataframes());
    List<SortKey> keys = List.of(SortKey.of("c0"), SortKey.of("c23").descending());
    SortResult result =
        ParallelSort.of(store.dataframes()).by(keys).partitions(ids).threads().consume().run();
    List<byte[][]> expected = new ArrayList<>(rows);
    expected.sort(FRAME.order(keys));
    assertEquals(FrameModel.text(expected), rows(result.bucketIds()));
  }

  private List<String> rows(List<ObjectId> ids) {
    return FrameModel.text(FrameModel.get(store.dataframes(), ids));
  }

  private void write(Path path, boolean file, List<byte[][]> rows, List<Integer> batches)
      throws IOException {
    write(path, file, FRAME.put(store.dataframes(), rows, batches));
  }

  /** Moves a dataframe out of the store into a file or stream. */
  private void write(Path path, boolean file, ObjectId id) throws IOException {
    try (SealedObject object = store.client().get(id);
        FileChannel channel =
            FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      if (file) {
        ArrowOutput.writeFile(List.of(object.data()), channel);
      } else {
        ArrowOutput.writeStream(List.of(object.data()), channel);
      }
    }
    store.client().delete(id);
  }
}
