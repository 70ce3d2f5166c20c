package io.plasmastore.sort;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * How a row lies in memory on its way from a partition to its bucket: all its columns side by side,
 * so that moving a row is one write to one place.
 *
 * <pre>
 *   +-----------------------------------------------------------------+
 *   |  values of fixed width,      the widest first: 8 bytes, 4, 2, 1  |
 *   |  lengths of strings          4 bytes each, among those of 4      |
 *   |  bools                       a byte each, 0 or 1                 |
 *   |  nulls                       a bit each, set where there is none |
 *   |  padding                     to a multiple of 4                  |
 *   +-----------------------------------------------------------------+
 *   |  bytes of the strings        in the order of the columns         |
 *   +-----------------------------------------------------------------+
 * </pre>
 *
 * Only columns that have a null in some partition have a null bit.
 *
 * @param columns in the order of the schema
 * @param nullOffset where the null bits start
 * @param fixedSize bytes of a row without the bytes of its strings
 * @param bytesColumns the numbers of the columns of strings, in order
 */
record RowLayout(List<Column> columns, int nullOffset, int fixedSize, int[] bytesColumns) {
  /**
   * A column of a row.
   *
   * @param field by value
   * @param shape one of {@link ColumnShape#isFlat}
   * @param width bytes of the value, or of the length
   * @param offset in the row
   * @param nullBit its number among the null bits; -1 if it has none
   */
  record Column(Field field, ColumnShape shape, int width, int offset, int nullBit) {
    boolean hasNulls() {
      return nullBit >= 0;
    }

    /** The byte of the null bits that has this column's, counted from their first. */
    int nullByte() {
      return nullBit >>> 3;
    }

    int nullMask() {
      return 1 << (nullBit & 7);
    }
  }

  private static final int ROW_ALIGNMENT = 4;

  /** Whether rows of dataframes with this schema can be packed. */
  static boolean isPackable(Schema schema) {
    return schema.getFields().stream()
        .allMatch(field -> field.getDictionary() == null && ColumnShape.of(field).isFlat());
  }

  /**
   * Lays out rows.
   *
   * @param schema of flat columns
   * @param nulls the numbers of the columns that may have nulls
   */
  static RowLayout of(Schema schema, Set<Integer> nulls) {
    List<Field> fields = schema.getFields();
    int[] widths = fields.stream().mapToInt(RowLayout::width).toArray();
    int[] offsets = new int[widths.length];
    int end = 0;
    for (int column :
        IntStream.range(0, widths.length)
            .boxed()
            .sorted(Comparator.comparing(i -> -widths[i]))
            .toList()) {
      offsets[column] = end;
      end += widths[column];
    }
    List<Column> columns = new ArrayList<>();
    int nullBits = 0;
    for (int i = 0; i < widths.length; i++) {
      int nullBit = nulls.contains(i) ? nullBits++ : -1;
      ColumnShape shape = ColumnShape.of(fields.get(i));
      columns.add(new Column(fields.get(i), shape, widths[i], offsets[i], nullBit));
    }
    int size = end + (nullBits + 7) / 8;
    int[] bytesColumns =
        IntStream.range(0, widths.length).filter(i -> columns.get(i).shape().isBytes()).toArray();
    int padded = (size + ROW_ALIGNMENT - 1) / ROW_ALIGNMENT * ROW_ALIGNMENT;
    return new RowLayout(List.copyOf(columns), end, padded, bytesColumns);
  }

  /** Whether all rows have the same size. */
  boolean isFixed() {
    return bytesColumns.length == 0;
  }

  /** Whether a row is nothing but a value of 64 bits. */
  boolean isLong() {
    return columns.size() == 1
        && columns.getFirst().width() == Long.BYTES
        && !columns.getFirst().hasNulls();
  }

  /** Bytes of null bits. */
  int nullBytes() {
    int bits = (int) columns.stream().filter(Column::hasNulls).count();
    return (bits + 7) / 8;
  }

  private static int width(Field field) {
    return switch (ColumnShape.of(field)) {
      case BITS -> 1;
      case BYTES, LARGE_BYTES -> Integer.BYTES;
      default ->
          switch (field.getType()) {
            case ArrowType.Decimal decimal -> decimal.getBitWidth() / Byte.SIZE;
            case ArrowType.FixedSizeBinary binary -> binary.getByteWidth();
            case ArrowType.Interval interval ->
                switch (interval.getUnit()) {
                  case YEAR_MONTH -> 4;
                  case DAY_TIME -> 8;
                  case MONTH_DAY_NANO -> 16;
                };
            default -> requireForm(field).width();
          };
    };
  }

  private static NumberForm requireForm(Field field) {
    NumberForm form = NumberForm.of(field.getType());
    if (form == null) {
      throw new IllegalArgumentException("a column of unknown width: field=" + field);
    }
    return form;
  }
}
