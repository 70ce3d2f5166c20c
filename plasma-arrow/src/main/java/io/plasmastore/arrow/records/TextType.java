package io.plasmastore.arrow.records;

import java.util.List;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** A String as utf8, or a byte array as binary. Read from the large and view forms as well. */
final class TextType extends ValueType {
  static final TextType STRING = new TextType(true);
  static final TextType BYTES = new TextType(false);

  private final boolean text;

  private TextType(boolean text) {
    this.text = text;
  }

  @Override
  boolean mayBeEncoded() {
    // An array may be written to by who got it, so it is never kept.
    return text;
  }

  @Override
  Field field(String name, boolean nullable) {
    return new Field(name, new FieldType(nullable, wanted(), null), null);
  }

  @Override
  void check(Field stored, ObjectColumns columns, String path, List<String> differences) {
    ArrowType type = stored.getType();
    boolean fits =
        text
            ? type instanceof ArrowType.Utf8
                || type instanceof ArrowType.LargeUtf8
                || type instanceof ArrowType.Utf8View
            : type instanceof ArrowType.Binary
                || type instanceof ArrowType.LargeBinary
                || type instanceof ArrowType.BinaryView;
    expect(fits, stored, wanted(), path, differences);
  }

  @Override
  Reader reader(FieldVector vector, ObjectColumns columns, String path) {
    if (vector instanceof BaseVariableWidthViewVector views) {
      return new ViewReader(
          columns.segment(views.getDataBuffer()),
          views.getDataBuffers().stream().map(columns::segment).toList(),
          text);
    }
    ArrowType type = vector.getField().getType();
    boolean large = type instanceof ArrowType.LargeUtf8 || type instanceof ArrowType.LargeBinary;
    return new VariableReader(
        columns.segment(vector.getOffsetBuffer()),
        large,
        columns.segment(vector.getDataBuffer()),
        text);
  }

  @Override
  Writer writer(Writer.Place place) {
    return new VariableWriter(place, text);
  }

  private ArrowType wanted() {
    return text ? ArrowType.Utf8.INSTANCE : ArrowType.Binary.INSTANCE;
  }
}
