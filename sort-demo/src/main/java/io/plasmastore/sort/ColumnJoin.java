package io.plasmastore.sort;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.BatchWriter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Makes a bucket of its pieces: their rows one behind the other, column by column. One use, one
 * thread.
 */
final class ColumnJoin {
  private final ArrowClient dataframes;
  private final List<ObjectId> ids;
  private final OpenRows pieces;
  private final SortJob job;
  private final SortSpace space;
  private final RowLayout layout;
  private final List<FlatColumn[]> batches = new ArrayList<>();

  /**
   * Prepares it.
   *
   * @param ids the pieces, in the order of their slices
   * @param pieces gets them
   */
  ColumnJoin(
      ArrowClient dataframes, List<ObjectId> ids, OpenRows pieces, SortJob job, SortSpace space) {
    this.dataframes = dataframes;
    this.ids = ids;
    this.pieces = pieces;
    this.job = job;
    this.space = space;
    this.layout = RowLayout.of(job.schema(), job.nulls());
  }

  /**
   * Makes the bucket.
   *
   * @param finder to check that each row belongs to it
   * @param bucket its number
   * @param rowCount of all pieces
   * @return the answer to {@link SortTask.Merge}
   */
  List<Long> run(ObjectId id, RowBuckets finder, int bucket, int rowCount)
      throws InterruptedException {
    int columns = layout.columns().size();
    try (BatchWriter writer =
        BatchWriter.create(dataframes, id, job.schema(), rowCount, stringSizes())) {
      // Not before: a store that has room in pieces makes one of it by moving what nobody holds.
      open();
      int[] nullCounts = new int[columns];
      for (int column = 0; column < columns; column++) {
        TaskRunner.requireNotInterrupted();
        BatchWriter.Column target = writer.columns().get(column);
        joinValues(column, target);
        nullCounts[column] = joinNulls(column, target.validity());
      }
      List<Long> answer = List.of((long) rowCount, 0L, 0L, 0L);
      if (job.verified()) {
        answer = check(writer, finder, bucket, rowCount);
      }
      writer.seal(nullCounts);
      return answer;
    }
  }

  /**
   * Refuses what the offsets of a column cannot say.
   *
   * @param sizes for each column of strings the bytes of all of them
   */
  static void requireFits(RowLayout layout, long[] sizes) {
    for (int column : layout.bytesColumns()) {
      RowLayout.Column strings = layout.columns().get(column);
      if (strings.shape() == ColumnShape.BYTES && sizes[column] > Integer.MAX_VALUE) {
        throw new PlasmaException(
            ErrorCode.LIMIT_EXCEEDED,
            "a column has too much in one bucket, make more buckets: column=%s length=%d limit=%d"
                .formatted(strings.field().getName(), sizes[column], Integer.MAX_VALUE));
      }
    }
  }

  private void open() {
    ids.forEach(id -> pieces.add(dataframes.open(id)));
    for (OpenRows.Part part : pieces.parts()) {
      batches.add(
          part.root().getFieldVectors().stream().map(FlatColumn::of).toArray(FlatColumn[]::new));
    }
  }

  private long[] stringSizes() {
    long[] sizes = new long[layout.columns().size()];
    if (layout.isFixed()) {
      return sizes;
    }
    for (ObjectId id : ids) {
      try (OpenRows piece = new OpenRows()) {
        piece.add(dataframes.open(id));
        for (OpenRows.Part part : piece.parts()) {
          for (int column : layout.bytesColumns()) {
            FlatColumn strings = FlatColumn.of(part.root().getVector(column));
            sizes[column] += strings.start(part.rowCount());
          }
        }
      }
    }
    requireFits(layout, sizes);
    return sizes;
  }

  private void joinValues(int column, BatchWriter.Column target) {
    ColumnShape shape = layout.columns().get(column).shape();
    int row = 0;
    long end = 0;
    for (int number = 0; number < batches.size(); number++) {
      FlatColumn piece = batches.get(number)[column];
      int rows = rows(number);
      if (shape == ColumnShape.BITS) {
        OffHeap.appendBits(piece.data(), rows, target.data(), row);
      } else {
        long size = piece.start(rows);
        MemorySegment.copy(piece.data(), 0, target.data(), end, size);
        if (shape.isBytes()) {
          Offsets offsets =
              new Offsets(
                  Objects.requireNonNull(target.offsets()), shape == ColumnShape.LARGE_BYTES);
          for (int i = 1; i <= rows; i++) {
            offsets.set(row + i, end + piece.start(i));
          }
        }
        end += size;
      }
      row += rows;
    }
  }

  /** Says how many there are. */
  private int joinNulls(int column, MemorySegment validity) {
    int nulls = 0;
    int row = 0;
    for (int number = 0; number < batches.size(); number++) {
      MemorySegment piece = batches.get(number)[column].validity();
      if (piece != null) {
        OffHeap.appendBits(piece, rows(number), validity, row);
        nulls += pieces.parts().get(number).root().getVector(column).getNullCount();
      }
      row += rows(number);
    }
    return nulls;
  }

  private List<Long> check(BatchWriter writer, RowBuckets finder, int bucket, int rowCount) {
    long begun = System.nanoTime();
    FlatColumn[] columns = new FlatColumn[layout.columns().size()];
    for (int i = 0; i < columns.length; i++) {
      RowLayout.Column column = layout.columns().get(i);
      int width = column.shape() == ColumnShape.FIXED ? column.width() : 0;
      columns[i] = FlatColumn.of(column.field(), width, column.hasNulls(), writer.columns().get(i));
    }
    int[] keyColumns = job.keyColumns();
    KeyColumn[] keys = new KeyColumn[keyColumns.length];
    Arrays.setAll(
        keys, key -> KeyColumn.of(columns[keyColumns[key]], job.rules().types().get(key)));
    int batch = finder.add(keys);
    char[] buckets = space.parts(RowBuckets.BLOCK);
    FlatHash hash = new FlatHash();
    long sum = 0;
    long strangers = 0;
    for (int from = 0; from < rowCount; from += RowBuckets.BLOCK) {
      int count = Math.min(rowCount - from, RowBuckets.BLOCK);
      sum += hash.sum(columns, from, from + count);
      finder.find(batch, from, count, buckets, 0);
      strangers += FrameTasks.strangers(buckets, count, bucket);
    }
    return List.of((long) rowCount, sum, strangers, System.nanoTime() - begun);
  }

  private int rows(int piece) {
    return pieces.parts().get(piece).rowCount();
  }
}
