package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;

/** What the store takes and the sort does not is refused, however deep it lies. */
class ColumnShapeTest {
  private static final Field TEXT = Field.nullable("text", ArrowType.Utf8.INSTANCE);

  @Test
  void refusesAStructThatRepeatsAName() {
    Field twins = nested("twins", ArrowType.Struct.INSTANCE, TEXT, TEXT);
    Field list = nested("list", ArrowType.List.INSTANCE, twins);
    var refusal =
        assertThrows(UnsupportedOperationException.class, () -> ColumnShape.requireAll(list));
    assertEquals(
        "structs with two fields of one name cannot be sorted along: column=twins",
        refusal.getMessage());
  }

  @Test
  void refusesTypesThatItCanNotMove() {
    Field views = Field.nullable("views", ArrowType.Utf8View.INSTANCE);
    Field list = nested("list", ArrowType.List.INSTANCE, views);
    var refusal =
        assertThrows(UnsupportedOperationException.class, () -> ColumnShape.requireAll(list));
    assertEquals(
        "columns of this type cannot be sorted along: column=views type=Utf8View",
        refusal.getMessage());
  }

  private static Field nested(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.nullable(type), List.of(children));
  }
}
