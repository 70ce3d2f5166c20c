package io.plasmastore.arrow;

import static io.plasmastore.arrow.Dataframes.nested;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ColumnLayoutTest {
  private static final Field TEXT = Field.nullable("text", ArrowType.Utf8.INSTANCE);

  private static final Field ENDS = Field.notNullable("ends", new ArrowType.Int(32, true));

  static Stream<Field> supported() {
    return Stream.of(
            Dataframes.flatFields(),
            Dataframes.nestedFields(),
            Dataframes.unionFields(),
            Dataframes.oddFields())
        .flatMap(List::stream);
  }

  static Stream<Field> unsupported() {
    Field key = Field.notNullable("text", ArrowType.Utf8.INSTANCE);
    Field nullableEntries = nested("entries", ArrowType.Struct.INSTANCE, key, TEXT);
    Field twins =
        new Field("entries", FieldType.notNullable(ArrowType.Struct.INSTANCE), List.of(key, TEXT));
    Field encoded =
        new Field(
            "ends",
            new FieldType(
                false,
                new ArrowType.Int(32, true),
                new DictionaryEncoding(1, false, new ArrowType.Int(32, true))),
            null);
    ArrowType oneType = new ArrowType.Union(UnionMode.Sparse, new int[] {0});
    return Stream.of(
        nested("x", oneType),
        nested("x", new ArrowType.FixedSizeList(2), nested("y", oneType, TEXT)),
        nested("x", oneType, TEXT, ENDS),
        nested("x", new ArrowType.Union(UnionMode.Dense, null), TEXT),
        nested("x", new ArrowType.Union(UnionMode.Sparse, new int[] {-1}), TEXT),
        nested("x", new ArrowType.Union(UnionMode.Dense, new int[] {128}), TEXT),
        nested("x", new ArrowType.Union(UnionMode.Dense, new int[] {5, 5}), TEXT, ENDS),
        nested("x", new ArrowType.Union(UnionMode.Dense, new int[] {5, 6}), TEXT, TEXT),
        nested("x", ArrowType.RunEndEncoded.INSTANCE, TEXT, TEXT),
        nested("x", ArrowType.RunEndEncoded.INSTANCE, ENDS),
        nested("x", ArrowType.RunEndEncoded.INSTANCE, encoded, TEXT),
        nested(
            "x",
            ArrowType.RunEndEncoded.INSTANCE,
            Field.notNullable("ends", new ArrowType.Int(8, true)),
            TEXT),
        nested(
            "x",
            ArrowType.RunEndEncoded.INSTANCE,
            Field.notNullable("ends", new ArrowType.Int(32, false)),
            TEXT),
        nested("x", ArrowType.ListView.INSTANCE),
        nested("x", ArrowType.LargeListView.INSTANCE, TEXT, TEXT),
        Field.nullable("x", new ArrowType.Decimal(18, 2, 64)),
        Field.nullable("x", new ArrowType.Int(7, true)),
        Field.nullable("x", new ArrowType.Decimal(9, 2, 32)),
        Field.nullable("x", new ArrowType.Time(TimeUnit.SECOND, 64)),
        Field.nullable("x", new ArrowType.Time(TimeUnit.NANOSECOND, 32)),
        Field.nullable("x", new ArrowType.FixedSizeBinary(0)),
        Field.nullable("x", new ArrowType.FixedSizeBinary(-1)),
        nested("x", new ArrowType.FixedSizeList(-1), TEXT),
        nested("x", ArrowType.List.INSTANCE),
        nested("x", ArrowType.Utf8.INSTANCE, TEXT),
        nested("x", new ArrowType.Map(false), nullableEntries),
        nested("x", new ArrowType.Map(false), twins));
  }

  @ParameterizedTest
  @MethodSource("supported")
  void hasAsManyBuffersAsArrowJavaSays(Field field) {
    assertEquals(
        TypeLayout.getTypeBufferCount(ColumnTypes.storage(field)),
        ColumnLayout.of(field).kind().bufferCount());
  }

  @ParameterizedTest
  @MethodSource("unsupported")
  void refusesWithFieldAndType(Field field) {
    Field outer = nested("outer", ArrowType.List.INSTANCE, field);
    var refusal = assertThrows(UnsupportedOperationException.class, () -> ColumnLayout.of(outer));
    assertTrue(refusal.getMessage().contains("field=outer.x"), refusal::getMessage);
  }

  @Test
  void saysWhichTypeIsNotSupported() {
    Field field = Field.nullable("price", new ArrowType.Decimal(9, 2, 32));
    var refusal = assertThrows(UnsupportedOperationException.class, () -> ColumnLayout.of(field));
    assertEquals(
        "columns of this type are not supported: field=price type=Decimal(9, 2, 32)",
        refusal.getMessage());
  }

  @Test
  void saysWhichNameAUnionRepeats() {
    Field field =
        nested("pair", new ArrowType.Union(UnionMode.Dense, new int[] {0, 1}), TEXT, TEXT);
    var refusal = assertThrows(UnsupportedOperationException.class, () -> ColumnLayout.of(field));
    assertEquals("a union with two fields of one name: field=pair name=text", refusal.getMessage());
  }

  @Test
  void cutsOnlyStructsThatRepeatAName() {
    Field plain =
        nested("list", ArrowType.List.INSTANCE, nested("s", ArrowType.Struct.INSTANCE, TEXT));
    assertSame(plain, ColumnLayout.of(plain).skeleton());
    Field twins = nested("s", ArrowType.Struct.INSTANCE, TEXT, TEXT);
    ColumnLayout list = ColumnLayout.of(nested("list", ArrowType.List.INSTANCE, twins));
    assertEquals(List.of(), list.skeleton().getChildren().getFirst().getChildren());
    assertTrue(list.children().getFirst().repeatsNames());
  }

  @Test
  void refusesEndlessNesting() {
    Field field = TEXT;
    for (int i = 1; i < ColumnLayout.MAX_DEPTH; i++) {
      field = nested("list", ArrowType.List.INSTANCE, field);
    }
    assertEquals(ColumnLayout.MAX_DEPTH, ColumnLayout.nodeCount(List.of(ColumnLayout.of(field))));
    Field deeper = nested("list", ArrowType.List.INSTANCE, field);
    assertThrows(UnsupportedOperationException.class, () -> ColumnLayout.of(deeper));
  }

  @Test
  void countsNodesAndBuffersOfAllLevels() {
    Field key = new Field("key", FieldType.notNullable(ArrowType.Utf8.INSTANCE), null);
    Field entries =
        new Field("entries", FieldType.notNullable(ArrowType.Struct.INSTANCE), List.of(key, TEXT));
    List<ColumnLayout> columns =
        ColumnLayout.of(List.of(nested("map", new ArrowType.Map(false), entries), TEXT));
    assertEquals(5, ColumnLayout.nodeCount(columns));
    assertEquals(2 + 1 + 3 + 3 + 3, ColumnLayout.bufferCount(columns));
  }

  @Test
  void knowsTheSizesThatValuesNeed() {
    ColumnLayout flags = ColumnLayout.of(Field.nullable("flag", ArrowType.Bool.INSTANCE));
    assertEquals(0, flags.valuesSize(0));
    assertEquals(2, flags.valuesSize(9));
    ColumnLayout ids = ColumnLayout.of(Field.nullable("id", new ArrowType.FixedSizeBinary(20)));
    assertEquals(20L * Integer.MAX_VALUE, ids.valuesSize(Integer.MAX_VALUE));
    ColumnLayout texts = ColumnLayout.of(Field.nullable("text", ArrowType.LargeUtf8.INSTANCE));
    assertEquals(8L << 31, texts.offsetsSize(Integer.MAX_VALUE));
    assertEquals(2, ColumnLayout.validitySize(9));
  }
}
