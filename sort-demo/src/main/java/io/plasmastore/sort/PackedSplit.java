package io.plasmastore.sort;

import io.plasmastore.ErrorCode;
import io.plasmastore.NewObject;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Splits a slice into pieces of packed rows. It goes through the slice twice: first to find the
 * bucket and part of each row, and so how many rows each part gets; then, with the pieces created
 * to the byte and each part's place in them known, to write each row to its place. One use, one
 * thread.
 */
final class PackedSplit implements AutoCloseable {
  /** Rows at a time whose prefixes are made; they stay in the cache. */
  private static final int BLOCK = 1 << 12;

  private final OpenRows slice;
  private final RowLayout layout;
  private final PieceLayout pieceLayout;
  private final RowOrder order;
  private final BucketFinder finder;
  private final List<FlatColumn[]> columns = new ArrayList<>();
  private final List<ObjectWriter> writers = new ArrayList<>();

  /** The part of each row, counted through all buckets. */
  private final char[] parts;

  private final int[] rowCounts;

  /** The bytes of each part; then the address where its next row goes. */
  private final long[] places;

  /** Of each bucket, for each column of strings, the bytes of all strings. */
  private final long[][] stringSizes;

  private final long[] sizes = new long[RowPacker.BLOCK];
  private long hashSum;
  private long hashNanos;

  /**
   * Prepares a split.
   *
   * @param order of these rows and of the splitters
   * @param finder of the parts, whose number is a multiple of that of a bucket's parts
   * @param space keeps the parts
   */
  PackedSplit(
      OpenRows slice,
      RowLayout layout,
      PieceLayout pieceLayout,
      RowOrder order,
      BucketFinder finder,
      SortSpace space) {
    this.slice = slice;
    this.layout = layout;
    this.pieceLayout = pieceLayout;
    this.order = order;
    this.finder = finder;
    int partCount = finder.bucketCount();
    this.parts = space.parts(Math.toIntExact(slice.rowCount()));
    this.rowCounts = new int[partCount];
    this.places = new long[partCount];
    this.stringSizes = new long[partCount / pieceLayout.parts()][layout.bytesColumns().length];
    for (OpenRows.Part part : slice.parts()) {
      columns.add(
          part.root().getFieldVectors().stream().map(FlatColumn::of).toArray(FlatColumn[]::new));
    }
  }

  /**
   * Finds where each row goes.
   *
   * @param position of the first row among the rows of all partitions
   * @param hashed whether to hash the rows
   */
  void find(long position, boolean hashed) throws InterruptedException {
    long[] keys = new long[BLOCK];
    FlatHash hash = new FlatHash();
    int at = 0;
    for (int number = 0; number < columns.size(); number++) {
      OpenRows.Part part = slice.parts().get(number);
      for (int from = part.from(); from < part.to(); from += BLOCK) {
        TaskRunner.requireNotInterrupted();
        int to = Math.min(part.to(), from + BLOCK);
        order.prefixes(number, from, to, keys, 0);
        long row = RowOrder.reference(number, from);
        finder.find(keys, to - from, row, position + at, parts, at);
        count(columns.get(number), from, to - from, at);
        if (hashed) {
          long begun = System.nanoTime();
          hashSum += hash.sum(columns.get(number), from, to);
          hashNanos += System.nanoTime() - begun;
        }
        at += to - from;
      }
    }
  }

  /** The sum of the rows' hashes. */
  long hashSum() {
    return hashSum;
  }

  /** How long hashing took. */
  long hashNanos() {
    return hashNanos;
  }

  /** How many rows go to each bucket. */
  long[] bucketRows() {
    long[] rows = new long[stringSizes.length];
    for (int part = 0; part < rowCounts.length; part++) {
      rows[part / pieceLayout.parts()] += rowCounts[part];
    }
    return rows;
  }

  /**
   * Creates the pieces of all buckets that get rows, with one question to the store.
   *
   * @param ids the piece of each bucket
   */
  void create(PlasmaClient client, IntFunction<ObjectId> ids) {
    long[] rows = bucketRows();
    int[] buckets = IntStream.range(0, rows.length).filter(bucket -> rows[bucket] > 0).toArray();
    List<NewObject> pieces = new ArrayList<>(buckets.length);
    for (int bucket : buckets) {
      pieces.add(new NewObject(ids.apply(bucket), pieceLayout.rowsOffset() + rowsSize(bucket)));
    }
    writers.addAll(client.createAll(pieces, /* keep= */ true));
    for (int i = 0; i < buckets.length; i++) {
      begin(writers.get(i).data(), buckets[i]);
    }
  }

  /** Writes the rows, and seals the pieces. */
  void write() throws InterruptedException {
    RowPacker packer = new RowPacker(layout);
    long[] targets = new long[RowPacker.BLOCK];
    int at = 0;
    for (int number = 0; number < columns.size(); number++) {
      OpenRows.Part part = slice.parts().get(number);
      for (int from = part.from(); from < part.to(); from += RowPacker.BLOCK) {
        TaskRunner.requireNotInterrupted();
        int count = Math.min(part.to() - from, RowPacker.BLOCK);
        if (layout.isLong()) {
          scatter(columns.get(number)[0].data(), from, count, at);
          at += count;
          continue;
        }
        if (layout.isFixed()) {
          int size = layout.fixedSize();
          for (int i = 0; i < count; i++) {
            int to = parts[at + i];
            targets[i] = places[to];
            places[to] += size;
          }
        } else {
          packer.sizes(columns.get(number), from, count, sizes);
          for (int i = 0; i < count; i++) {
            int to = parts[at + i];
            targets[i] = places[to];
            places[to] += sizes[i];
          }
        }
        packer.pack(columns.get(number), from, count, targets);
        at += count;
      }
    }
    writers.forEach(ObjectWriter::seal);
  }

  /** Undoes the pieces that are not sealed. */
  @Override
  public void close() {
    Closing.all(writers);
  }

  /** Writes rows that are nothing but 64 bits, with nothing kept between finding and writing. */
  private void scatter(MemorySegment data, int from, int count, int at) {
    for (int i = 0; i < count; i++) {
      int to = parts[at + i];
      long place = places[to];
      places[to] = place + Long.BYTES;
      OffHeap.ALL.set(OffHeap.LONG, place, data.getAtIndex(OffHeap.LONG, from + i));
    }
  }

  private void count(FlatColumn[] batch, int from, int count, int at) {
    for (int i = 0; i < count; i++) {
      rowCounts[parts[at + i]]++;
    }
    if (layout.isFixed()) {
      return;
    }
    for (int i = 0; i < count; i++) {
      places[parts[at + i]] += layout.fixedSize();
    }
    for (int column = 0; column < layout.bytesColumns().length; column++) {
      FlatColumn strings = batch[layout.bytesColumns()[column]];
      long start = strings.start(from);
      long upperHalves = 0;
      for (int i = 0; i < count; i++) {
        long end = strings.start(from + i + 1);
        long length = end - start;
        int part = parts[at + i];
        places[part] += length;
        stringSizes[part / pieceLayout.parts()][column] += length;
        upperHalves |= length >>> (Integer.SIZE - 1);
        start = end;
      }
      if (upperHalves != 0) {
        throw damaged(layout.bytesColumns()[column]);
      }
    }
  }

  /**
   * Places are counted up by the lengths of strings, and nothing checks them again: so a length
   * that is none must not get that far.
   */
  private PlasmaException damaged(int column) {
    return new PlasmaException(
        ErrorCode.OBJECT_DAMAGED,
        "the offsets of a partition's strings are not in order, or further apart than %d: column=%s"
            .formatted(Integer.MAX_VALUE, layout.columns().get(column).field().getName()));
  }

  /** The bytes of the rows of a bucket; those of each part are known then. */
  private long rowsSize(int bucket) {
    int first = bucket * pieceLayout.parts();
    long size = 0;
    for (int part = first; part < first + pieceLayout.parts(); part++) {
      if (layout.isFixed()) {
        places[part] = (long) rowCounts[part] * layout.fixedSize();
      }
      size += places[part];
    }
    return size;
  }

  /** Writes what stands before the rows; where each part goes is known then. */
  private void begin(MemorySegment piece, int bucket) {
    int first = bucket * pieceLayout.parts();
    pieceLayout.begin(piece);
    for (int column = 0; column < pieceLayout.strings(); column++) {
      pieceLayout.setStringSize(piece, column, stringSizes[bucket][column]);
    }
    long address = piece.address() + pieceLayout.rowsOffset();
    for (int i = 0; i < pieceLayout.parts(); i++) {
      long partSize = places[first + i];
      pieceLayout.setPart(piece, i, partSize, rowCounts[first + i]);
      places[first + i] = address;
      address += partSize;
    }
  }
}
