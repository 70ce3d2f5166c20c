package io.plasmastore.arrow;

import static io.plasmastore.arrow.Dataframes.nested;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data that refers to nothing is found when asked for, and only then. */
class DataCheckTest {
  private static final int ROWS = 40;
  private static final Field TEXT = Field.nullable("text", ArrowType.Utf8.INSTANCE);
  private static final Field NUMBER = Field.nullable("number", new ArrowType.Int(64, true));

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @Test
  void findsNothingInWhatWasWritten() {
    for (double nulls : new double[] {0, 0.3, 1}) {
      try (VectorSchemaRoot root =
              new Dataframes(allocator, 3, nulls).root(Dataframes.everything(), ROWS);
          ArrowObject object = StoredStream.of(root).open(allocator)) {
        object.validate();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // Validity is buffer 0; then offsets of 4 or 8 bytes.
    "Utf8, 1, 0, -1, offset",
    "Utf8, 1, 40, 999999, offset",
    "Utf8, 1, 20, 999999, offset",
    "LargeBinary, 1, 8, 999999, offset",
    "list, 1, 12, 5000, offset",
    "large list, 1, 0, -7, offset",
    "list view, 1, 16, -1, offset",
    "list view, 1, 16, 99999, offset",
    "list view, 2, 16, 99999, size",
    "list view, 2, 16, -5, size",
    "large list view, 2, 16, 99999, size",
    "sparse, 0, 4, 16909060, type id",
    "dense, 0, 4, 16909060, type id",
    "dense, 1, 4, -3, offset",
    "dense, 1, 4, 4000, offset",
    "runs, 1, 0, 0, run end",
    "runs, 1, 4, -1, run end"
  })
  void findsANumberThatDoesNotFit(String name, int buffer, int position, int number, String what) {
    StoredStream damaged;
    try (VectorSchemaRoot root =
        new Dataframes(allocator, 3, 0).root(Dataframes.schema(field(name)), ROWS)) {
      damaged = damaged(StoredStream.of(root), buffer, position, number);
    }
    assertFound(damaged, what + " does not fit the data: batch=0 field=");
  }

  @ParameterizedTest
  @CsvSource({
    "0, -1, length of a view",
    "8, 77, buffer of a view",
    "8, -1, buffer of a view",
    "12, -1, offset of a view",
    "12, 2000000000, offset of a view",
    "4, 0, prefix of a view"
  })
  void findsAViewThatRefersToNothing(int offset, int number, String what) {
    StoredStream damaged;
    Dataframes dataframes = new Dataframes(allocator, 3, 0);
    try (VectorSchemaRoot root = dataframes.root(Dataframes.schema(field("Utf8View")), ROWS)) {
      StoredStream stored = StoredStream.of(root);
      long start = buffers(stored).offset(1);
      int view = 0;
      while (stored.data().get(StreamLayout.INT, start + view) <= 12) {
        view += ViewPlan.VIEW_SIZE;
      }
      damaged = damaged(stored, 1, view + offset, number);
    }
    assertFound(damaged, what + " does not fit the data: batch=0 field=Utf8View value=");
    // What is read in spite of it throws, and does not read what is not there.
    if (!what.startsWith("prefix")) {
      try (VectorSchemaRoot root = damaged.get(allocator)) {
        FieldVector vector = root.getVector(0);
        assertThrows(
            RuntimeException.class,
            () -> {
              for (int i = 0; i < ROWS; i++) {
                vector.getObject(i);
              }
            });
        assertThrows(IllegalArgumentException.class, () -> StoredStream.of(root));
      }
    }
  }

  @Test
  void findsAnotherNumberOfNulls() {
    StoredStream damaged;
    try (VectorSchemaRoot root =
        new Dataframes(allocator, 3, 0).root(Dataframes.schema(NUMBER), ROWS)) {
      damaged = damaged(StoredStream.of(root), 0, 0, 0x7FFFFFFF);
    }
    assertFound(
        damaged,
        "a column has another number of nulls than stated: batch=0 field=number found=1 stated=0");
  }

  @Test
  void findsAnIndexThatTheDictionaryDoesNotHave() {
    ArrowType.Int indices = new ArrowType.Int(32, true);
    DictionaryEncoding encoding = new DictionaryEncoding(4, false, indices);
    Field encoded = new Field("city", new FieldType(false, indices, encoding), null);
    Dataframes dataframes = new Dataframes(allocator, 3, 0);
    try (MapDictionaryProvider dictionaries =
            new MapDictionaryProvider(new Dictionary(dataframes.vector(TEXT, 0), encoding));
        VectorSchemaRoot root = dataframes.root(Dataframes.schema(encoded), ROWS)) {
      assertFound(
          StoredStream.of(root, dictionaries),
          "dictionary index does not fit the data: batch=0 field=city value=0 found=");
    }
  }

  private static Field field(String name) {
    ArrowType.Union sparse = new ArrowType.Union(UnionMode.Sparse, new int[] {5, 9});
    ArrowType.Union dense = new ArrowType.Union(UnionMode.Dense, new int[] {5, 9});
    Field ends = Field.notNullable("run_ends", new ArrowType.Int(32, true));
    return switch (name) {
      case "list" -> nested(name, ArrowType.List.INSTANCE, TEXT);
      case "large list" -> nested(name, ArrowType.LargeList.INSTANCE, TEXT);
      case "list view" -> nested(name, ArrowType.ListView.INSTANCE, TEXT);
      case "large list view" -> nested(name, ArrowType.LargeListView.INSTANCE, TEXT);
      case "sparse" -> nested(name, sparse, TEXT, NUMBER);
      case "dense" -> nested(name, dense, TEXT, NUMBER);
      case "runs" -> nested(name, ArrowType.RunEndEncoded.INSTANCE, ends, TEXT);
      default ->
          Dataframes.flatFields().stream()
              .filter(field -> field.getName().equals(name))
              .findFirst()
              .orElseThrow();
    };
  }

  private static BatchBuffers buffers(StoredStream stored) {
    StreamIndex index = StreamIndex.of(stored.data(), new SchemaCache());
    return BatchBuffers.read(index.data(), index.batches().getFirst(), index.schema().columns());
  }

  private static StoredStream damaged(StoredStream stored, int buffer, int position, int number) {
    int offset = Math.toIntExact(buffers(stored).offset(buffer)) + position;
    byte[] bytes = stored.bytes();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, number);
    return StoredStream.of(bytes);
  }

  private void assertFound(StoredStream damaged, String start) {
    try (ArrowObject object = damaged.open(allocator);
        VectorSchemaRoot root = object.batch(0)) {
      assertEquals(ROWS, root.getRowCount());
      var refusal = assertThrows(InvalidArrowDataException.class, object::validate);
      assertTrue(refusal.getMessage().startsWith(start), refusal::getMessage);
      // It says so each time, and holds nothing.
      assertThrows(InvalidArrowDataException.class, object::validate);
    }
    assertEquals(0, damaged.pins());
    assertEquals(List.of(), List.copyOf(allocator.getChildAllocators()));
  }
}
