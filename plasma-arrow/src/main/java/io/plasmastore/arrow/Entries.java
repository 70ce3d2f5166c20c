package io.plasmastore.arrow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Offsets of a column into a child or into bytes, of 4 or 8 bytes each, and how they are written
 * when only the part is written that they refer to: counted from the start of that.
 *
 * @param layout of the column
 * @param buffer has the offsets
 * @param from number of the first
 * @param count how many
 */
record Entries(ColumnLayout layout, ArrowBuf buffer, int from, int count) {
  long get(int index) {
    return number(buffer, index);
  }

  /** The offsets as they are counted from another start. */
  BodyBuffer moved(long start) {
    if (start == 0) {
      return new BodyBuffer.Copied(buffer, layout.entriesSize(from), layout.entriesSize(count));
    }
    return new BodyBuffer.Numbers(this, index -> get(index) - start);
  }

  /**
   * What of a child the lists of a list view refer to: from the least offset to the greatest end.
   *
   * @throws IllegalArgumentException if one refers to values that are not there
   */
  Range listed(ArrowBuf sizes, int childCount) {
    long start = Long.MAX_VALUE;
    long end = 0;
    for (int i = 0; i < count; i++) {
      long size = number(sizes, i);
      if (size == 0) {
        continue;
      }
      long offset = get(i);
      if (offset < 0 || size < 0 || size > childCount - offset) {
        throw new IllegalArgumentException(
            "a list refers to values that are not there: field=%s value=%d offset=%d size=%d values=%d"
                .formatted(layout.field().getName(), from + i, offset, size, childCount));
      }
      start = Math.min(start, offset);
      end = Math.max(end, offset + size);
    }
    return end == 0 ? Range.NONE : new Range(start, end - start);
  }

  /** The offsets of a list view as they are counted from the first value that is shown. */
  BodyBuffer moved(ArrowBuf sizes, Range shown) {
    // An empty list may be anywhere, also where nothing is written.
    return new BodyBuffer.Numbers(
        this, index -> number(sizes, index) == 0 ? 0 : get(index) - shown.start());
  }

  /** What of each member of a dense union the values refer to. */
  List<Range> members(ArrowBuf types) {
    int memberCount = layout.children().size();
    long[] starts = new long[memberCount];
    long[] ends = new long[memberCount];
    Arrays.fill(starts, Long.MAX_VALUE);
    int[] members = layout.unionChildren();
    for (int i = 0; i < count; i++) {
      int member = members[types.getByte((long) from + i) & 0xFF];
      if (member >= 0) {
        long offset = get(i);
        starts[member] = Math.min(starts[member], offset);
        ends[member] = Math.max(ends[member], offset + 1);
      }
    }
    List<Range> shown = new ArrayList<>(memberCount);
    for (int i = 0; i < memberCount; i++) {
      shown.add(ends[i] == 0 ? Range.NONE : Range.between(starts[i], ends[i]));
    }
    return shown;
  }

  /** The offsets of a dense union as they are counted from the first value of each member. */
  BodyBuffer moved(ArrowBuf types, List<Range> shown) {
    if (shown.stream().allMatch(range -> range.start() == 0)) {
      return moved(0);
    }
    int[] members = layout.unionChildren();
    return new BodyBuffer.Numbers(
        this,
        index -> {
          int member = members[types.getByte((long) from + index) & 0xFF];
          return member < 0 ? 0 : get(index) - shown.get(member).start();
        });
  }

  private long number(ArrowBuf numbers, int index) {
    long position = layout.entriesSize((long) from + index);
    return layout.width() == ColumnLayout.OFFSET_SIZE
        ? numbers.getInt(position)
        : numbers.getLong(position);
  }
}
