package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.UnionVector;

/**
 * The values of vectors as plain objects, read from their buffers as the format defines them.
 * arrow-java's own comparison takes a union's children for one another when they are of one type.
 */
final class Values {
  private static final HexFormat HEX = HexFormat.of();

  private Values() {}

  /** Whether two roots have the same schema and the same values. */
  static boolean same(VectorSchemaRoot wanted, VectorSchemaRoot found) {
    assertSame(wanted, found, "");
    return true;
  }

  /** Fails with the first field, row and value that differs. */
  static void assertSame(VectorSchemaRoot wanted, VectorSchemaRoot found, String what) {
    assertEquals(wanted.getSchema(), found.getSchema(), what);
    assertEquals(wanted.getRowCount(), found.getRowCount(), what);
    List<ColumnLayout> columns = ColumnLayout.of(wanted.getSchema().getFields());
    for (int i = 0; i < columns.size(); i++) {
      assertSame(wanted.getVector(i), found.getVector(i), columns.get(i), what);
    }
  }

  /** Fails where a root has other values than another has from a row on. */
  static void assertSlice(VectorSchemaRoot whole, int from, VectorSchemaRoot found, String what) {
    assertEquals(whole.getSchema(), found.getSchema(), what);
    List<ColumnLayout> columns = ColumnLayout.of(whole.getSchema().getFields());
    for (int i = 0; i < columns.size(); i++) {
      ColumnLayout column = columns.get(i);
      assertEquals(found.getRowCount(), found.getVector(i).getValueCount(), what);
      for (int row = 0; row < found.getRowCount(); row++) {
        int at = row;
        assertEquals(
            cell(whole.getVector(i), column, from + row),
            cell(found.getVector(i), column, row),
            () -> what + " from=" + from + " row=" + at + " field=" + column.field());
      }
    }
  }

  static void assertSame(FieldVector wanted, FieldVector found, ColumnLayout column, String what) {
    assertEquals(wanted.getValueCount(), found.getValueCount(), () -> what + " " + column.field());
    for (int i = 0; i < wanted.getValueCount(); i++) {
      int row = i;
      assertEquals(
          cell(wanted, column, i),
          cell(found, column, i),
          () -> what + " row=" + row + " field=" + column.field());
    }
  }

  /** A value; "null" where there is none. */
  static Object cell(FieldVector vector, ColumnLayout layout, int index) {
    FieldVector storage = NewVectors.storage(vector);
    if (layout.kind() == ColumnLayout.Kind.NULL
        || (layout.kind().hasValidity() && isNull(storage.getValidityBuffer(), index))) {
      return "null";
    }
    return switch (layout.kind()) {
      case NULL -> "null";
      case FIXED -> fixed(storage.getDataBuffer(), layout.width(), index);
      case VARIABLE ->
          hex(
              storage.getDataBuffer(),
              offset(storage.getOffsetBuffer(), layout.width(), index),
              offset(storage.getOffsetBuffer(), layout.width(), index + 1));
      case VIEW -> view((BaseVariableWidthViewVector) storage, index);
      case LIST ->
          cells(
              storage,
              layout,
              offset(storage.getOffsetBuffer(), layout.width(), index),
              offset(storage.getOffsetBuffer(), layout.width(), index + 1));
      case LIST_VIEW -> {
        long start = offset(storage.getOffsetBuffer(), layout.width(), index);
        yield cells(storage, layout, start, start + offset(sizes(storage), layout.width(), index));
      }
      case FIXED_SIZE_LIST ->
          cells(storage, layout, (long) index * layout.width(), (index + 1L) * layout.width());
      case STRUCT -> struct(storage, layout, index);
      case SPARSE_UNION -> member(storage, layout, types(storage).getByte(index), index);
      case DENSE_UNION ->
          member(
              storage,
              layout,
              types(storage).getByte(index),
              storage.getOffsetBuffer().getInt(index * 4L));
      case RUN_END_ENCODED -> run((RunEndEncodedVector) storage, layout, index);
    };
  }

  static ArrowBuf sizes(FieldVector storage) {
    return storage instanceof ListViewVector list
        ? list.getSizeBuffer()
        : ((LargeListViewVector) storage).getSizeBuffer();
  }

  static ArrowBuf types(FieldVector storage) {
    return storage instanceof UnionVector union
        ? union.getTypeBuffer()
        : ((DenseUnionVector) storage).getTypeBuffer();
  }

  private static boolean isNull(ArrowBuf validity, int index) {
    return validity.capacity() > 0 && (validity.getByte(index / 8) >>> (index % 8) & 1) == 0;
  }

  private static Object fixed(ArrowBuf values, int width, int index) {
    return width == 1
        ? (values.getByte(index / 8) >>> (index % 8) & 1)
        : hex(values, (long) index * width / 8, (index + 1L) * width / 8);
  }

  private static Object view(BaseVariableWidthViewVector vector, int index) {
    ArrowBuf views = vector.getDataBuffer();
    long place = index * 16L;
    int length = views.getInt(place);
    if (length <= 12) {
      return hex(views, place + 4, place + 4 + length);
    }
    long start = views.getInt(place + 12);
    return hex(vector.getDataBuffers().get(views.getInt(place + 8)), start, start + length);
  }

  private static List<Object> cells(
      FieldVector storage, ColumnLayout layout, long start, long end) {
    List<Object> cells = new ArrayList<>();
    FieldVector child = storage.getChildrenFromFields().getFirst();
    for (long i = start; i < end; i++) {
      cells.add(cell(child, layout.children().getFirst(), Math.toIntExact(i)));
    }
    return cells;
  }

  private static List<Object> struct(FieldVector storage, ColumnLayout layout, int index) {
    List<FieldVector> children = storage.getChildrenFromFields();
    assertEquals(layout.children().size(), children.size(), () -> "" + layout.field());
    List<Object> cells = new ArrayList<>();
    for (int i = 0; i < children.size(); i++) {
      cells.add(cell(children.get(i), layout.children().get(i), index));
    }
    return cells;
  }

  private static List<Object> member(
      FieldVector storage, ColumnLayout layout, int typeId, int index) {
    int child = layout.unionChild(typeId);
    if (child < 0) {
      // Only a union without any types has rows like that.
      assertEquals(List.of(), layout.children());
      return List.of();
    }
    FieldVector vector = storage.getChildrenFromFields().get(child);
    return List.of(typeId, cell(vector, layout.children().get(child), index));
  }

  private static Object run(RunEndEncodedVector vector, ColumnLayout layout, int index) {
    BaseIntVector ends = (BaseIntVector) vector.getRunEndsVector();
    int run = 0;
    while (ends.getValueAsLong(run) <= index) {
      run++;
    }
    return cell(vector.getValuesVector(), layout.children().get(1), run);
  }

  private static long offset(ArrowBuf offsets, int width, int index) {
    return width == 4 ? offsets.getInt(index * 4L) : offsets.getLong(index * 8L);
  }

  private static String hex(ArrowBuf buffer, long start, long end) {
    byte[] bytes = new byte[Math.toIntExact(end - start)];
    buffer.getBytes(start, bytes);
    return HEX.formatHex(bytes);
  }
}
