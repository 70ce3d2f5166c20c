package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * The order of the values of a type, wherever they lie. Each value has a <i>prefix</i>: a signed
 * 64-bit number that never contradicts the order. Where two prefixes are equal and do not
 * {@linkplain #decides decide}, the values themselves are compared. Directions and nulls are not
 * known here.
 */
interface KeyType {
  /** The prefix of the value of so many bytes at an offset. */
  long prefix(MemorySegment data, long start, long length);

  /** Whether values with this prefix are equal whenever they share it. */
  boolean decides(long prefix);

  /**
   * A 64-bit number that equal values share, of whatever type {@link PartitionBy} calls them equal,
   * and others as good as never. It is part of what users rely on: it must not change.
   */
  long identity(MemorySegment data, long start, long length);

  /** Compares two values. */
  int compare(
      MemorySegment data,
      long start,
      long length,
      MemorySegment other,
      long otherStart,
      long otherLength);

  /** The order of a column by value, or null if its type has none. */
  static @Nullable KeyType of(Field field) {
    NumberForm form = NumberForm.of(field.getType());
    if (form != null) {
      return form;
    }
    return switch (field.getType()) {
      case ArrowType.Decimal decimal -> new DecimalType(decimal.getBitWidth() / Long.SIZE);
      case ArrowType.Utf8 ignored -> BytesType.PLAIN;
      case ArrowType.LargeUtf8 ignored -> BytesType.PLAIN;
      case ArrowType.Binary ignored -> BytesType.PLAIN;
      case ArrowType.LargeBinary ignored -> BytesType.PLAIN;
      case ArrowType.FixedSizeBinary ignored -> BytesType.PLAIN;
      default -> null;
    };
  }
}
