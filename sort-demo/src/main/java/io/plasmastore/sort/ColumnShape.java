package io.plasmastore.sort;

import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Which buffers the values of a column lie in, and so how they are moved and hashed. */
enum ColumnShape {
  /** No buffers. */
  NULL,
  /** Validity; a bit a value. */
  BITS,
  /** Validity; values of one width in bytes. */
  FIXED,
  /** Validity; offsets of 32 bits into bytes. */
  BYTES,
  /** Validity; offsets of 64 bits into bytes. */
  LARGE_BYTES,
  /** Validity; offsets of 32 bits into the values of a child. */
  LIST,
  /** Validity; offsets of 64 bits into the values of a child. */
  LARGE_LIST,
  /** Validity; as many values of a child for each. */
  FIXED_LIST,
  /** Validity; a value of each child for each. */
  STRUCT;

  /**
   * The shape of a column by value.
   *
   * @throws UnsupportedOperationException naming column and type, if the sort cannot carry it along
   */
  static ColumnShape of(Field field) {
    return switch (field.getType()) {
      case ArrowType.Null ignored -> NULL;
      case ArrowType.Bool ignored -> BITS;
      case ArrowType.Int ignored -> FIXED;
      case ArrowType.FloatingPoint ignored -> FIXED;
      case ArrowType.Decimal ignored -> FIXED;
      case ArrowType.Date ignored -> FIXED;
      case ArrowType.Time ignored -> FIXED;
      case ArrowType.Timestamp ignored -> FIXED;
      case ArrowType.Duration ignored -> FIXED;
      case ArrowType.Interval ignored -> FIXED;
      case ArrowType.FixedSizeBinary ignored -> FIXED;
      case ArrowType.Utf8 ignored -> BYTES;
      case ArrowType.Binary ignored -> BYTES;
      case ArrowType.LargeUtf8 ignored -> LARGE_BYTES;
      case ArrowType.LargeBinary ignored -> LARGE_BYTES;
      case ArrowType.List ignored -> LIST;
      case ArrowType.Map ignored -> LIST;
      case ArrowType.LargeList ignored -> LARGE_LIST;
      case ArrowType.FixedSizeList ignored -> FIXED_LIST;
      case ArrowType.Struct ignored -> STRUCT;
      default ->
          throw new UnsupportedOperationException(
              "columns of this type cannot be sorted along: column="
                  + field.getName()
                  + " type="
                  + field.getType());
    };
  }

  /** Whether the values lie in buffers of the column alone, so that rows of them can be packed. */
  boolean isFlat() {
    return this == BITS || this == FIXED || isBytes();
  }

  /** Whether the values have any length. */
  boolean isBytes() {
    return this == BYTES || this == LARGE_BYTES;
  }

  /** Refuses a field of which any part has no shape. */
  static void requireAll(Field field) {
    of(field);
    // The vectors that are made for the result would keep one of the two alone.
    if (field.getChildren().stream().map(Field::getName).distinct().count()
        < field.getChildren().size()) {
      throw new UnsupportedOperationException(
          "structs with two fields of one name cannot be sorted along: column=" + field.getName());
    }
    field.getChildren().forEach(ColumnShape::requireAll);
  }
}
