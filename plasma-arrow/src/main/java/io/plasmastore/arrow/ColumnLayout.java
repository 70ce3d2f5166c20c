package io.plasmastore.arrow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What a column owns in a record batch: which buffers in which order, and how large they must be.
 * {@link ColumnTypes} knows which type has which layout.
 *
 * @param field the column as the vectors have it: a dictionary-encoded one has the type of its
 *     indices
 * @param kind which buffers there are
 * @param width bits of a value for {@link Kind#FIXED} and of a view for {@link Kind#VIEW}, bytes of
 *     an offset for {@link Kind#VARIABLE}, {@link Kind#LIST}, {@link Kind#LIST_VIEW} and {@link
 *     Kind#DENSE_UNION}, values of a list for {@link Kind#FIXED_SIZE_LIST}, else 0
 * @param children the columns below, in the order of the format
 * @param skeleton the field without the children of structs that have two of one name, which {@link
 *     NewVectors} adds; the field itself where there are none
 */
record ColumnLayout(
    Field field, Kind kind, int width, List<ColumnLayout> children, Field skeleton) {
  /** Bytes of a plain offset. */
  static final int OFFSET_SIZE = Integer.BYTES;

  /** Bytes of an offset of the large types. */
  static final int LARGE_OFFSET_SIZE = Long.BYTES;

  /** Deeper nesting is refused; C++ readers have the same limit. */
  static final int MAX_DEPTH = 64;

  /** The buffers of a column, in the order of the format. */
  enum Kind {
    /** No buffers at all. */
    NULL(0, false),
    /** Validity, values. */
    FIXED(2, true),
    /** Validity, offsets, bytes. */
    VARIABLE(3, true),
    /** Validity, views; then as many buffers of bytes as the batch states. */
    VIEW(2, true),
    /** Validity, offsets; one child. */
    LIST(2, true),
    /** Validity, offsets, sizes; one child. */
    LIST_VIEW(3, true),
    /** Validity; one child. */
    FIXED_SIZE_LIST(1, true),
    /** Validity; any number of children. */
    STRUCT(1, true),
    /** Type ids; any number of children, each as long as the union. */
    SPARSE_UNION(1, false),
    /** Type ids, offsets; any number of children. */
    DENSE_UNION(2, false),
    /** No buffers; two children, the run ends and the values. */
    RUN_END_ENCODED(0, false);

    private final int bufferCount;
    private final boolean hasValidity;

    Kind(int bufferCount, boolean hasValidity) {
      this.bufferCount = bufferCount;
      this.hasValidity = hasValidity;
    }

    /** Buffers in each batch, without those that views add. */
    int bufferCount() {
      return bufferCount;
    }

    /** Whether the first buffer is a validity bitmap. */
    boolean hasValidity() {
      return hasValidity;
    }

    /** Unions had a validity bitmap before their other buffers up to metadata version V4. */
    boolean isUnion() {
      return this == SPARSE_UNION || this == DENSE_UNION;
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
    return ColumnTypes.layout(field, String.valueOf(field.getName()), 1);
  }

  /** Whether this is a struct that has two fields of one name. */
  boolean repeatsNames() {
    return kind == Kind.STRUCT && !children.isEmpty() && skeleton.getChildren().isEmpty();
  }

  /** Whether the skeleton is the field itself. */
  @SuppressWarnings("ReferenceEquality") // what is left out makes another field
  boolean isWhole() {
    return skeleton == field;
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

  /** How many of these columns and all columns below are of a kind. */
  static int count(List<ColumnLayout> columns, Predicate<Kind> kinds) {
    int count = 0;
    for (ColumnLayout column : columns) {
      count += (kinds.test(column.kind) ? 1 : 0) + count(column.children, kinds);
    }
    return count;
  }

  /**
   * The type that the values are stored as: that of the field, or what an extension type is stored
   * as.
   */
  ArrowType storage() {
    return ColumnTypes.storage(field);
  }

  /** Whether a union has a type id, and which child that is; -1 if it has not. */
  int unionChild(int typeId) {
    int[] typeIds = ((ArrowType.Union) storage()).getTypeIds();
    for (int i = 0; i < typeIds.length; i++) {
      if (typeIds[i] == typeId) {
        return i;
      }
    }
    return -1;
  }

  /** The child of each of the 256 type ids of a union, unsigned; -1 for those that it has not. */
  int[] unionChildren() {
    int[] children = new int[1 << Byte.SIZE];
    Arrays.fill(children, -1);
    int[] typeIds = ((ArrowType.Union) storage()).getTypeIds();
    for (int i = 0; i < typeIds.length; i++) {
      children[typeIds[i]] = i;
    }
    return children;
  }

  /** Bytes of a validity bitmap. */
  static long validitySize(long valueCount) {
    return (valueCount + 7) / 8;
  }

  /** Bytes of the values of a {@link Kind#FIXED} or the views of a {@link Kind#VIEW} column. */
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

  /** Bytes of the offsets, or the sizes, of a column that has one for each value and no more. */
  long entriesSize(long valueCount) {
    return valueCount * width;
  }
}
