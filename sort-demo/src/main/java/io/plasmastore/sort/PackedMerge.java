package io.plasmastore.sort;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.BatchWriter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Makes a bucket of its pieces of packed rows. Part by part, each small enough for the cache: the
 * rows of all pieces are brought together, sorted, and written to the columns of the bucket where
 * they lie in the store. What was written is hashed, and its order checked, while it is in the
 * cache still. One use, one thread.
 */
final class PackedMerge implements AutoCloseable {
  private final SortJob job;
  private final RowLayout layout;
  private final PieceLayout pieceLayout;
  private final SortSpace space;
  private final Scratch scratch;
  private final PackedOrder order;
  private final PlasmaClient client;
  private final List<ObjectId> ids;
  private final List<SealedObject> pieces = new ArrayList<>();

  /** Where the next part of each piece starts. */
  private final long[] starts;

  private final FlatHash hash = new FlatHash();
  private long hashSum;
  private long disordered;
  private long checkNanos;

  /**
   * Prepares it.
   *
   * @param ids the pieces, in the order of their slices
   */
  PackedMerge(
      PlasmaClient client,
      List<ObjectId> ids,
      SortJob job,
      RowLayout layout,
      PieceLayout pieceLayout,
      SortSpace space,
      Scratch scratch) {
    this.client = client;
    this.ids = ids;
    this.job = job;
    this.layout = layout;
    this.pieceLayout = pieceLayout;
    this.space = space;
    this.scratch = scratch;
    this.order = new PackedOrder(layout, job.rules(), job.keyColumns());
    this.starts = new long[ids.size()];
  }

  /** Makes the bucket. */
  void run(ArrowClient dataframes, ObjectId id, int rowCount) throws InterruptedException {
    try (BatchWriter writer =
        BatchWriter.create(dataframes, id, job.schema(), rowCount, stringSizes())) {
      // Not before: a store that has room in pieces makes one of it by moving what nobody holds.
      open();
      List<FlatColumn> columns = columns(writer);
      RowUnpacker target = new RowUnpacker(layout, columns);
      NumberParts numbers = NumberParts.of(job, layout, space);
      OrderCheck check = new OrderCheck(job.rules(), keys(columns));
      FlatColumn[] all = columns.toArray(FlatColumn[]::new);
      for (int part = 0; part < pieceLayout.parts(); part++) {
        TaskRunner.requireNotInterrupted();
        int from = target.rowCount();
        int count = rowCount(part);
        if (numbers != null && numbers.write(runs(part), count, columns.getFirst(), from)) {
          target.skip(count);
        } else {
          sort(part, count, target);
        }
        advance(part);
        if (job.verified()) {
          long begun = System.nanoTime();
          hashSum += hash.sum(all, from, from + count);
          check.advance(from + count);
          checkNanos += System.nanoTime() - begun;
        }
      }
      disordered = check.disordered();
      writer.seal(target.nullCounts());
    }
  }

  /** The sum of the hashes of the bucket's rows. */
  long hashSum() {
    return hashSum;
  }

  /** How many rows of the bucket come after the one that follows. */
  long disordered() {
    return disordered;
  }

  /** How long hashing and checking took. */
  long checkNanos() {
    return checkNanos;
  }

  @Override
  public void close() {
    Closing.all(pieces);
    pieces.clear();
  }

  private void sort(int part, int count, RowUnpacker target) {
    List<MemorySegment> runs = runs(part);
    // A string at the very end is read by words, as others are.
    long size = Long.BYTES + runs.stream().mapToLong(MemorySegment::byteSize).sum();
    MemorySegment rows = scratch.reserve(size);
    long at = 0;
    for (MemorySegment run : runs) {
      MemorySegment.copy(run, 0, rows, at, run.byteSize());
      at += run.byteSize();
    }
    space.reserve(count);
    order.over(rows);
    order.load(count, space.rows, space.keys);
    if (layout.isFixed()) {
      new RowSort(space, order).sortEven(count, layout.fixedSize());
    } else {
      new RowSort(space, order).sort(0, count);
    }
    target.write(rows, space.rows, count);
  }

  /** The rows of a part in each piece. */
  private List<MemorySegment> runs(int part) {
    List<MemorySegment> runs = new ArrayList<>(pieces.size());
    for (int i = 0; i < starts.length; i++) {
      MemorySegment piece = pieces.get(i).data();
      runs.add(piece.asSlice(starts[i], pieceLayout.size(piece, part)));
    }
    return runs;
  }

  private void advance(int part) {
    for (int i = 0; i < starts.length; i++) {
      starts[i] += pieceLayout.size(pieces.get(i).data(), part);
    }
  }

  private int rowCount(int part) {
    int rows = 0;
    for (SealedObject piece : pieces) {
      rows += pieceLayout.rowCount(piece.data(), part);
    }
    return rows;
  }

  private void open() {
    for (ObjectId id : ids) {
      starts[pieces.size()] = pieceLayout.rowsOffset();
      SealedObject piece = client.get(id);
      pieces.add(piece);
      pieceLayout.require(piece.data());
    }
  }

  private long[] stringSizes() {
    long[] sizes = new long[layout.columns().size()];
    if (layout.isFixed()) {
      return sizes;
    }
    for (ObjectId id : ids) {
      try (SealedObject piece = client.get(id)) {
        pieceLayout.require(piece.data());
        for (int i = 0; i < layout.bytesColumns().length; i++) {
          sizes[layout.bytesColumns()[i]] += pieceLayout.stringSize(piece.data(), i);
        }
      }
    }
    for (int column : layout.bytesColumns()) {
      if (layout.columns().get(column).shape() == ColumnShape.BYTES) {
        requireFits(layout.columns().get(column).field(), sizes[column]);
      }
    }
    return sizes;
  }

  private List<FlatColumn> columns(BatchWriter writer) {
    return IntStream.range(0, layout.columns().size())
        .mapToObj(
            i -> {
              RowLayout.Column column = layout.columns().get(i);
              int width = column.shape() == ColumnShape.FIXED ? column.width() : 0;
              return FlatColumn.of(
                  column.field(), width, column.hasNulls(), writer.columns().get(i));
            })
        .toList();
  }

  private List<KeyColumn> keys(List<FlatColumn> columns) {
    List<KeyType> types = job.rules().types();
    int[] numbers = job.keyColumns();
    return IntStream.range(0, numbers.length)
        .mapToObj(key -> KeyColumn.of(columns.get(numbers[key]), types.get(key)))
        .toList();
  }

  private static void requireFits(Field field, long size) {
    if (size > Integer.MAX_VALUE) {
      throw new PlasmaException(
          ErrorCode.LIMIT_EXCEEDED,
          "a column has too much in one bucket, make more buckets: column=%s length=%d limit=%d"
              .formatted(field.getName(), size, Integer.MAX_VALUE));
    }
  }
}
