package io.plasmastore.arrow;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What a column owns in a record batch: which buffers in which order, and how large they must be.
 * This is the one place that knows which types can be written and read.
 *
 * @param field the column as the vectors have it: a dictionary-encoded one has the type of its
 *     indices
 * @param kind which buffers there are
 * @param width bits of a value for {@link Kind#FIXED}, bytes of an offset for {@link Kind#VARIABLE}
 *     and {@link Kind#LIST}, values of a list for {@link Kind#FIXED_SIZE_LIST}, else 0
 * @param children the columns below, in the order of the format
 */
record ColumnLayout(Field field, Kind kind, int width, List<ColumnLayout> children) {
  /** Bytes of a plain offset. */
  static final int OFFSET_SIZE = Integer.BYTES;

  /** Bytes of an offset of the large types. */
  static final int LARGE_OFFSET_SIZE = Long.BYTES;

  /** Deeper nesting is refused; C++ readers have the same limit. */
  static final int MAX_DEPTH = 64;

  /** The buffers of a column, in the order of the format. */
  enum Kind {
    /** No buffers at all. */
    NULL(0),
    /** Validity, values. */
    FIXED(2),
    /** Validity, offsets, bytes. */
    VARIABLE(3),
    /** Validity, offsets; one child. */
    LIST(2),
    /** Validity; one child. */
    FIXED_SIZE_LIST(1),
    /** Validity; any number of children. */
    STRUCT(1);

    private final int bufferCount;

    Kind(int bufferCount) {
      this.bufferCount = bufferCount;
    }

    int bufferCount() {
      return bufferCount;
    }
  }

  /**
   * The layouts of the columns of a schema.
   *
   * @throws UnsupportedOperationException naming field and type of the first that is not supported
   */
  static List<ColumnLayout> of(List<Field> fields) {
    List<ColumnLayout> layouts = new ArrayList<>(fields.size());
    for (Field field : fields) {
      layouts.add(of(field));
    }
    return List.copyOf(layouts);
  }

  /**
   * The layout of one column.
   *
   * @throws UnsupportedOperationException naming field and type of the first that is not supported
   */
  static ColumnLayout of(Field field) {
    return of(field, String.valueOf(field.getName()), 1);
  }

  /** Field nodes of these columns and all columns below. */
  static int nodeCount(List<ColumnLayout> columns) {
    int count = columns.size();
    for (ColumnLayout column : columns) {
      count += nodeCount(column.children);
    }
    return count;
  }

  /** Buffers of these columns and all columns below. */
  static int bufferCount(List<ColumnLayout> columns) {
    int count = 0;
    for (ColumnLayout column : columns) {
      count += column.kind.bufferCount() + bufferCount(column.children);
    }
    return count;
  }

  /** Bytes of a validity bitmap. */
  static long validitySize(long valueCount) {
    return (valueCount + 7) / 8;
  }

  /** Bytes of the values of a {@link Kind#FIXED} column. */
  long valuesSize(long valueCount) {
    return (valueCount * width + 7) / 8;
  }

  /**
   * Bytes of the offsets of a {@link Kind#VARIABLE} or {@link Kind#LIST} column with values: one
   * more than values.
   */
  long offsetsSize(long valueCount) {
    return (valueCount + 1) * width;
  }

  /** Where the values of a {@link Kind#LIST} column end in its child; it has at least one value. */
  long lastOffset(ArrowBuf offsets, int valueCount) {
    long position = (long) valueCount * width;
    return width == OFFSET_SIZE ? offsets.getInt(position) : offsets.getLong(position);
  }

  private static ColumnLayout of(Field field, String path, int depth) {
    if (depth > MAX_DEPTH) {
      throw new UnsupportedOperationException(
          "columns nested too deep: field=" + path + " limit=" + MAX_DEPTH);
    }
    ArrowType type = field.getType();
    return switch (type) {
      case ArrowType.Null ignored -> leaf(field, path, Kind.NULL, 0);
      case ArrowType.Bool ignored -> fixed(field, path, 1);
      case ArrowType.Int integer -> fixed(field, path, integerWidth(integer, path));
      case ArrowType.FloatingPoint floating -> fixed(field, path, width(floating));
      case ArrowType.Decimal decimal -> fixed(field, path, decimalWidth(decimal, path));
      case ArrowType.Date date -> fixed(field, path, width(date));
      case ArrowType.Time time -> fixed(field, path, timeWidth(time, path));
      case ArrowType.Timestamp ignored -> fixed(field, path, Long.SIZE);
      case ArrowType.Duration ignored -> fixed(field, path, Long.SIZE);
      case ArrowType.Interval interval -> fixed(field, path, width(interval));
      case ArrowType.FixedSizeBinary binary -> fixed(field, path, binaryWidth(binary, path));
      case ArrowType.Utf8 ignored -> leaf(field, path, Kind.VARIABLE, OFFSET_SIZE);
      case ArrowType.Binary ignored -> leaf(field, path, Kind.VARIABLE, OFFSET_SIZE);
      case ArrowType.LargeUtf8 ignored -> leaf(field, path, Kind.VARIABLE, LARGE_OFFSET_SIZE);
      case ArrowType.LargeBinary ignored -> leaf(field, path, Kind.VARIABLE, LARGE_OFFSET_SIZE);
      case ArrowType.List ignored -> list(field, path, depth, Kind.LIST, OFFSET_SIZE);
      case ArrowType.LargeList ignored -> list(field, path, depth, Kind.LIST, LARGE_OFFSET_SIZE);
      case ArrowType.Map ignored -> map(field, path, depth);
      case ArrowType.FixedSizeList list -> fixedSizeList(field, list, path, depth);
      case ArrowType.Struct ignored -> struct(field, path, depth);
      default -> throw unsupported(type, path);
    };
  }

  private static ColumnLayout fixed(Field field, String path, int bits) {
    return leaf(field, path, Kind.FIXED, bits);
  }

  private static ColumnLayout leaf(Field field, String path, Kind kind, int width) {
    requireChildren(field, path, 0);
    return new ColumnLayout(field, kind, width, List.of());
  }

  private static ColumnLayout list(Field field, String path, int depth, Kind kind, int width) {
    requireChildren(field, path, 1);
    return new ColumnLayout(field, kind, width, children(field, path, depth));
  }

  private static ColumnLayout fixedSizeList(
      Field field, ArrowType.FixedSizeList type, String path, int depth) {
    if (type.getListSize() < 0) {
      throw unsupported(type, path);
    }
    return list(field, path, depth, Kind.FIXED_SIZE_LIST, type.getListSize());
  }

  /**
   * The form that the format asks for and arrow-java insists on: entries not null, of a key not
   * null and a value.
   */
  private static ColumnLayout map(Field field, String path, int depth) {
    requireChildren(field, path, 1);
    Field entries = field.getChildren().getFirst();
    if (!(entries.getType() instanceof ArrowType.Struct)
        || entries.isNullable()
        || entries.getChildren().size() != 2
        || entries.getChildren().getFirst().isNullable()) {
      throw new UnsupportedOperationException(
          "a map has entries that are not null, with a key that is not null: field="
              + path
              + " entries="
              + entries);
    }
    return list(field, path, depth, Kind.LIST, OFFSET_SIZE);
  }

  private static ColumnLayout struct(Field field, String path, int depth) {
    Set<String> names = new HashSet<>();
    for (Field child : field.getChildren()) {
      // arrow-java keeps the children of a struct by name and would silently drop one of the two.
      if (!names.add(child.getName())) {
        throw new UnsupportedOperationException(
            "a struct with two fields of one name: field=" + path + " name=" + child.getName());
      }
    }
    return new ColumnLayout(field, Kind.STRUCT, 0, children(field, path, depth));
  }

  private static List<ColumnLayout> children(Field field, String path, int depth) {
    List<ColumnLayout> children = new ArrayList<>(field.getChildren().size());
    for (Field child : field.getChildren()) {
      children.add(of(child, path + "." + child.getName(), depth + 1));
    }
    return List.copyOf(children);
  }

  private static void requireChildren(Field field, String path, int count) {
    if (field.getChildren().size() != count) {
      throw new UnsupportedOperationException(
          "wrong number of child fields: field="
              + path
              + " type="
              + field.getType()
              + " found="
              + field.getChildren().size()
              + " wanted="
              + count);
    }
  }

  private static int integerWidth(ArrowType.Int type, String path) {
    return switch (type.getBitWidth()) {
      case 8, 16, 32, 64 -> type.getBitWidth();
      default -> throw unsupported(type, path);
    };
  }

  private static int width(ArrowType.FloatingPoint type) {
    return switch (type.getPrecision()) {
      case HALF -> Short.SIZE;
      case SINGLE -> Float.SIZE;
      case DOUBLE -> Double.SIZE;
    };
  }

  private static int decimalWidth(ArrowType.Decimal type, String path) {
    return switch (type.getBitWidth()) {
      case 128, 256 -> type.getBitWidth();
      default -> throw unsupported(type, path);
    };
  }

  private static int width(ArrowType.Date type) {
    return switch (type.getUnit()) {
      case DAY -> Integer.SIZE;
      case MILLISECOND -> Long.SIZE;
    };
  }

  private static int timeWidth(ArrowType.Time type, String path) {
    boolean small = type.getUnit() == TimeUnit.SECOND || type.getUnit() == TimeUnit.MILLISECOND;
    int width = small ? Integer.SIZE : Long.SIZE;
    if (type.getBitWidth() != width) {
      throw unsupported(type, path);
    }
    return width;
  }

  private static int width(ArrowType.Interval type) {
    return switch (type.getUnit()) {
      case YEAR_MONTH -> Integer.SIZE;
      case DAY_TIME -> Long.SIZE;
      case MONTH_DAY_NANO -> 2 * Long.SIZE;
    };
  }

  private static int binaryWidth(ArrowType.FixedSizeBinary type, String path) {
    // arrow-java takes the width 0 for a bitmap; a greater one than this overflows its arithmetic.
    if (type.getByteWidth() <= 0 || type.getByteWidth() > Integer.MAX_VALUE / Byte.SIZE) {
      throw unsupported(type, path);
    }
    return type.getByteWidth() * Byte.SIZE;
  }

  private static UnsupportedOperationException unsupported(ArrowType type, String path) {
    return new UnsupportedOperationException(
        "columns of this type are not supported: field=" + path + " type=" + type);
  }
}
