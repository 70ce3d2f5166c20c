package io.plasmastore.arrow;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.rounding.RoundingPolicy;

/**
 * Sizes of allocations that make arrow-java's vectors lie well in an object. Its vectors of fixed
 * width cut values and validity bitmap out of one allocation, the bitmap right behind the values,
 * at a multiple of 8. This rounds up to a size where the bitmap begins at a multiple of {@link
 * StreamLayout#ALIGNMENT}, for each width that the columns have. Where that would take too much
 * more the bitmap will have to be copied when the batch is done.
 */
final class AlignedRounding implements RoundingPolicy {
  /** Both halves of the one allocation of a column of bits are aligned then. */
  private static final long STEP = 2 * StreamLayout.ALIGNMENT;

  private static final long SLACK = 8 << 10;

  private final int[] widths;

  private AlignedRounding(List<Integer> widths) {
    this.widths = widths.stream().distinct().mapToInt(Integer::intValue).toArray();
  }

  /** For the vectors of some columns and all below. */
  static AlignedRounding of(List<ColumnLayout> columns) {
    List<Integer> widths = new ArrayList<>();
    addWidths(columns, widths);
    return new AlignedRounding(widths);
  }

  @Override
  public long getRoundedSize(long size) {
    long rounded = (size + STEP - 1) / STEP * STEP;
    long most = rounded + rounded / 32 + Math.min(SLACK, rounded / 4);
    for (long candidate = rounded; candidate <= most; candidate += STEP) {
      if (isAligned(candidate)) {
        return candidate;
      }
    }
    return rounded;
  }

  private boolean isAligned(long size) {
    for (int width : widths) {
      if (valuesSize(size, width) % StreamLayout.ALIGNMENT != 0) {
        return false;
      }
    }
    return true;
  }

  /** What of an allocation arrow-java uses for the values, as its BaseValueVector divides it. */
  static long valuesSize(long size, int width) {
    long count = (long) (size * 8.0 / (8.0 * width + 1));
    while (true) {
      long values = roundUp8(count * width);
      if (values + roundUp8(ColumnLayout.validitySize(count)) <= size) {
        return values;
      }
      count--;
    }
  }

  private static long roundUp8(long size) {
    return (size + 7) & -8;
  }

  private static void addWidths(List<ColumnLayout> columns, List<Integer> widths) {
    for (ColumnLayout column : columns) {
      switch (column.kind()) {
        case FIXED -> {
          if (column.width() >= Byte.SIZE) {
            widths.add(column.width() / Byte.SIZE);
          }
        }
        case VARIABLE -> widths.add(column.width());
        default -> {
          // These allocate their buffers one by one.
        }
      }
      addWidths(column.children(), widths);
    }
  }
}
