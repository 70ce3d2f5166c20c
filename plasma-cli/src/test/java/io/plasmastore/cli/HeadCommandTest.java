package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TinyIntVector;
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
import org.junit.jupiter.api.io.TempDir;

class HeadCommandTest {
  @TempDir private Path folder;

  private TestStore store;

  @BeforeEach
  void launches() {
    store = new TestStore(folder);
  }

  @AfterEach
  void closes() {
    store.close();
  }

  @Test
  void showsTheFirstRows() {
    ObjectId id = store.put(SampleData.rows(store.allocator(), 9, 1000));
    assertEquals(
        """
        1,000 rows, 4 columns, 1 batch
           id    price  sold   note
        int64  float64  bool   utf8
        -----  -------  -----  -------
            9     null  true   note 9
           10      5.0  false  note 10
        … 998 rows more
        """,
        store.run("head", id.toHex(), "-n", "2").done().out());
  }

  @Test
  void showsTenRowsUnlessToldOtherwise() {
    ObjectId id = store.put(SampleData.rows(store.allocator(), 0, 25));
    assertEquals(4 + 10 + 1, store.run("head", id.toHex()).done().lines().size());
    assertEquals(4 + 25, store.run("head", id.toHex(), "-n", "100").done().lines().size());
    List<String> none = store.run("head", id.toHex(), "-n", "0").done().lines();
    assertEquals("… 25 rows more", none.getLast());
    assertEquals(
        "plasma head: a number of rows is 0 or more: rows=-1",
        store.run("head", id.toHex(), "-n", "-1").misuse());
  }

  @Test
  void goesOnInTheNextBatch() throws IOException {
    Path file =
        store.write(
            folder.resolve("rows.arrow"),
            List.of(
                SampleData.rows(store.allocator(), 0, 3),
                SampleData.rows(store.allocator(), 3, 0),
                SampleData.rows(store.allocator(), 3, 3)));
    store.run("put", file.toString(), "--name", "batches").done();
    List<String> lines = store.run("head", "name:batches", "-n", "5").done().lines();
    assertEquals("6 rows, 4 columns, 3 batches", lines.getFirst());
    assertTrue(lines.get(4 + 4).endsWith("note 4"), lines.toString());
    assertEquals("… 1 row more", lines.getLast());
  }

  @Test
  void looksUpDictionaryValues() {
    DictionaryEncoding encoding = new DictionaryEncoding(7, false, new ArrowType.Int(8, true));
    try (VarCharVector cities = new VarCharVector("city", store.allocator());
        TinyIntVector indices =
            new TinyIntVector(
                "city", new FieldType(true, encoding.getIndexType(), encoding), store.allocator());
        MapDictionaryProvider dictionaries = new MapDictionaryProvider()) {
      cities.setSafe(0, "Bern".getBytes(StandardCharsets.UTF_8));
      cities.setSafe(1, "Oslo".getBytes(StandardCharsets.UTF_8));
      cities.setValueCount(2);
      dictionaries.put(new Dictionary(cities, encoding));
      indices.setSafe(0, 1);
      indices.setNull(1);
      indices.setSafe(2, 0);
      indices.setValueCount(3);
      store.dataframes().put(ObjectId.named("cities"), VectorSchemaRoot.of(indices), dictionaries);
    }
    assertEquals(
        """
        3 rows, 1 column, 1 batch
        city
        dictionary<utf8>
        ----------------
        Oslo
        null
        Bern
        """,
        store.run("head", "name:cities").done().out());
  }

  @Test
  void showsADataframeWithoutRowsOrColumns() {
    ObjectId id =
        store.put(
            VectorSchemaRoot.create(
                new Schema(List.of(Field.nullable("x", new ArrowType.Int(32, true)))),
                store.allocator()));
    assertEquals(
        "0 rows, 1 column, 1 batch\n    x\nint32\n-----\n",
        store.run("head", id.toHex()).done().out());
    ObjectId nothing = store.put(new VectorSchemaRoot(new Schema(List.of()), List.of(), 5));
    assertEquals("5 rows, 0 columns, 1 batch\n", store.run("head", nothing.toHex()).done().out());
  }

  @Test
  void cutsLongNamesAndValues() {
    VarCharVector vector =
        new VarCharVector("a column with quite a long name, a very long one", store.allocator());
    vector.setSafe(0, ("line\n" + "x".repeat(100)).getBytes(StandardCharsets.UTF_8));
    vector.setValueCount(1);
    IntVector number = new IntVector("n", store.allocator());
    number.setSafe(0, 1);
    number.setValueCount(1);
    ObjectId id = store.put(VectorSchemaRoot.of(vector, number));
    List<String> lines = store.run("head", id.toHex()).done().lines();
    assertEquals("a column with quite a long name, a very…      n", lines.get(1));
    assertEquals("line " + "x".repeat(34) + "…      1", lines.get(4));
  }

  @Test
  void saysThatAnObjectIsNoDataframe() {
    ObjectId raw = ObjectId.named("raw");
    store.client().createAndSeal(raw, new byte[] {1, 2, 3, 4, 5});
    String failure = store.run("head", "name:raw").failure();
    assertTrue(
        failure.startsWith(
            "the object is not a dataframe, get --out writes its bytes: id="
                + raw
                + " name=raw size=5 reason="),
        failure);
  }

  @Test
  void saysWhatIsNotThere() {
    assertEquals(
        "no such object: id=" + ObjectId.named("x") + " name=x",
        store.run("head", "name:x").failure());
    assertEquals("plasma head: Missing required parameter: 'ID'", store.run("head").misuse());
  }
}
