package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dictionaries of dataframes that are built inside the store. */
class BuilderDictionaryTest {
  private static final ObjectId ID = ObjectId.named("built");
  private static final ArrowType.Int INDICES = new ArrowType.Int(16, true);
  private static final DictionaryEncoding CITIES = new DictionaryEncoding(7, false, INDICES);
  private static final Schema SCHEMA =
      new Schema(List.of(new Field("city", new FieldType(true, INDICES, CITIES), List.of())));

  private final BufferAllocator elsewhere = new RootAllocator();
  private final MapDictionaryProvider dictionaries = new MapDictionaryProvider();
  private final VarCharVector cities = new VarCharVector("city", elsewhere);
  private RunningStore store;

  @BeforeEach
  void start() throws Exception {
    store = new RunningStore(64 << 20);
    dictionaries.put(new Dictionary(cities, CITIES));
  }

  @AfterEach
  void stop() throws Exception {
    cities.close();
    elsewhere.close();
    assertEquals(0, store.pins());
    assertEquals(0, store.allocator().getAllocatedMemory());
    assertEquals(1, store.objects());
    assertEquals(0, store.usedAfterDeleting(ID));
    store.close();
  }

  @Test
  void writesADictionaryOnceThatIsThereFromTheFirst() {
    fill(cities, "Aachen", "Bonn", "Celle");
    try (ArrowBuilder builder = build()) {
      endBatch(builder, 0, 2, 1);
      endBatch(builder, 1, 1);
      builder.seal();
    }
    try (ArrowObject object = store.dataframes().open(ID)) {
      object.validate();
      assertEquals("Bonn", object.lookup(7).getVector().getObject(1).toString());
      assertEquals(List.of("Aachen", "Celle", "Bonn"), texts(object, 0));
      assertEquals(List.of("Bonn", "Bonn"), texts(object, 1));
    }
  }

  /** There was no room for it, as it was empty when the object was created. */
  @Test
  void movesForADictionaryThatIsFilledMeanwhile() {
    fill(cities);
    try (ArrowBuilder builder = build()) {
      fill(cities, manyTexts(10_000));
      endBatch(builder, 9_999, 0, 5_000);
      builder.seal();
    }
    try (ArrowObject object = store.dataframes().open(ID)) {
      object.validate();
      assertEquals(List.of("city 9999", "city 0", "city 5000"), texts(object, 0));
      assertEquals(10_000, object.lookup(7).getVector().getValueCount());
    }
  }

  @Test
  void followsADictionaryThatGrowsAndIsReplaced() {
    fill(cities, "Aachen", "Bonn");
    try (ArrowBuilder builder = build()) {
      endBatch(builder, 1, 0);
      // The same values in other memory are the same dictionary.
      fill(cities, "Aachen", "Bonn");
      endBatch(builder, 0);
      fill(cities, "Aachen", "Bonn", "Celle");
      endBatch(builder, 2, 0);
      fill(cities, "Zwickau");
      try (VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, elsewhere)) {
        fillIndices(root, 0, 0);
        builder.append(root);
      }
      builder.seal();
    }
    try (ArrowObject object = store.dataframes().open(ID)) {
      object.validate();
      assertEquals(List.of("Bonn", "Aachen"), texts(object, 0));
      assertEquals(List.of("Aachen"), texts(object, 1));
      assertEquals(List.of("Celle", "Aachen"), texts(object, 2));
      assertEquals(List.of("Zwickau", "Zwickau"), texts(object, 3));
      assertEquals(2, object.dictionaries(1).lookup(7).getVector().getValueCount());
      assertThrows(IllegalStateException.class, () -> object.lookup(7));
    }
  }

  @Test
  void keepsTheDictionariesOfADataframeWithoutBatches() {
    fill(cities, "Aachen");
    try (ArrowBuilder builder = build()) {
      builder.seal();
    }
    try (ArrowObject object = store.dataframes().open(ID)) {
      assertEquals(0, object.batchCount());
      assertEquals("Aachen", object.lookup(7).getVector().getObject(0).toString());
    }
  }

  @Test
  void saysWhereADictionaryIsMissing() {
    IllegalArgumentException missing =
        assertThrows(
            IllegalArgumentException.class,
            () -> store.dataframes().build(ID, SCHEMA, BuildOptions.DEFAULT));
    assertTrue(missing.getMessage().startsWith("no dictionary for"), missing::getMessage);
    assertEquals(0, store.objects());
    fill(cities, "Aachen");
    try (ArrowBuilder builder = build()) {
      builder.seal();
    }
  }

  private ArrowBuilder build() {
    return store.dataframes().build(ID, SCHEMA, dictionaries, BuildOptions.DEFAULT.withCapacity(1));
  }

  private static void endBatch(ArrowBuilder builder, int... indices) {
    fillIndices(builder.root(), indices);
    builder.endBatch();
  }

  private static void fillIndices(VectorSchemaRoot root, int... indices) {
    SmallIntVector vector = (SmallIntVector) root.getVector(0);
    for (int i = 0; i < indices.length; i++) {
      vector.setSafe(i, indices[i]);
    }
    root.setRowCount(indices.length);
  }

  private static List<String> texts(ArrowObject object, int batch) {
    List<String> texts = new ArrayList<>();
    try (VectorSchemaRoot root = object.batch(batch)) {
      SmallIntVector indices = (SmallIntVector) root.getVector(0);
      for (int i = 0; i < indices.getValueCount(); i++) {
        texts.add(
            object.dictionaries(batch).lookup(7).getVector().getObject(indices.get(i)).toString());
      }
    }
    return texts;
  }

  private static String[] manyTexts(int count) {
    String[] texts = new String[count];
    for (int i = 0; i < count; i++) {
      texts[i] = "city " + i;
    }
    return texts;
  }

  private static void fill(VarCharVector vector, String... texts) {
    vector.clear();
    vector.allocateNew();
    for (int i = 0; i < texts.length; i++) {
      vector.setSafe(i, texts[i].getBytes(StandardCharsets.US_ASCII));
    }
    vector.setValueCount(texts.length);
  }
}
