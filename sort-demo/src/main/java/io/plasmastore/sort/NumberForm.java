package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * How values that fit into 64 bits lie in memory, and so how they become a long of the same order.
 * The prefix is the value itself: signed integers as they are, unsigned ones with the sign bit
 * turned, floats by their bits, those of the negative ones turned, so that the order is that of
 * {@link Double#compare}. A bool lies in a byte of its own here.
 */
enum NumberForm implements KeyType {
  BIT(1),
  INT8(1),
  UINT8(1),
  INT16(2),
  UINT16(2),
  INT32(4),
  UINT32(4),
  INT64(8),
  UINT64(8),
  FLOAT16(2),
  FLOAT32(4),
  FLOAT64(8);

  /** The bits of a double are those of a number up to here, the sign aside. */
  static final long INFINITY = Double.doubleToRawLongBits(Double.POSITIVE_INFINITY);

  private static final long NAN = Double.doubleToRawLongBits(Double.NaN);

  private final int width;

  NumberForm(int width) {
    this.width = width;
  }

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

  /** Bytes of a value. */
  int width() {
    return width;
  }

  @Override
  public long prefix(MemorySegment data, long start, long length) {
    return switch (this) {
      case BIT, UINT8 -> data.get(OffHeap.BYTE, start) & 0xff;
      case INT8 -> data.get(OffHeap.BYTE, start);
      case INT16 -> data.get(OffHeap.SHORT, start);
      case UINT16 -> data.get(OffHeap.SHORT, start) & 0xffff;
      case INT32 -> data.get(OffHeap.INT, start);
      case UINT32 -> data.get(OffHeap.INT, start) & 0xffffffffL;
      case INT64 -> data.get(OffHeap.LONG, start);
      case UINT64 -> data.get(OffHeap.LONG, start) ^ Long.MIN_VALUE;
      case FLOAT16 -> ordered(Float.float16ToFloat(data.get(OffHeap.SHORT, start)));
      case FLOAT32 -> ordered(Float.intBitsToFloat(data.get(OffHeap.INT, start)));
      case FLOAT64 -> ordered(Double.longBitsToDouble(data.get(OffHeap.LONG, start)));
    };
  }

  /**
   * The prefixes of values that lie at equal distances, put into {@code out} from {@code at} on.
   *
   * @param start where the first lies
   * @param stride bytes from one value to the next
   */
  void prefixes(MemorySegment data, long start, int stride, int count, long[] out, int at) {
    switch (this) {
      // A loop of its own for each width that large sorts are made of: one in which the form is
      // asked for each row costs twice.
      case INT32 -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = data.get(OffHeap.INT, start + (long) i * stride);
        }
      }
      case INT64 -> loadLongs(data, start, stride, count, out, at);
      case FLOAT64 -> {
        loadLongs(data, start, stride, count, out, at);
        for (int i = at; i < at + count; i++) {
          long bits = out[i];
          long number = (bits & Long.MAX_VALUE) > INFINITY ? NAN : bits;
          out[i] = number ^ ((number >> 63) & Long.MAX_VALUE);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = prefix(data, start + (long) i * stride, width);
        }
      }
    }
  }

  /**
   * Values that lie side by side are copied at once, and then changed in loops over arrays alone.
   */
  private static void loadLongs(
      MemorySegment data, long start, int stride, int count, long[] out, int at) {
    if (stride == Long.BYTES) {
      MemorySegment.copy(data, OffHeap.LONG, start, out, at, count);
    } else {
      for (int i = 0; i < count; i++) {
        out[at + i] = data.get(OffHeap.LONG, start + (long) i * stride);
      }
    }
  }

  @Override
  public long identity(MemorySegment data, long start, long length) {
    return switch (this) {
      case UINT64 -> data.get(OffHeap.LONG, start);
      case FLOAT16 ->
          withoutNegativeZero(
              ordered((double) Float.float16ToFloat(data.get(OffHeap.SHORT, start))));
      case FLOAT32 ->
          withoutNegativeZero(ordered((double) Float.intBitsToFloat(data.get(OffHeap.INT, start))));
      case FLOAT64 -> withoutNegativeZero(prefix(data, start, length));
      default -> prefix(data, start, length);
    };
  }

  /**
   * The identities of values that lie one behind the other, put into {@code out} from {@code at}
   * on.
   */
  void identities(MemorySegment data, long start, int count, long[] out, int at) {
    switch (this) {
      case INT32, INT64 -> prefixes(data, start, width, count, out, at);
      case FLOAT64 -> {
        prefixes(data, start, width, count, out, at);
        for (int i = at; i < at + count; i++) {
          out[i] = withoutNegativeZero(out[i]);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = identity(data, start + (long) i * width, width);
        }
      }
    }
  }

  @Override
  public boolean decides(long prefix) {
    return !isFullRange() || (prefix != Long.MIN_VALUE && prefix != Long.MAX_VALUE);
  }

  @Override
  public int compare(
      MemorySegment data,
      long start,
      long length,
      MemorySegment other,
      long otherStart,
      long otherLength) {
    return Long.compare(prefix(data, start, length), prefix(other, otherStart, otherLength));
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

  /** An ordered float, −0.0 taken for 0.0: the number before 0 is that of −0.0. */
  private static long withoutNegativeZero(long ordered) {
    return ordered == -1 ? 0 : ordered;
  }

  static long ordered(double value) {
    long bits = Double.doubleToLongBits(value);
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }

  private static long ordered(float value) {
    int bits = Float.floatToIntBits(value);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }
}
