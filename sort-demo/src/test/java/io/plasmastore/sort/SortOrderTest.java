package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes out is what a plain stable sort with a comparator makes of the same rows. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class SortOrderTest {
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

  static List<ColumnModel> types() {
    return ColumnModel.ALL;
  }

  @ParameterizedTest
  @MethodSource("types")
  void sortsByEachTypeInEachDirection(ColumnModel type) throws InterruptedException {
    Random random = new Random(type.type().hashCode());
    FrameModel frame = FrameModel.of(type, ColumnModel.of(new ArrowType.Int(32, true)));
    for (SortKey key : directions(0)) {
      List<byte[][]> rows = frame.rows(random, 500, 0.1);
      check(frame, rows, List.of(key), random, 3, 4, 2);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void sortsRandomDataframesByRandomKeys(long seed) throws InterruptedException {
    Random random = new Random(seed);
    List<ColumnModel> columns = new ArrayList<>();
    for (int i = 0; i < 2 + random.nextInt(4); i++) {
      columns.add(ColumnModel.ALL.get(random.nextInt(ColumnModel.ALL.size())));
    }
    FrameModel frame = new FrameModel(columns);
    List<SortKey> keys = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(columns.size()); i++) {
      keys.add(directions(i).get(random.nextInt(4)));
    }
    List<byte[][]> rows =
        frame.rows(random, random.nextInt(3_000), random.nextInt(4) * random.nextInt(4) * 0.1);
    check(
        frame,
        rows,
        keys,
        random,
        1 + random.nextInt(5),
        1 + random.nextInt(9),
        1 + random.nextInt(3));
  }

  @Test
  void keepsTheOrderOfRowsWhoseKeysAreEqual() throws InterruptedException {
    Random random = new Random(1);
    FrameModel frame =
        FrameModel.of(
            ColumnModel.of(ArrowType.Bool.INSTANCE), ColumnModel.of(new ArrowType.Int(32, true)));
    List<byte[][]> rows = frame.rows(random, 5_000, 0);
    check(frame, rows, List.of(SortKey.of("c0").descending()), random, 4, 7, 2);
  }

  @Test
  void sortsByKeysOfWhichTheFirstDecidesLittle() throws InterruptedException {
    Random random = new Random(2);
    FrameModel frame =
        FrameModel.of(
            ColumnModel.of(ArrowType.Bool.INSTANCE),
            ColumnModel.of(new ArrowType.Int(8, true)),
            ColumnModel.of(ArrowType.Utf8.INSTANCE),
            ColumnModel.of(new ArrowType.Int(64, true)));
    List<byte[][]> rows = frame.rows(random, 5_000, 0.2);
    List<SortKey> keys =
        List.of(
            SortKey.of("c0").nullsFirst(),
            SortKey.of("c1").descending(),
            SortKey.of("c2").descending().nullsFirst(),
            SortKey.of("c3"));
    check(frame, rows, keys, random, 4, 5, 2);
  }

  @ParameterizedTest
  @MethodSource("types")
  void sortsRowsOfNothingButAKey(ColumnModel type) throws InterruptedException {
    Random random = new Random(~type.type().hashCode());
    FrameModel frame = FrameModel.of(type);
    List<byte[][]> rows = frame.rows(random, 2_000, 0);
    check(frame, rows, List.of(SortKey.of("c0")), random, 2, 3, 2);
    check(frame, rows, List.of(SortKey.of("c0").descending()), random, 2, 3, 2);
  }

  @Test
  void sortsByKeysOfWhichFewFillMostRows() throws InterruptedException {
    Random random = new Random(12);
    FrameModel frame =
        FrameModel.of(
            ColumnModel.of(ArrowType.Utf8.INSTANCE),
            ColumnModel.of(new ArrowType.Int(16, true)),
            ColumnModel.of(ArrowType.LargeBinary.INSTANCE));
    List<byte[][]> few = frame.rows(random, 200, 0.1);
    List<byte[][]> rows = new ArrayList<>();
    for (int i = 0; i < 6_000; i++) {
      // The first of few fills half the rows, the second a quarter, …
      byte[][] row = few.get(Math.min(199, Long.numberOfTrailingZeros(random.nextLong())));
      rows.add(random.nextInt(8) == 0 ? few.get(random.nextInt(200)) : row);
    }
    for (SortKey key : directions(0)) {
      check(frame, rows, List.of(key), random, 3, 6, 2);
      check(frame, rows, List.of(SortKey.of("c1").nullsFirst(), key), random, 3, 6, 2);
    }
  }

  @Test
  void sortsStringsThatAllBeginWithManySameBytes() throws InterruptedException {
    Random random = new Random(13);
    FrameModel frame = FrameModel.of(ColumnModel.of(ArrowType.Utf8.INSTANCE));
    List<byte[][]> rows = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      byte[] text = new byte[20 + random.nextInt(3)];
      Arrays.fill(text, (byte) 'x');
      text[10 + random.nextInt(12) % (text.length - 10)] = (byte) ('a' + random.nextInt(20));
      rows.add(new byte[][] {random.nextInt(500) == 0 ? new byte[] {'w'} : text});
    }
    rows.add(new byte[][] {"xxxxxxxx".getBytes(StandardCharsets.US_ASCII)});
    rows.add(new byte[][] {"xxxxxxxxz".getBytes(StandardCharsets.US_ASCII)});
    rows.add(new byte[][] {null});
    for (SortKey key : directions(0)) {
      check(frame, rows, List.of(key), random, 3, 8, 2);
    }
  }

  @Test
  void sortsStringsThatBeginAlike() throws InterruptedException {
    Random random = new Random(3);
    FrameModel frame = FrameModel.of(ColumnModel.of(ArrowType.Utf8.INSTANCE));
    List<byte[][]> rows = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      byte[] text = new byte[6 + random.nextInt(4)];
      Arrays.fill(text, (byte) 'x');
      text[text.length - 1] = (byte) (random.nextBoolean() ? 0 : 'a' + random.nextInt(20));
      rows.add(new byte[][] {text});
    }
    check(frame, rows, List.of(SortKey.of("c0")), random, 3, 8, 2);
    check(frame, rows, List.of(SortKey.of("c0").descending()), random, 3, 8, 2);
  }

  @Test
  void spreadsOneKeyOverAllBuckets() throws InterruptedException {
    FrameModel frame = FrameModel.of(ColumnModel.of(new ArrowType.Int(64, true)));
    List<byte[][]> rows = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      rows.add(new byte[][] {new byte[8]});
    }
    SortResult result = check(frame, rows, List.of(SortKey.of("c0")), new Random(4), 3, 10, 2);
    for (SortResult.Bucket bucket : result.buckets()) {
      assertTrue(bucket.rows() > 700 && bucket.rows() < 1_300, () -> "rows=" + bucket.rows());
    }
  }

  @Test
  void keepsBucketsEvenWhenHalfTheRowsHaveOneKey() throws InterruptedException {
    Random random = new Random(5);
    FrameModel frame = FrameModel.of(ColumnModel.of(new ArrowType.Int(64, true)));
    List<byte[][]> rows = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      byte[] value = new byte[8];
      if (random.nextBoolean()) {
        random.nextBytes(value);
      }
      rows.add(new byte[][] {value});
    }
    SortResult result = check(frame, rows, List.of(SortKey.of("c0")), random, 4, 10, 2);
    for (SortResult.Bucket bucket : result.buckets()) {
      assertTrue(bucket.rows() < 2 * 2_000, () -> "rows=" + bucket.rows());
    }
  }

  @Test
  void sortsWhatIsSortedOrReversedAlready() throws InterruptedException {
    Random random = new Random(6);
    FrameModel frame = FrameModel.of(ColumnModel.of(new ArrowType.Int(32, true)));
    List<byte[][]> rows = frame.rows(random, 4_000, 0);
    rows.sort(frame.order(List.of(SortKey.of("c0"))));
    check(frame, rows, List.of(SortKey.of("c0")), random, 3, 6, 2);
    check(frame, rows, List.of(SortKey.of("c0").descending()), random, 3, 6, 2);
  }

  @Test
  void sortsOneRowIntoManyBuckets() throws InterruptedException {
    Random random = new Random(7);
    FrameModel frame = FrameModel.of(ColumnModel.of(ArrowType.Utf8.INSTANCE));
    check(frame, frame.rows(random, 1, 0), List.of(SortKey.of("c0")), random, 1, 5, 2);
  }

  @Test
  void sortsFewerRowsThanBucketsAndPartitions() throws InterruptedException {
    Random random = new Random(8);
    FrameModel frame = FrameModel.of(ColumnModel.of(new ArrowType.Int(16, true)));
    SortResult result =
        check(frame, frame.rows(random, 3, 0), List.of(SortKey.of("c0")), random, 8, 20, 3);
    assertEquals(20, result.buckets().size());
    assertEquals(8, result.partitions());
  }

  @Test
  void sortsNoRowsAtAll() throws InterruptedException {
    FrameModel frame =
        FrameModel.of(
            ColumnModel.of(ArrowType.Utf8.INSTANCE), ColumnModel.of(ArrowType.Bool.INSTANCE));
    SortResult result = check(frame, List.of(), List.of(SortKey.of("c0")), new Random(9), 2, 3, 2);
    assertEquals(3, result.buckets().size());
    assertEquals(0, result.rows());
  }

  @Test
  void sortsRowsThatAreAllNull() throws InterruptedException {
    FrameModel frame =
        FrameModel.of(
            ColumnModel.of(new ArrowType.Int(64, true)), ColumnModel.of(ArrowType.Utf8.INSTANCE));
    Random random = new Random(10);
    check(
        frame,
        frame.rows(random, 1_000, 1),
        List.of(SortKey.of("c0"), SortKey.of("c1").nullsFirst()),
        random,
        2,
        3,
        2);
  }

  @Test
  void makesOneBucketOfOnePartition() throws InterruptedException {
    Random random = new Random(11);
    FrameModel frame = FrameModel.of(ColumnModel.of(new ArrowType.Int(32, true)));
    check(frame, frame.rows(random, 1_000, 0.1), List.of(SortKey.of("c0")), random, 1, 1, 1);
  }

  /** Sorts rows both ways in which they travel. */
  private SortResult check(
      FrameModel frame,
      List<byte[][]> rows,
      List<SortKey> keys,
      Random random,
      int partitions,
      int buckets,
      int workers)
      throws InterruptedException {
    FrameModel unpacked =
        new FrameModel(
            Stream.concat(frame.columns().stream(), Stream.of(ColumnModel.NOTHING)).toList());
    List<byte[][]> longer = rows.stream().map(row -> Arrays.copyOf(row, row.length + 1)).toList();
    checkOnce(unpacked, longer, keys, random, partitions, buckets, workers);
    return checkOnce(frame, rows, keys, random, partitions, buckets, workers);
  }

  private SortResult checkOnce(
      FrameModel frame,
      List<byte[][]> rows,
      List<SortKey> keys,
      Random random,
      int partitions,
      int buckets,
      int workers)
      throws InterruptedException {
    List<ObjectId> ids = frame.put(store.dataframes(), rows, random, partitions);
    SortResult result =
        ParallelSort.of(store.dataframes())
            .by(keys)
            .partitions(ids)
            .buckets(buckets)
            .parts(1 + random.nextInt(20))
            .workers(workers)
            .threads()
            .run();
    List<byte[][]> expected = new ArrayList<>(rows);
    expected.sort(frame.order(keys));
    List<byte[][]> found = FrameModel.get(store.dataframes(), result.bucketIds());
    assertEquals(FrameModel.text(expected), FrameModel.text(found));
    assertTrue(result.verified());
    assertEquals(rows.size(), result.rows());
    assertEquals(buckets, result.buckets().size());

    List<ObjectId> left = new ArrayList<>(ids);
    left.addAll(result.bucketIds());
    left.add(result.manifest());
    store.assertHoldsOnly(left);
    left.forEach(store.client()::delete);
    return result;
  }

  private static List<SortKey> directions(int column) {
    SortKey key = SortKey.of(FrameModel.name(column));
    return List.of(key, key.descending(), key.nullsFirst(), key.descending().nullsFirst());
  }
}
