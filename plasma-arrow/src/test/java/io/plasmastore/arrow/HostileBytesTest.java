package io.plasmastore.arrow;

import static io.plasmastore.arrow.Dataframes.nested;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Bytes that nobody meant to be a dataframe: they are refused, or read without a step outside of
 * them; nothing stays held. The values themselves are not looked at before a full check is asked
 * for, so nonsense in a body is read as the nonsense that it is; what passes that check can be read
 * to the last value.
 */
@Timeout(180)
class HostileBytesTest {
  private static final long SEED = 20260131;
  private static final int FLIPS = 20_000;
  private static final int OVERWRITES = 10_000;
  private static final long[] NUMBERS = {
    -1,
    0,
    1,
    7,
    64,
    1 << 16,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 32,
    Long.MAX_VALUE,
    Long.MAX_VALUE - 63,
    Long.MIN_VALUE
  };

  static final Field TEXT = Field.nullable("t", ArrowType.Utf8.INSTANCE);
  static final Field FLAG = Field.nullable("b", ArrowType.Bool.INSTANCE);

  final BufferAllocator allocator = new RootAllocator();
  private byte[] stream = new byte[0];
  private int read;
  private int refused;
  private int damaged;

  @BeforeEach
  void writesASmallStream() throws Exception {
    stream = smallStream();
    readsOrRefuses(stream, "untouched");
    assertEquals(1, read);
    assertEquals(0, damaged);
  }

  /** Two batches, which every test damages. */
  byte[] smallStream() throws Exception {
    return smallStream(
        Field.nullable("i", new ArrowType.Int(64, true)),
        TEXT,
        nested("l", ArrowType.List.INSTANCE, TEXT),
        nested("s", ArrowType.Struct.INSTANCE, FLAG),
        nested("f", new ArrowType.FixedSizeList(2), FLAG),
        nested("g", ArrowType.LargeList.INSTANCE, FLAG));
  }

  /** How often a bit is flipped. */
  int flips() {
    return FLIPS;
  }

  final byte[] smallStream(Field... fields) throws Exception {
    ArrowType.Int indices = new ArrowType.Int(8, true);
    DictionaryEncoding encoding = new DictionaryEncoding(1, false, indices);
    List<Field> all = new ArrayList<>(List.of(fields));
    all.add(new Field("d", new FieldType(true, indices, encoding), null));
    Schema schema = new Schema(all);
    Dataframes dataframes = new Dataframes(allocator, SEED, 0.3);
    try (MapDictionaryProvider dictionaries = new MapDictionaryProvider();
        VectorSchemaRoot root = dataframes.root(schema, 17);
        VectorSchemaRoot more = dataframes.root(schema, 3)) {
      dictionaries.put(
          new Dictionary(dataframes.vector(TEXT, Dataframes.DICTIONARY_SIZE), encoding));
      return stream(root, more, dictionaries);
    }
  }

  /** The bytes of a stream of two batches. */
  byte[] stream(VectorSchemaRoot root, VectorSchemaRoot more, MapDictionaryProvider dictionaries)
      throws Exception {
    return withBatchesOf(StoredStream.of(root, dictionaries), StoredStream.of(more, dictionaries));
  }

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @Test
  void readsOrRefusesAStreamCutOffAtEachByte() {
    for (int size = 0; size < stream.length; size++) {
      readsOrRefuses(Arrays.copyOf(stream, size), "size=" + size);
    }
    // Only where a message ends may a stream end.
    assertTrue(read <= 1 + 5, () -> "read=" + read);
  }

  @Test
  void readsOrRefusesAStreamWithAnyBitFlipped() {
    Random random = new Random(SEED);
    for (int i = 0; i < flips(); i++) {
      byte[] bytes = stream.clone();
      int bit = random.nextInt(bytes.length * Byte.SIZE);
      bytes[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      readsOrRefuses(bytes, "seed=" + SEED + " bit=" + bit);
    }
    assertTrue(
        read > flips() / 50 && refused > flips() / 50,
        () -> "read=" + read + " refused=" + refused);
    assertTrue(damaged > flips() / 500, () -> "damaged=" + damaged);
  }

  @Test
  void readsOrRefusesAStreamWithAnyNumbersOverwritten() {
    Random random = new Random(SEED);
    for (int i = 0; i < OVERWRITES; i++) {
      byte[] bytes = stream.clone();
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      StringBuilder what = new StringBuilder("seed=" + SEED);
      for (int n = random.nextInt(3); n >= 0; n--) {
        int position = random.nextInt(bytes.length / Integer.BYTES - 1) * Integer.BYTES;
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        if (random.nextBoolean()) {
          buffer.putLong(position, number);
        } else {
          buffer.putInt(position, (int) number);
        }
        what.append(" position=").append(position).append(" number=").append(number);
      }
      readsOrRefuses(bytes, what.toString());
    }
    assertTrue(read > 100 && refused > 100, () -> "read=" + read + " refused=" + refused);
  }

  @Test
  void readsOrRefusesASchemaWithAnyOffsetPointingAnywhere() {
    ByteBuffer buffer = ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN);
    int start = StreamLayout.METADATA_OFFSET;
    int end = start + Math.min(400, buffer.getInt(StreamLayout.METADATA_SIZE_OFFSET));
    for (int position = start; position < end; position += Integer.BYTES) {
      // Backwards too: a table that contains itself.
      for (int target = start; target < end; target += Integer.BYTES) {
        byte[] bytes = stream.clone();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(position, target - position);
        readsOrRefuses(bytes, "position=" + position + " target=" + target);
      }
    }
  }

  @Test
  void refusesBytesThatAreNoArrow() {
    for (String text : List.of("no arrow at all", "ARROW1\0\0", "{}", "\0\0\0\0\0\0\0\0")) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      StoredStream stored = StoredStream.of(bytes);
      assertThrows(InvalidArrowDataException.class, () -> stored.open(allocator), text);
      assertEquals(0, stored.pins());
    }
  }

  /** The schema and dictionaries of one stream with the batches of both. */
  private static byte[] withBatchesOf(StoredStream first, StoredStream second) {
    StreamIndex index = StreamIndex.of(second.data(), new SchemaCache());
    StreamIndex.BatchPosition batch = index.batches().getFirst();
    int start = Math.toIntExact(batch.metadataOffset()) - StreamLayout.METADATA_OFFSET;
    byte[] more = Arrays.copyOfRange(second.bytes(), start, second.bytes().length);
    int end = first.bytes().length - StreamLayout.END_SIZE;
    byte[] both = Arrays.copyOf(first.bytes(), end + more.length);
    System.arraycopy(more, 0, both, end, more.length);
    return both;
  }

  final void readsOrRefuses(byte[] bytes, String what) {
    StoredStream stored = StoredStream.of(bytes);
    try {
      readAll(stored);
      read++;
    } catch (InvalidArrowDataException | UnsupportedOperationException e) {
      refused++;
    } catch (Throwable e) {
      fail("neither read nor refused: " + what, e);
    }
    assertEquals(0, stored.pins(), what);
    assertEquals(0, allocator.getAllocatedMemory(), what);
  }

  private void readAll(StoredStream stored) throws IOException {
    try (ArrowObject object = stored.open(allocator)) {
      for (int batch = 0; batch < object.batchCount(); batch++) {
        try (VectorSchemaRoot root = object.batch(batch)) {
          touch(stored, object, root.getFieldVectors());
        }
      }
      for (long id : object.getDictionaryIds()) {
        touch(stored, object, List.of(object.lookup(id).getVector()));
      }
      try (ArrowReader reader = object.reader()) {
        while (reader.loadNextBatch()) {
          touch(stored, object, reader.getVectorSchemaRoot().getFieldVectors());
        }
      }
      readAllValues(object);
    }
  }

  /** Either something refers to nothing, and is found, or each value can be read. */
  private void readAllValues(ArrowObject object) {
    try {
      object.validate();
    } catch (InvalidArrowDataException e) {
      damaged++;
      return;
    }
    List<ColumnLayout> columns = ColumnLayout.of(object.schema().getFields());
    for (int batch = 0; batch < object.batchCount(); batch++) {
      try (VectorSchemaRoot root = object.batch(batch)) {
        for (int column = 0; column < columns.size(); column++) {
          for (int row = 0; row < root.getRowCount(); row++) {
            assertNotNull(Values.cell(root.getVector(column), columns.get(column), row));
          }
        }
      }
    }
  }

  private static void touch(StoredStream stored, ArrowObject object, List<FieldVector> vectors) {
    for (ArrowBuf buffer : StoredStream.buffers(vectors)) {
      boolean shared = buffer.getReferenceManager() instanceof ConstantMemory;
      assertTrue(
          shared || object.isCompressed() || stored.contains(buffer),
          () -> "outside of the object: " + buffer);
      buffer.getByte(0);
      buffer.getByte(buffer.capacity() - 1);
    }
  }
}
