package io.plasmastore.arrow;

import static io.plasmastore.arrow.ColumnLayout.LARGE_OFFSET_SIZE;
import static io.plasmastore.arrow.ColumnLayout.OFFSET_SIZE;

import io.plasmastore.arrow.ColumnLayout.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Which types can be written and read, and with which layout. This is the one place that knows; a
 * type that is not here is refused before anything is stored or handed out.
 */
final class ColumnTypes {
  /** Bits of a view. */
  static final int VIEW_WIDTH = 16 * Byte.SIZE;

  private ColumnTypes() {}

  /** The type of a field, or what it is stored as if that is an extension type. */
  static ArrowType storage(Field field) {
    ArrowType type = field.getType();
    while (type instanceof ArrowType.ExtensionType extension) {
      type = extension.storageType();
    }
    return type;
  }

  /**
   * The layout of a column and those below.
   *
   * @param path names of the field and those above, for messages
   * @param depth of the field, 1 on top
   * @throws UnsupportedOperationException naming field and type of the first that is not supported
   */
  static ColumnLayout layout(Field field, String path, int depth) {
    if (depth > ColumnLayout.MAX_DEPTH) {
      throw new UnsupportedOperationException(
          "columns nested too deep: field=" + path + " limit=" + ColumnLayout.MAX_DEPTH);
    }
    ArrowType type = storage(field);
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
      case ArrowType.Struct ignored -> parent(field, path, depth, Kind.STRUCT, 0);
      case ArrowType.Utf8View ignored -> leaf(field, path, Kind.VIEW, VIEW_WIDTH);
      case ArrowType.BinaryView ignored -> leaf(field, path, Kind.VIEW, VIEW_WIDTH);
      case ArrowType.ListView ignored -> list(field, path, depth, Kind.LIST_VIEW, OFFSET_SIZE);
      case ArrowType.LargeListView ignored ->
          list(field, path, depth, Kind.LIST_VIEW, LARGE_OFFSET_SIZE);
      case ArrowType.Union union -> union(field, union, path, depth);
      case ArrowType.RunEndEncoded ignored -> runEndEncoded(field, path, depth);
      default -> throw unsupported(type, path);
    };
  }

  private static ColumnLayout fixed(Field field, String path, int bits) {
    return leaf(field, path, Kind.FIXED, bits);
  }

  private static ColumnLayout leaf(Field field, String path, Kind kind, int width) {
    requireChildren(field, path, 0);
    return new ColumnLayout(field, kind, width, List.of(), field);
  }

  private static ColumnLayout list(Field field, String path, int depth, Kind kind, int width) {
    requireChildren(field, path, 1);
    return parent(field, path, depth, kind, width);
  }

  private static ColumnLayout fixedSizeList(
      Field field, ArrowType.FixedSizeList type, String path, int depth) {
    if (type.getListSize() < 0) {
      throw unsupported(type, path);
    }
    requireChildren(field, path, 1);
    Field child = field.getChildren().getFirst();
    if (child.getDictionary() == null && storage(child) instanceof ArrowType.Union) {
      // arrow-java's vector asks whether the type ids are those that it does not know yet.
      throw new UnsupportedOperationException(
          "fixed-size lists of unions are not supported: field=" + path + " type=" + type);
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
    // arrow-java would put the second in the place of the first.
    requireNames(entries, path, "a map");
    return list(field, path, depth, Kind.LIST, OFFSET_SIZE);
  }

  private static ColumnLayout parent(Field field, String path, int depth, Kind kind, int width) {
    List<ColumnLayout> children = children(field, path, depth);
    return new ColumnLayout(field, kind, width, children, skeleton(field, kind, children));
  }

  private static Field skeleton(Field field, Kind kind, List<ColumnLayout> children) {
    if (kind == Kind.STRUCT && repeatedName(field) != null) {
      return new Field(field.getName(), field.getFieldType(), List.of());
    }
    if (children.stream().allMatch(ColumnLayout::isWhole)) {
      return field;
    }
    List<Field> skeletons = children.stream().map(ColumnLayout::skeleton).toList();
    return new Field(field.getName(), field.getFieldType(), skeletons);
  }

  /** A name that two fields below have, or null. */
  private static @Nullable String repeatedName(Field field) {
    Set<String> names = new HashSet<>();
    for (Field child : field.getChildren()) {
      if (!names.add(child.getName())) {
        return String.valueOf(child.getName());
      }
    }
    return null;
  }

  private static ColumnLayout union(Field field, ArrowType.Union type, String path, int depth) {
    int[] typeIds = type.getTypeIds();
    requireChildren(field, path, typeIds == null ? 0 : typeIds.length);
    Set<Integer> ids = new HashSet<>();
    for (int id : typeIds == null ? new int[0] : typeIds) {
      if (id < 0 || id > Byte.MAX_VALUE || !ids.add(id)) {
        throw unsupported(type, path);
      }
    }
    // arrow-java keeps the children of a union by name and would silently drop one of the two.
    requireNames(field, path, "a union");
    return type.getMode() == UnionMode.Sparse
        ? parent(field, path, depth, Kind.SPARSE_UNION, 0)
        : parent(field, path, depth, Kind.DENSE_UNION, OFFSET_SIZE);
  }

  private static void requireNames(Field field, String path, String what) {
    String name = repeatedName(field);
    if (name != null) {
      throw new UnsupportedOperationException(
          what + " with two fields of one name: field=" + path + " name=" + name);
    }
  }

  private static ColumnLayout runEndEncoded(Field field, String path, int depth) {
    requireChildren(field, path, 2);
    Field ends = field.getChildren().getFirst();
    boolean integers =
        ends.getType() instanceof ArrowType.Int type
            && type.getIsSigned()
            && type.getBitWidth() != Byte.SIZE;
    if (!integers || ends.getDictionary() != null) {
      throw new UnsupportedOperationException(
          "run ends are integers of 16, 32 or 64 bits: field=" + path + " ends=" + ends);
    }
    return parent(field, path, depth, Kind.RUN_END_ENCODED, 0);
  }

  private static List<ColumnLayout> children(Field field, String path, int depth) {
    List<ColumnLayout> children = new ArrayList<>(field.getChildren().size());
    for (Field child : field.getChildren()) {
      children.add(layout(child, path + "." + child.getName(), depth + 1));
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
