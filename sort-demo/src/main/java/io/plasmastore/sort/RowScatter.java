package io.plasmastore.sort;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Brings all rows of some batches into another order: reads each column in order and writes each
 * value to its place in a new vector. Nested columns go by the places of their children;
 * dictionary-encoded columns become columns of their values. One thread.
 */
final class RowScatter {
  /**
   * Values of a column that lie together.
   *
   * @param vector of one batch
   * @param dictionaries of its batch
   * @param from the first value
   * @param to after the last value
   */
  private record Range(FieldVector vector, DictionaryProvider dictionaries, int from, int to) {
    int count() {
      return to - from;
    }
  }

  private final List<OpenRows.Part> parts;
  private final BufferAllocator allocator;

  /** Moves the rows of these parts, into memory of an allocator. */
  RowScatter(List<OpenRows.Part> parts, BufferAllocator allocator) {
    this.parts = parts;
    this.allocator = allocator;
  }

  /**
   * Moves all columns.
   *
   * @param schema of the columns by value
   * @param places of the rows in the order of the parts; each number below {@code count} once
   * @return a new root, for the caller to close
   * @throws PlasmaException LIMIT_EXCEEDED if a column would have more bytes or values than its
   *     offsets can say
   */
  VectorSchemaRoot all(Schema schema, int[] places, int count) {
    List<FieldVector> columns = new ArrayList<>();
    try {
      for (int i = 0; i < schema.getFields().size(); i++) {
        int column = i;
        FieldVector target = schema.getFields().get(i).createVector(allocator);
        columns.add(target);
        List<Range> ranges =
            parts.stream()
                .map(
                    part ->
                        new Range(
                            part.root().getVector(column),
                            part.dictionaries(),
                            part.from(),
                            part.to()))
                .toList();
        fill(target, ranges, places, count);
      }
      return new VectorSchemaRoot(schema, columns, count);
    } catch (Throwable e) {
      Closing.all(columns);
      throw e;
    }
  }

  private void fill(FieldVector target, List<Range> ranges, int[] places, int count) {
    if (ranges.stream().anyMatch(range -> range.vector().getField().getDictionary() != null)) {
      fillDecoded(target, ranges, places, count);
      return;
    }
    switch (ColumnShape.of(target.getField())) {
      case NULL -> target.loadFieldBuffers(new ArrowFieldNode(count, count), List.of());
      case BITS -> fillBits(target, ranges, places, count);
      case FIXED -> fillFixed(target, ranges, places, count);
      case BYTES -> fillBytes(target, ranges, places, count, false);
      case LARGE_BYTES -> fillBytes(target, ranges, places, count, true);
      case LIST -> fillList(target, ranges, places, count, false);
      case LARGE_LIST -> fillList(target, ranges, places, count, true);
      case FIXED_LIST -> fillFixedList((FixedSizeListVector) target, ranges, places, count);
      case STRUCT -> {
        loadValidity(target, ranges, places, count);
        for (int i = 0; i < target.getField().getChildren().size(); i++) {
          fillChild(target, i, ranges, places, count);
        }
      }
    }
  }

  /** Goes by way of vectors of the values, in the old order. */
  private void fillDecoded(FieldVector target, List<Range> ranges, int[] places, int count) {
    List<FieldVector> decoded = new ArrayList<>();
    try {
      List<Range> plain = new ArrayList<>();
      for (Range range : ranges) {
        FieldVector values = target.getField().createVector(allocator);
        decoded.add(values);
        decode(range, values);
        plain.add(new Range(values, range.dictionaries(), 0, range.count()));
      }
      fill(target, plain, places, count);
    } finally {
      Closing.all(decoded);
    }
  }

  private void decode(Range range, FieldVector target) {
    FieldVector indices = range.vector();
    FieldVector dictionary = ValueCopy.values(indices, range.dictionaries());
    int valueCount = dictionary.getValueCount();
    // The dictionary itself may have dictionary-encoded parts.
    try (FieldVector values = target.getField().createVector(allocator)) {
      List<Range> whole = List.of(new Range(dictionary, range.dictionaries(), 0, valueCount));
      fill(values, whole, IntStream.range(0, valueCount).toArray(), valueCount);
      target.setInitialCapacity(range.count());
      target.allocateNew();
      for (int i = 0; i < range.count(); i++) {
        int row = range.from() + i;
        if (!indices.isNull(row)) {
          int index = (int) ((BaseIntVector) indices).getValueAsLong(row);
          target.copyFromSafe(index, i, values);
        }
      }
      // What is not set in a new vector is null.
      target.setValueCount(range.count());
    }
  }

  private void fillBits(FieldVector target, List<Range> ranges, int[] places, int count) {
    try (NewBuffers buffers = new NewBuffers(allocator)) {
      int nulls = addValidity(buffers, ranges, places, count);
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

  private void fillFixed(FieldVector target, List<Range> ranges, int[] places, int count) {
    int width = ((BaseFixedWidthVector) target).getTypeWidth();
    try (NewBuffers buffers = new NewBuffers(allocator)) {
      int nulls = addValidity(buffers, ranges, places, count);
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

  private void fillBytes(
      FieldVector target, List<Range> ranges, int[] places, int count, boolean large) {
    try (NewBuffers buffers = new NewBuffers(allocator)) {
      int nulls = addValidity(buffers, ranges, places, count);
      Offsets offsets = addOffsets(buffers, target, ranges, places, count, large);
      MemorySegment bytes = buffers.add(offsets.get(count));
      int at = 0;
      for (Range range : ranges) {
        MemorySegment source = OffHeap.bytes(range.vector().getDataBuffer());
        Offsets from = Offsets.of(range.vector(), large);
        BufferScatter.bytes(source, from, range.from(), range.to(), places, at, bytes, offsets);
        at += range.count();
      }
      buffers.load(target, count, nulls);
    }
  }

  private void fillList(
      FieldVector target, List<Range> ranges, int[] places, int count, boolean large) {
    int[] childPlaces;
    try (NewBuffers buffers = new NewBuffers(allocator)) {
      int nulls = addValidity(buffers, ranges, places, count);
      Offsets offsets = addOffsets(buffers, target, ranges, places, count, large);
      requireFits(target, offsets.get(count));
      childPlaces = new int[(int) offsets.get(count)];
      int at = 0;
      int childAt = 0;
      for (Range range : ranges) {
        Offsets from = Offsets.of(range.vector(), large);
        childAt =
            BufferScatter.children(
                from, range.from(), range.to(), places, at, offsets, childPlaces, childAt);
        at += range.count();
      }
      buffers.load(target, count, nulls);
    }
    List<Range> children = new ArrayList<>();
    for (Range range : ranges) {
      Offsets offsets = Offsets.of(range.vector(), large);
      boolean empty = range.count() == 0;
      children.add(
          new Range(
              range.vector().getChildrenFromFields().getFirst(),
              range.dictionaries(),
              empty ? 0 : Math.toIntExact(offsets.get(range.from())),
              empty ? 0 : Math.toIntExact(offsets.get(range.to()))));
    }
    fill(target.getChildrenFromFields().getFirst(), children, childPlaces, childPlaces.length);
  }

  private void fillFixedList(
      FixedSizeListVector target, List<Range> ranges, int[] places, int count) {
    loadValidity(target, ranges, places, count);
    int size = target.getListSize();
    requireFits(target, (long) count * size);
    int[] childPlaces = new int[count * size];
    for (int i = 0; i < childPlaces.length; i++) {
      childPlaces[i] = places[i / size] * size + i % size;
    }
    List<Range> children =
        ranges.stream()
            .map(
                range ->
                    new Range(
                        ((FixedSizeListVector) range.vector()).getDataVector(),
                        range.dictionaries(),
                        Math.multiplyExact(range.from(), size),
                        Math.multiplyExact(range.to(), size)))
            .toList();
    fill(target.getChildrenFromFields().getFirst(), children, childPlaces, childPlaces.length);
  }

  private void fillChild(
      FieldVector target, int child, List<Range> ranges, int[] places, int count) {
    List<Range> children =
        ranges.stream()
            .map(
                range ->
                    new Range(
                        range.vector().getChildrenFromFields().get(child),
                        range.dictionaries(),
                        range.from(),
                        range.to()))
            .toList();
    fill(target.getChildrenFromFields().get(child), children, places, count);
  }

  private void loadValidity(FieldVector target, List<Range> ranges, int[] places, int count) {
    try (NewBuffers buffers = new NewBuffers(allocator)) {
      int nulls = addValidity(buffers, ranges, places, count);
      buffers.load(target, count, nulls);
    }
  }

  /** Adds the bitmap of nulls, and says how many there are. */
  private static int addValidity(NewBuffers buffers, List<Range> ranges, int[] places, int count) {
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

  private static Offsets addOffsets(
      NewBuffers buffers,
      FieldVector target,
      List<Range> ranges,
      int[] places,
      int count,
      boolean large) {
    Offsets offsets = new Offsets(buffers.add(Offsets.size(count, large)), large);
    int at = 0;
    for (Range range : ranges) {
      Offsets source = Offsets.of(range.vector(), large);
      BufferScatter.lengths(source, range.from(), range.to(), places, at, offsets);
      at += range.count();
    }
    long total = offsets.sum(count);
    if (!large) {
      requireFits(target, total);
    }
    return offsets;
  }

  static void requireFits(FieldVector target, long total) {
    if (total > Integer.MAX_VALUE) {
      throw new PlasmaException(
          ErrorCode.LIMIT_EXCEEDED,
          "a column has too much in one bucket, make more buckets: column=%s length=%d limit=%d"
              .formatted(target.getField().getName(), total, Integer.MAX_VALUE));
    }
  }
}
