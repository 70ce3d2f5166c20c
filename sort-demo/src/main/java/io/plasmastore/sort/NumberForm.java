package io.plasmastore.sort;

import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * How values that fit into 64 bits lie in memory, and so how they become a long of the same order.
 */
enum NumberForm {
  BIT,
  INT8,
  UINT8,
  INT16,
  UINT16,
  INT32,
  UINT32,
  INT64,
  UINT64,
  FLOAT16,
  FLOAT32,
  FLOAT64;

  /**
   * The form of a type, or null if its values are not numbers of 64 bits or less, or have no order.
   */
  static @Nullable NumberForm of(ArrowType type) {
    return switch (type) {
      case ArrowType.Bool ignored -> BIT;
      case ArrowType.Int integer -> integer(integer);
      case ArrowType.FloatingPoint floating ->
          switch (floating.getPrecision()) {
            case HALF -> FLOAT16;
            case SINGLE -> FLOAT32;
            case DOUBLE -> FLOAT64;
          };
      case ArrowType.Date date ->
          switch (date.getUnit()) {
            case DAY -> INT32;
            case MILLISECOND -> INT64;
          };
      case ArrowType.Time time -> time.getBitWidth() == Integer.SIZE ? INT32 : INT64;
      case ArrowType.Timestamp ignored -> INT64;
      case ArrowType.Duration ignored -> INT64;
      case ArrowType.Interval interval ->
          switch (interval.getUnit()) {
            case YEAR_MONTH -> INT32;
            // Days are not all of one length, nor are months: there is no order of such pairs.
            case DAY_TIME, MONTH_DAY_NANO -> null;
          };
      default -> null;
    };
  }

  /**
   * Whether the ends of the range of a long are among the values, where a null's prefix stands too.
   */
  boolean isFullRange() {
    return this == INT64 || this == UINT64;
  }

  private static NumberForm integer(ArrowType.Int type) {
    boolean signed = type.getIsSigned();
    return switch (type.getBitWidth()) {
      case 8 -> signed ? INT8 : UINT8;
      case 16 -> signed ? INT16 : UINT16;
      case 32 -> signed ? INT32 : UINT32;
      default -> signed ? INT64 : UINT64;
    };
  }
}
