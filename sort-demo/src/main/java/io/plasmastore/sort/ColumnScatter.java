package io.plasmastore.sort;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/**
 * Brings the values of one column into another order: reads them in the order in which they lie and
 * writes each to its place in a new vector. A nested column goes on with its children, by the
 * places that theirs are to have. A dictionary-encoded column becomes one of its values.
 */
final class ColumnScatter {
  /**
   * Values of a column that lie together.
   *
   * @param vector of one batch
   * @param dictionaries of its batch
   * @param from the first value
   * @param to after the last value
   */
  record Range(FieldVector vector, DictionaryProvider dictionaries, int from, int to) {
    int count() {
      return to - from;
    }
  }

  private final List<Range> ranges;
  private final int[] places;
  private final int count;
  private final BufferAllocator allocator;

  /**
   * Prepares to move values.
   *
   * @param ranges where they are
   * @param places of the values in the order of the ranges
   * @param count of the values; each number below it is a place
   * @param allocator for the new vectors
   */
  ColumnScatter(List<Range> ranges, int[] places, int count, BufferAllocator allocator) {
    this.ranges = ranges;
    this.places = places;
    this.count = count;
    this.allocator = allocator;
  }

  /**
   * Moves the values.
   *
   * @param target an empty vector of the column by value
   */
  void fill(FieldVector target) {
    if (ranges.stream().anyMatch(range -> range.vector().getField().getDictionary() != null)) {
      fillDecoded(target);
      return;
    }
    switch (ColumnShape.of(target.getField())) {
      case NULL -> target.loadFieldBuffers(new ArrowFieldNode(count, count), List.of());
      case BITS -> fillBits(target);
      case FIXED -> fillFixed(target);
      case BYTES -> fillBytes(target, false);
      case LARGE_BYTES -> fillBytes(target, true);
      case LIST -> fillList(target, false);
      case LARGE_LIST -> fillList(target, true);
      case FIXED_LIST -> fillFixedList((FixedSizeListVector) target);
      case STRUCT -> fillStruct(target);
    }
  }

  /** Goes by way of vectors of the values, in the old order. */
  private void fillDecoded(FieldVector target) {
    List<FieldVector> decoded = new ArrayList<>();
    try {
      List<Range> plain = new ArrayList<>();
      for (Range range : ranges) {
        FieldVector values = target.getField().createVector(allocator);
        decoded.add(values);
        decode(range, values);
        plain.add(new Range(values, range.dictionaries(), 0, range.count()));
      }
      new ColumnScatter(plain, places, count, allocator).fill(target);
    } finally {
      Closing.all(decoded);
    }
  }

  private void decode(Range range, FieldVector target) {
    FieldVector source = range.vector();
    if (source.getField().getDictionary() == null) {
      copy(range, target);
      return;
    }
    BaseIntVector indices = (BaseIntVector) source;
    FieldVector dictionary = ValueCopy.values(source, range.dictionaries());
    try (FieldVector values = target.getField().createVector(allocator)) {
      // The dictionary itself may have dictionary-encoded parts.
      copy(new Range(dictionary, range.dictionaries(), 0, dictionary.getValueCount()), values);
      target.setInitialCapacity(range.count());
      target.allocateNew();
      for (int i = 0; i < range.count(); i++) {
        int row = range.from() + i;
        if (!source.isNull(row)) {
          target.copyFromSafe((int) indices.getValueAsLong(row), i, values);
        }
      }
      // What is not set in a new vector is null.
      target.setValueCount(range.count());
    }
  }

  private void copy(Range range, FieldVector target) {
    int[] inOrder = IntStream.range(0, range.count()).toArray();
    new ColumnScatter(List.of(range), inOrder, inOrder.length, allocator).fill(target);
  }

  private void fillBits(FieldVector target) {
    try (NewBuffers buffers = new NewBuffers(allocator)) {
      int nulls = addValidity(buffers);
      MemorySegment bits = buffers.add(OffHeap.bitmapSize(count)).fill((byte) 0);
      int at = 0;
      for (Range range : ranges) {
        MemorySegment source = OffHeap.bytes(range.vector().getDataBuffer());
        BufferScatter.bits(source, range.from(), range.to(), places, at, bits);
        at += range.count();
      }
      buffers.load(target, count, nulls);
    }
  }

  private void fillFixed(FieldVector target) {
    int width = ((BaseFixedWidthVector) target).getTypeWidth();
    try (NewBuffers buffers = new NewBuffers(allocator)) {
      int nulls = addValidity(buffers);
      MemorySegment values = buffers.add((long) count * width);
      int at = 0;
      for (Range range : ranges) {
        MemorySegment source = OffHeap.bytes(range.vector().getDataBuffer());
        BufferScatter.fixed(source, width, range.from(), range.to(), places, at, values);
        at += range.count();
      }
      buffers.load(target, count, nulls);
    }
  }

  private void fillBytes(FieldVector target, boolean large) {
    try (NewBuffers buffers = new NewBuffers(allocator)) {
      int nulls = addValidity(buffers);
      Offsets offsets = addOffsets(buffers, target, large);
      MemorySegment bytes = buffers.add(offsets.get(count));
      int at = 0;
      for (Range range : ranges) {
        MemorySegment source = OffHeap.bytes(range.vector().getDataBuffer());
        Offsets starts = Offsets.of(range.vector(), large);
        BufferScatter.bytes(source, starts, range.from(), range.to(), places, at, bytes, offsets);
        at += range.count();
      }
      buffers.load(target, count, nulls);
    }
  }

  private void fillList(FieldVector target, boolean large) {
    int[] childPlaces;
    List<Range> children = new ArrayList<>();
    try (NewBuffers buffers = new NewBuffers(allocator)) {
      int nulls = addValidity(buffers);
      Offsets offsets = addOffsets(buffers, target, large);
      requireFits(target, offsets.get(count));
      childPlaces = new int[(int) offsets.get(count)];
      int at = 0;
      int childAt = 0;
      for (Range range : ranges) {
        if (range.count() == 0) {
          continue;
        }
        Offsets starts = Offsets.of(range.vector(), large);
        childAt =
            BufferScatter.children(
                starts, range.from(), range.to(), places, at, offsets, childPlaces, childAt);
        at += range.count();
        children.add(
            new Range(
                range.vector().getChildrenFromFields().getFirst(),
                range.dictionaries(),
                Math.toIntExact(starts.get(range.from())),
                Math.toIntExact(starts.get(range.to()))));
      }
      buffers.load(target, count, nulls);
    }
    new ColumnScatter(children, childPlaces, childPlaces.length, allocator)
        .fill(target.getChildrenFromFields().getFirst());
  }

  private void fillFixedList(FixedSizeListVector target) {
    loadValidity(target);
    int size = target.getListSize();
    requireFits(target, (long) count * size);
    int[] childPlaces = new int[count * size];
    for (int i = 0; i < childPlaces.length; i++) {
      childPlaces[i] = places[i / size] * size + i % size;
    }
    List<Range> children =
        each(
            range ->
                new Range(
                    ((FixedSizeListVector) range.vector()).getDataVector(),
                    range.dictionaries(),
                    Math.multiplyExact(range.from(), size),
                    Math.multiplyExact(range.to(), size)));
    new ColumnScatter(children, childPlaces, childPlaces.length, allocator)
        .fill(target.getChildrenFromFields().getFirst());
  }

  private void fillStruct(FieldVector target) {
    loadValidity(target);
    for (int i = 0; i < target.getField().getChildren().size(); i++) {
      int child = i;
      List<Range> children =
          each(
              range ->
                  new Range(
                      range.vector().getChildrenFromFields().get(child),
                      range.dictionaries(),
                      range.from(),
                      range.to()));
      new ColumnScatter(children, places, count, allocator)
          .fill(target.getChildrenFromFields().get(i));
    }
  }

  private void loadValidity(FieldVector target) {
    try (NewBuffers buffers = new NewBuffers(allocator)) {
      int nulls = addValidity(buffers);
      buffers.load(target, count, nulls);
    }
  }

  /** Adds the bitmap of nulls, and says how many there are. */
  private int addValidity(NewBuffers buffers) {
    MemorySegment bitmap = buffers.add(OffHeap.bitmapSize(count));
    if (ranges.stream().allMatch(range -> range.vector().getNullCount() == 0)) {
      bitmap.fill((byte) 0xff);
      return 0;
    }
    bitmap.fill((byte) 0);
    int valid = 0;
    int at = 0;
    for (Range range : ranges) {
      MemorySegment source = OffHeap.bytes(range.vector().getValidityBuffer());
      valid += BufferScatter.bits(source, range.from(), range.to(), places, at, bitmap);
      at += range.count();
    }
    return count - valid;
  }

  private Offsets addOffsets(NewBuffers buffers, FieldVector target, boolean large) {
    Offsets offsets = new Offsets(buffers.add(Offsets.size(count, large)), large);
    int at = 0;
    for (Range range : ranges) {
      Offsets starts = Offsets.of(range.vector(), large);
      BufferScatter.lengths(starts, range.from(), range.to(), places, at, offsets);
      at += range.count();
    }
    long total = offsets.sum(count);
    if (!large) {
      requireFits(target, total);
    }
    return offsets;
  }

  private List<Range> each(UnaryOperator<Range> child) {
    return ranges.stream().map(child).toList();
  }

  private static void requireFits(FieldVector target, long total) {
    if (total > Integer.MAX_VALUE) {
      throw new PlasmaException(
          ErrorCode.LIMIT_EXCEEDED,
          "a column has too much in one bucket, make more buckets: column=%s length=%d limit=%d"
              .formatted(target.getField().getName(), total, Integer.MAX_VALUE));
    }
  }
}
