package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows go to the bucket that they belong to, and stay as they stood. */
class PartitionByTest {
  private static final ColumnModel INT32 = ColumnModel.of(new ArrowType.Int(32, true));
  private static final ColumnModel INT64 = ColumnModel.of(new ArrowType.Int(64, true));
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

  static List<ColumnModel> types() {
    return ColumnModel.ALL;
  }

  @ParameterizedTest
  @MethodSource("types")
  void keepsEqualKeysOfEachTypeTogether(ColumnModel type) throws InterruptedException {
    Random random = new Random(type.type().hashCode());
    FrameModel frame = FrameModel.of(type, INT32);
    List<byte[][]> rows = frame.rows(random, 500, 0.1);
    checkHash(frame, rows, random, 3, 7, "c0");
    SortKey key = SortKey.of("c0");
    for (SortKey each : List.of(key, key.descending().nullsFirst())) {
      checkRange(frame, rows, random, 3, 5, each);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void dividesRandomDataframesByRandomKeys(long seed) throws InterruptedException {
    Random random = new Random(seed);
    List<ColumnModel> columns = new ArrayList<>();
    for (int i = 0; i < 2 + random.nextInt(4); i++) {
      columns.add(ColumnModel.ALL.get(random.nextInt(ColumnModel.ALL.size())));
    }
    FrameModel frame = new FrameModel(columns);
    List<SortKey> keys = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(columns.size()); i++) {
      SortKey key = SortKey.of(FrameModel.name(i));
      key = random.nextBoolean() ? key : key.descending();
      keys.add(random.nextBoolean() ? key : key.nullsFirst());
    }
    List<byte[][]> few = frame.rows(random, 1 + random.nextInt(400), random.nextInt(4) * 0.2);
    List<byte[][]> rows = new ArrayList<>();
    for (int i = 0; i < random.nextInt(3_000); i++) {
      rows.add(few.get(random.nextInt(few.size())));
    }
    int partitions = 1 + random.nextInt(5);
    int buckets = 1 + random.nextInt(20);
    String[] names = keys.stream().map(SortKey::column).toArray(String[]::new);
    checkHash(frame, rows, random, partitions, buckets, names);
    checkRange(frame, rows, random, partitions, buckets, keys.toArray(SortKey[]::new));
  }

  @Test
  void makesOneBucketOfOnePartition() throws InterruptedException {
    Random random = new Random(1);
    FrameModel frame = FrameModel.of(TEXT, INT64);
    List<byte[][]> rows = frame.rows(random, 700, 0.1);
    checkHash(frame, rows, random, 1, 1, "c0");
    checkRange(frame, rows, random, 1, 1, SortKey.of("c0"));
  }

  @Test
  void makesMoreBucketsThanThereAreRows() throws InterruptedException {
    Random random = new Random(2);
    FrameModel frame = FrameModel.of(INT32, TEXT);
    for (int count : new int[] {0, 1, 3}) {
      List<byte[][]> rows = frame.rows(random, count, 0);
      checkHash(frame, rows, random, 4, 20, "c0");
      checkRange(frame, rows, random, 4, 20, SortKey.of("c0"));
    }
  }

  @Test
  void putsAKeyThatAllRowsHaveIntoOneBucket() throws InterruptedException {
    Random random = new Random(3);
    FrameModel frame = FrameModel.of(TEXT, INT64);
    List<byte[][]> rows = frame.rows(random, 3_000, 0);
    rows.forEach(row -> row[0] = "everybody's own key".getBytes(StandardCharsets.US_ASCII));
    for (PartitionResult result :
        List.of(
            checkHash(frame, rows, random, 3, 8, "c0"),
            checkRange(frame, rows, random, 3, 8, SortKey.of("c0")))) {
      assertEquals(1, result.buckets().stream().filter(bucket -> bucket.rows() > 0).count());
    }
  }

  @Test
  void givesAKeyThatManyRowsHaveABucketOfItsOwn() throws InterruptedException {
    Random random = new Random(4);
    FrameModel frame = FrameModel.of(INT64);
    List<byte[][]> rows = new ArrayList<>();
    for (int i = 0; i < 8_000; i++) {
      rows.add(new byte[][] {random.nextBoolean() ? number(0) : number(random.nextLong())});
    }
    PartitionResult result = checkRange(frame, rows, random, 4, 10, SortKey.of("c0"));
    List<Long> others =
        result.buckets().stream().map(SortResult.Bucket::rows).sorted().limit(9).toList();
    assertTrue(others.getFirst() > 200 && others.getLast() < 880, others::toString);
  }

  @Test
  void makesBucketsOfAboutOneSize() throws InterruptedException {
    Random random = new Random(5);
    FrameModel frame = FrameModel.of(INT64);
    List<byte[][]> rows = new ArrayList<>();
    for (int i = 0; i < 12_000; i++) {
      rows.add(new byte[][] {number(i)});
    }
    for (PartitionResult result :
        List.of(
            checkHash(frame, rows, random, 2, 8, "c0"),
            checkRange(frame, rows, random, 2, 8, SortKey.of("c0").descending()))) {
      for (SortResult.Bucket bucket : result.buckets()) {
        assertTrue(bucket.rows() > 1_200 && bucket.rows() < 1_800, () -> "rows=" + bucket.rows());
      }
    }
  }

  @Test
  void givesEqualValuesOneNumberWhateverTheirTypeIs() throws InterruptedException {
    List<Map<String, Integer>> found = new ArrayList<>();
    for (ColumnModel type :
        List.of(
            ColumnModel.of(new ArrowType.Int(8, true)),
            ColumnModel.of(new ArrowType.Int(8, false)),
            ColumnModel.of(new ArrowType.Int(16, true)),
            ColumnModel.of(new ArrowType.Int(16, false)),
            INT32,
            ColumnModel.of(new ArrowType.Int(32, false)),
            INT64,
            ColumnModel.of(new ArrowType.Int(64, false)))) {
      found.add(bucketsOfNumbers(type));
    }
    assertEquals(Set.of(found.getFirst()), new HashSet<>(found));
    assertTrue(new HashSet<>(found.getFirst().values()).size() > 20, found::toString);

    found.clear();
    for (ArrowType type :
        List.of(
            ArrowType.Utf8.INSTANCE,
            ArrowType.LargeUtf8.INSTANCE,
            ArrowType.Binary.INSTANCE,
            ArrowType.LargeBinary.INSTANCE)) {
      found.add(bucketsOfTexts(ColumnModel.of(type)));
    }
    assertEquals(Set.of(found.getFirst()), new HashSet<>(found));
    assertEquals(found.getFirst(), bucketsOfEncodedTexts());

    Map<String, Integer> wide = new TreeMap<>();
    Map<String, Integer> narrow = new TreeMap<>();
    for (double value : new double[] {0.0, -0.0, 1, -1.5, Double.NaN, Double.POSITIVE_INFINITY}) {
      String name = Double.toString(value);
      wide.put(name, bucketOf(floats(FloatingPointPrecision.DOUBLE), bytes(8, value)));
      narrow.put(name, bucketOf(floats(FloatingPointPrecision.SINGLE), bytes(4, value)));
    }
    assertEquals(wide, narrow);
    assertEquals(wide.get("0.0"), wide.get("-0.0"));
    byte[] otherNan = bytes(8, Double.NaN);
    otherNan[0] = 3;
    otherNan[7] |= (byte) 0x80;
    assertEquals(wide.get("NaN"), bucketOf(floats(FloatingPointPrecision.DOUBLE), otherNan));

    for (int value : new int[] {0, -1, 77}) {
      byte[] decimal = new byte[32];
      Arrays.fill(decimal, (byte) (value < 0 ? -1 : 0));
      System.arraycopy(number(value), 0, decimal, 0, 8);
      assertEquals(
          bucketOf(ColumnModel.of(new ArrowType.Decimal(38, 4, 128)), Arrays.copyOf(decimal, 16)),
          bucketOf(ColumnModel.of(new ArrowType.Decimal(76, 4, 256)), decimal));
    }
  }

  /** Who divided something with an earlier version relies on it. */
  @Test
  void dividesAsItAlwaysDid() throws InterruptedException {
    assertEquals(
        List.of(56, 36, 57, 56, 45, 17),
        List.of(
            bucketOf(INT64, number(0)),
            bucketOf(INT64, number(1)),
            bucketOf(INT64, number(-1)),
            bucketOf(TEXT, "".getBytes(StandardCharsets.US_ASCII)),
            bucketOf(TEXT, "a longer text".getBytes(StandardCharsets.US_ASCII)),
            bucketOf(TEXT, null)));
  }

  /** The join of docs/sort.md, held against all pairs. */
  @Test
  void letsTwoDataframesBeJoinedBucketByBucket() throws InterruptedException {
    Random random = new Random(9);
    FrameModel orderFrame = FrameModel.of(INT32, INT64);
    FrameModel customerFrame = FrameModel.of(INT64, TEXT);
    List<byte[][]> orders = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      orders.add(new byte[][] {bytes(random.nextInt(300)), number(i)});
    }
    List<byte[][]> customers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      customers.add(new byte[][] {number(i), text("customer " + i)});
    }
    PartitionBy byCustomer = PartitionBy.of(store.dataframes()).hash("c0").buckets(7).threads();
    List<ObjectId> left =
        byCustomer
            .partitions(orderFrame.put(store.dataframes(), orders, random, 3))
            .run()
            .bucketIds();
    List<ObjectId> right =
        byCustomer
            .partitions(customerFrame.put(store.dataframes(), customers, random, 2))
            .run()
            .bucketIds();
    Set<List<String>> joined = new HashSet<>();
    for (int i = 0; i < 7; i++) {
      joined.addAll(
          join(
              FrameModel.get(store.dataframes(), List.of(left.get(i))),
              FrameModel.get(store.dataframes(), List.of(right.get(i)))));
    }
    assertEquals(join(orders, customers), joined);
    assertTrue(joined.size() > 500, () -> "rows=" + joined.size());
  }

  private static Set<List<String>> join(List<byte[][]> orders, List<byte[][]> customers) {
    Map<String, byte[]> names = new HashMap<>();
    customers.forEach(row -> names.put(Arrays.toString(row[0]), row[1]));
    Set<List<String>> joined = new HashSet<>();
    for (byte[][] order : orders) {
      byte[] name = names.get(Arrays.toString(Arrays.copyOf(order[0], 8)));
      if (name != null) {
        joined.add(List.of(Arrays.toString(order[1]), new String(name, StandardCharsets.US_ASCII)));
      }
    }
    return joined;
  }

  @Test
  void dividesTwoDataframesAlikeBySplittersOfTheFirst() throws InterruptedException {
    Random random = new Random(6);
    FrameModel first = FrameModel.of(TEXT, INT64);
    FrameModel second = FrameModel.of(INT32, TEXT);
    // Prefixes are made of what most values begin with: here of different beginnings.
    List<byte[][]> rows = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      rows.add(new byte[][] {text("beginning-" + random.nextInt(500)), number(i)});
    }
    List<ObjectId> ids = first.put(store.dataframes(), rows, random, 2);
    PartitionResult divided =
        PartitionBy.of(store.dataframes())
            .range(SortKey.of("c0"))
            .buckets(6)
            .partitions(ids)
            .threads()
            .run();
    ObjectId splitters = divided.splitters().orElseThrow();
    Map<String, Integer> bucketOfKey = new HashMap<>();
    for (int bucket = 0; bucket < 6; bucket++) {
      for (byte[][] row :
          FrameModel.get(store.dataframes(), List.of(divided.bucketIds().get(bucket)))) {
        bucketOfKey.put(Arrays.toString(row[0]), bucket);
      }
    }
    List<byte[][]> others = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      String key = random.nextBoolean() ? "beginning-" + random.nextInt(500) : "x" + i;
      others.add(new byte[][] {new byte[4], text(key)});
    }
    // The other dataframe calls its key otherwise: its splitters have to have that name.
    ObjectId renamed = ObjectId.random();
    try (VectorSchemaRoot root = store.dataframes().get(splitters)) {
      assertEquals(5, root.getRowCount());
      FieldVector keys = root.getVector(0);
      List<byte[]> values = new ArrayList<>();
      for (int i = 0; i < root.getRowCount(); i++) {
        values.add(ColumnModel.get(keys, i));
      }
      try (FieldVector named = TEXT.vector("c1", values, store.allocator());
          VectorSchemaRoot copy = new VectorSchemaRoot(List.of(named))) {
        store.dataframes().put(renamed, copy);
      }
    }
    PartitionResult alike =
        PartitionBy.of(store.dataframes())
            .range(SortKey.of("c1"))
            .splitters(renamed)
            .partitions(second.put(store.dataframes(), others, random, 3))
            .threads()
            .run();
    assertEquals(6, alike.buckets().size());
    int shared = 0;
    for (int bucket = 0; bucket < 6; bucket++) {
      for (byte[][] row :
          FrameModel.get(store.dataframes(), List.of(alike.bucketIds().get(bucket)))) {
        Integer wanted = bucketOfKey.get(Arrays.toString(row[1]));
        if (wanted != null) {
          assertEquals(wanted, bucket, () -> new String(row[1], StandardCharsets.US_ASCII));
          shared++;
        }
      }
    }
    assertTrue(shared > 300, "shared=" + shared);
  }

  @Test
  void putsARowThatEqualsASplitterBehindIt() throws InterruptedException {
    ObjectId splitters = ObjectId.random();
    FrameModel frame = FrameModel.of(INT32);
    try (FieldVector vector =
            INT32.vector(
                "c0", Arrays.asList(bytes(10), bytes(20), (byte[]) null), store.allocator());
        VectorSchemaRoot root = new VectorSchemaRoot(List.of(vector))) {
      store.dataframes().put(splitters, root);
    }
    List<byte[][]> rows =
        Stream.of(bytes(9), bytes(10), bytes(19), bytes(20), bytes(21), null, bytes(-5))
            .map(value -> new byte[][] {value})
            .toList();
    PartitionResult result =
        PartitionBy.of(store.dataframes())
            .range(SortKey.of("c0"))
            .splitters(splitters)
            .partitions(List.of(frame.put(store.dataframes(), rows)))
            .threads()
            .run();
    List<List<String>> found =
        result.bucketIds().stream()
            .map(id -> FrameModel.text(FrameModel.get(store.dataframes(), List.of(id))))
            .toList();
    List<List<String>> wanted =
        Stream.of(List.of(0, 6), List.of(1, 2), List.of(3, 4), List.of(5))
            .map(bucket -> FrameModel.text(bucket.stream().map(rows::get).toList()))
            .toList();
    assertEquals(wanted, found);
  }

  @Test
  void refusesSplittersThatAreNone() {
    List<ObjectId> ids = List.of(FrameModel.of(INT32).put(store.dataframes(), List.of()));
    ObjectId unordered = FrameModel.of(INT32).put(store.dataframes(), rows(3, 3));
    ObjectId others =
        FrameModel.of(TEXT).put(store.dataframes(), List.<byte[][]>of(new byte[][] {text("x")}));
    PartitionBy range =
        PartitionBy.of(store.dataframes()).range(SortKey.of("c0")).partitions(ids).threads();
    assertEquals(
        "splitters are not in order, or two of them are equal: id="
            + unordered
            + " row=1 keys=[c0:asc:nulls-last]",
        refusal(range.splitters(unordered)));
    assertTrue(
        refusal(range.splitters(others)).startsWith("splitters have no such column: id=" + others));
    assertEquals(
        "splitters say how many buckets there are: buckets=3",
        refusal(range.splitters(others).buckets(3)));
    assertEquals("splitters without a range to split", refusal(range.hash("c0").splitters(others)));
    PlasmaException missing =
        assertThrows(PlasmaException.class, range.splitters(ObjectId.named("nothing"))::run);
    assertEquals(ErrorCode.OBJECT_NOT_FOUND, missing.code());
    store.assertHoldsOnly(List.of(ids.getFirst(), unordered, others));
  }

  @Test
  void namesEveryFaultOfItsOptionsAtOnce() {
    assertEquals(
        "no key to partition by; no partition to sort",
        refusal(PartitionBy.of(store.dataframes()).hash()));
    ObjectId id = FrameModel.of(INT32).put(store.dataframes(), rows(1));
    assertEquals(
        "a column to partition by given twice: column=c0",
        refusal(PartitionBy.of(store.dataframes()).hash("c0", "c0").partitions(List.of(id))));
  }

  @Test
  void listsItsBucketsInAManifest() throws InterruptedException {
    Random random = new Random(7);
    FrameModel frame = FrameModel.of(INT32, TEXT);
    List<ObjectId> ids = frame.put(store.dataframes(), frame.rows(random, 300, 0), random, 2);
    PartitionBy partitioning = PartitionBy.of(store.dataframes()).partitions(ids).threads();
    PartitionResult hashed = partitioning.hash("c1", "c0").buckets(3).run();
    PartitionManifest manifest = PartitionManifest.get(store.dataframes(), hashed.manifest());
    assertEquals(hashed.buckets(), manifest.buckets());
    assertEquals(List.of(SortKey.of("c1"), SortKey.of("c0")), manifest.keys());
    assertEquals(null, manifest.splitters());
    assertTrue(manifest.verified());

    SortKey key = SortKey.of("c0").descending();
    PartitionResult ranged = partitioning.range(key).buckets(4).verified(false).run();
    manifest = PartitionManifest.get(store.dataframes(), ranged.manifest());
    assertEquals(ranged.buckets(), manifest.buckets());
    assertEquals(List.of(key), manifest.keys());
    assertEquals(ranged.splitters().orElseThrow(), manifest.splitters());
    assertFalse(manifest.verified());
    ObjectId other = frame.put(store.dataframes(), List.of());
    assertThrows(
        IllegalArgumentException.class, () -> PartitionManifest.get(store.dataframes(), other));
  }

  @Test
  void tellsHowItGetsOnAndHandsOutBuckets() throws InterruptedException {
    Random random = new Random(8);
    FrameModel frame = FrameModel.of(INT32, TEXT);
    List<ObjectId> ids = frame.put(store.dataframes(), frame.rows(random, 900, 0), random, 2);
    List<SortPhase> phases = new ArrayList<>();
    List<ObjectId> handed = new ArrayList<>();
    PartitionResult result =
        PartitionBy.of(store.dataframes())
            .hash("c0")
            .partitions(ids)
            .buckets(5)
            .workers(2)
            .threads()
            .consume()
            .progress(
                new SortProgress() {
                  @Override
                  public void started(SortPhase phase, long rows) {
                    phases.add(phase);
                  }
                })
            .onBucket((number, bucket) -> handed.add(bucket.id()))
            .run();
    assertEquals(List.of(SortPhase.values()), phases);
    assertEquals(result.bucketIds(), handed);
    List<ObjectId> left = new ArrayList<>(result.bucketIds());
    left.add(result.manifest());
    store.assertHoldsOnly(left);
  }

  @Test
  void leavesNothingWhenTheStoreIsFull() {
    store.close();
    store = new TestStore(directory, 3 << 20);
    List<ObjectId> ids = GeneratedPartitions.of(200_000, 4).put(store.dataframes());
    for (PartitionBy each :
        List.of(
            PartitionBy.of(store.dataframes()).hash(GeneratedPartitions.KEY),
            PartitionBy.of(store.dataframes()).range(SortKey.of(GeneratedPartitions.KEY)))) {
      PlasmaException failure =
          assertThrows(PlasmaException.class, each.partitions(ids).buckets(4).threads()::run);
      assertEquals(ErrorCode.STORE_FULL, failure.code(), failure::toString);
      store.assertHoldsOnly(ids);
    }
  }

  @Test
  void goesOnWhenAWorkerIsKilled() throws InterruptedException {
    List<ObjectId> ids = GeneratedPartitions.of(200_000, 4).put(store.dataframes());
    AtomicBoolean killed = new AtomicBoolean();
    SortProgress killer =
        new SortProgress() {
          @Override
          public void advanced(SortPhase phase, long rows) {
            if (phase == SortPhase.SPLIT && killed.compareAndSet(false, true)) {
              ProcessHandle.current()
                  .children()
                  .filter(child -> child.info().commandLine().orElse("").contains("SortWorker"))
                  .findFirst()
                  .orElseThrow()
                  .destroyForcibly();
            }
          }
        };
    PartitionResult result =
        PartitionBy.of(store.dataframes())
            .range(SortKey.of(GeneratedPartitions.KEY))
            .partitions(ids)
            .buckets(8)
            .workers(2)
            .processes()
            .progress(killer)
            .run();
    assertTrue(killed.get() && result.verified());
    assertEquals(1, result.retries());
    assertEquals(200_000, result.buckets().stream().mapToLong(SortResult.Bucket::rows).sum());
    List<ObjectId> left = new ArrayList<>(ids);
    left.addAll(result.bucketIds());
    left.add(result.manifest());
    left.add(result.splitters().orElseThrow());
    store.assertHoldsOnly(left);
  }

  /** Divides both ways in which rows travel, and checks where they are. */
  private PartitionResult checkHash(
      FrameModel frame,
      List<byte[][]> rows,
      Random random,
      int partitions,
      int buckets,
      String... columns)
      throws InterruptedException {
    PartitionBy hash = PartitionBy.of(store.dataframes()).hash(columns).buckets(buckets);
    Map<List<String>, Integer> other =
        check(nested(frame), nested(rows), random, partitions, hash).numbers;
    Checked checked = check(frame, rows, random, partitions, hash);
    assertEquals(other, checked.numbers, "both ways divide alike");
    return checked.result;
  }

  private PartitionResult checkRange(
      FrameModel frame,
      List<byte[][]> rows,
      Random random,
      int partitions,
      int buckets,
      SortKey... keys)
      throws InterruptedException {
    PartitionBy range = PartitionBy.of(store.dataframes()).range(keys).buckets(buckets);
    check(nested(frame), nested(rows), random, partitions, range);
    return check(frame, rows, random, partitions, range).result;
  }

  private record Checked(PartitionResult result, Map<List<String>, Integer> numbers) {}

  private Checked check(
      FrameModel frame,
      List<byte[][]> rows,
      Random random,
      int partitions,
      PartitionBy partitioning)
      throws InterruptedException {
    List<ObjectId> ids = frame.put(store.dataframes(), rows, random, partitions);
    PartitionResult result =
        partitioning.partitions(ids).workers(1 + random.nextInt(2)).threads().run();
    List<SortKey> keys = partitioning.options().keys();
    assertTrue(result.verified());
    assertEquals(rows.size(), result.rows());
    assertEquals(partitioning.options().buckets(), result.buckets().size());

    // Each key is in one bucket, and a plain division by that makes the same of the rows.
    Map<List<String>, Integer> numbers = new HashMap<>();
    Comparator<byte[][]> order = frame.order(keys);
    byte[][] last = null;
    for (int bucket = 0; bucket < result.buckets().size(); bucket++) {
      int number = bucket;
      List<byte[][]> found =
          FrameModel.get(store.dataframes(), List.of(result.bucketIds().get(bucket)));
      assertEquals(result.buckets().get(bucket).rows(), found.size());
      for (byte[][] row : found) {
        Integer before = numbers.putIfAbsent(key(row, keys), number);
        assertTrue(before == null || before == number, "a key in two buckets");
      }
      List<byte[][]> wanted =
          rows.stream()
              .filter(row -> Integer.valueOf(number).equals(numbers.get(key(row, keys))))
              .toList();
      assertEquals(FrameModel.text(wanted), FrameModel.text(found));
      if (result.splitters().isPresent() && !found.isEmpty()) {
        byte[][] least = found.stream().min(order).orElseThrow();
        assertTrue(last == null || order.compare(last, least) < 0, "buckets are not in order");
        last = found.stream().max(order).orElseThrow();
      }
    }

    List<ObjectId> left = new ArrayList<>(ids);
    left.addAll(result.bucketIds());
    left.add(result.manifest());
    result.splitters().ifPresent(left::add);
    store.assertHoldsOnly(left);
    left.forEach(store.client()::delete);
    return new Checked(result, numbers);
  }

  private static List<String> key(byte[][] row, List<SortKey> keys) {
    return keys.stream()
        .map(key -> Arrays.toString(row[Integer.parseInt(key.column().substring(1))]))
        .toList();
  }

  /** With a column beside that makes rows travel as dataframes. */
  private static FrameModel nested(FrameModel frame) {
    return new FrameModel(
        Stream.concat(frame.columns().stream(), Stream.of(ColumnModel.NOTHING)).toList());
  }

  private static List<byte[][]> nested(List<byte[][]> rows) {
    return rows.stream().map(row -> Arrays.copyOf(row, row.length + 1)).toList();
  }

  private Map<String, Integer> bucketsOfNumbers(ColumnModel type) throws InterruptedException {
    List<byte[]> values =
        IntStream.range(0, 100).mapToObj(i -> Arrays.copyOf(number(i), type.width())).toList();
    return buckets(type, values);
  }

  private Map<String, Integer> bucketsOfTexts(ColumnModel type) throws InterruptedException {
    return buckets(type, IntStream.range(0, 100).mapToObj(i -> text("text " + i)).toList());
  }

  /** The number of each value's bucket, by the value's place. */
  private Map<String, Integer> buckets(ColumnModel type, List<byte[]> values)
      throws InterruptedException {
    List<byte[][]> rows = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      rows.add(new byte[][] {values.get(i), number(i)});
    }
    return places(FrameModel.of(type, INT64).put(store.dataframes(), rows));
  }

  private Map<String, Integer> bucketsOfEncodedTexts() throws InterruptedException {
    DictionaryEncoding encoding = new DictionaryEncoding(1, false, null);
    ObjectId id = ObjectId.random();
    List<byte[]> texts = IntStream.range(0, 100).mapToObj(i -> text("text " + i)).toList();
    try (FieldVector values = TEXT.vector("values", texts, store.allocator());
        FieldVector plain = TEXT.vector("c0", texts, store.allocator());
        FieldVector places =
            INT64.vector(
                "c1",
                IntStream.range(0, 100).mapToObj(PartitionByTest::number).toList(),
                store.allocator())) {
      Dictionary dictionary = new Dictionary(values, encoding);
      try (FieldVector encoded = (FieldVector) DictionaryEncoder.encode(plain, dictionary);
          VectorSchemaRoot root = new VectorSchemaRoot(List.of(encoded, places))) {
        store.dataframes().put(id, root, new DictionaryProvider.MapDictionaryProvider(dictionary));
      }
    }
    return places(id);
  }

  private Map<String, Integer> places(ObjectId id) throws InterruptedException {
    PartitionResult result =
        PartitionBy.of(store.dataframes())
            .hash("c0")
            .buckets(64)
            .partitions(List.of(id))
            .threads()
            .run();
    Map<String, Integer> places = new TreeMap<>();
    for (int bucket = 0; bucket < 64; bucket++) {
      for (byte[][] row :
          FrameModel.get(store.dataframes(), List.of(result.bucketIds().get(bucket)))) {
        places.put(Arrays.toString(row[1]), bucket);
      }
    }
    return places;
  }

  private int bucketOf(ColumnModel type, byte[] value) throws InterruptedException {
    List<byte[]> one = new ArrayList<>();
    one.add(value);
    return buckets(type, one).values().iterator().next();
  }

  private static ColumnModel floats(FloatingPointPrecision precision) {
    return ColumnModel.of(new ArrowType.FloatingPoint(precision));
  }

  private static byte[] bytes(int width, double value) {
    ByteBuffer bytes = ByteBuffer.allocate(width).order(ByteOrder.LITTLE_ENDIAN);
    return (width == 4 ? bytes.putFloat((float) value) : bytes.putDouble(value)).array();
  }

  private static byte[] bytes(int value) {
    return Arrays.copyOf(number(value), 4);
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  private static byte[] text(String value) {
    return value.getBytes(StandardCharsets.US_ASCII);
  }

  private static List<byte[][]> rows(int... values) {
    return Arrays.stream(values).mapToObj(value -> new byte[][] {bytes(value)}).toList();
  }

  private String refusal(PartitionBy partitioning) {
    return assertThrows(IllegalArgumentException.class, partitioning::run).getMessage();
  }
}
