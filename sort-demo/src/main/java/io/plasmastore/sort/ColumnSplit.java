package io.plasmastore.sort;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.BatchWriter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Splits a slice of flat columns into a dataframe for each bucket. First it finds the bucket of
 * each row, and so the size of each piece; then, with the pieces created, it goes through the slice
 * column by column and writes each value to its place. One use, one thread.
 */
final class ColumnSplit implements AutoCloseable {
  private final OpenRows slice;
  private final SortJob job;
  private final RowLayout layout;
  private final List<FlatColumn[]> batches = new ArrayList<>();

  /** The bucket of each row. */
  private final char[] buckets;

  private final int[] bucketRows;

  /** Of each bucket, for each column of strings the bytes of all of them. */
  private final long[][] stringSizes;

  /** The piece of each bucket; null where it gets no rows. */
  private final @Nullable BatchWriter[] writers;

  private final int[][] nullCounts;
  private final FlatHash hash = new FlatHash();
  private long hashSum;
  private long hashNanos;

  /**
   * Prepares a split.
   *
   * @param space keeps the buckets of the rows
   */
  ColumnSplit(OpenRows slice, SortJob job, SortSpace space) {
    this.slice = slice;
    this.job = job;
    this.layout = RowLayout.of(job.schema(), job.nulls());
    int columns = layout.columns().size();
    this.buckets = space.parts(Math.toIntExact(slice.rowCount()));
    this.bucketRows = new int[job.buckets()];
    this.stringSizes = new long[job.buckets()][columns];
    this.nullCounts = new int[job.buckets()][columns];
    this.writers = new BatchWriter[job.buckets()];
    for (OpenRows.Part part : slice.parts()) {
      batches.add(
          part.root().getFieldVectors().stream().map(FlatColumn::of).toArray(FlatColumn[]::new));
    }
  }

  /** Finds where each row goes. */
  void find(RowBuckets finder) throws InterruptedException {
    int at = 0;
    for (int number = 0; number < batches.size(); number++) {
      OpenRows.Part part = slice.parts().get(number);
      int batch = finder.add(OpenRows.keys(part, job.rules()));
      for (int from = part.from(); from < part.to(); from += RowBuckets.BLOCK) {
        TaskRunner.requireNotInterrupted();
        int count = Math.min(part.to() - from, RowBuckets.BLOCK);
        finder.find(batch, from, count, buckets, at);
        count(batches.get(number), from, count, at);
        if (job.verified()) {
          long begun = System.nanoTime();
          hashSum += hash.sum(batches.get(number), from, from + count);
          hashNanos += System.nanoTime() - begun;
        }
        at += count;
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
  int[] bucketRows() {
    return bucketRows;
  }

  /**
   * Creates the pieces of all buckets that get rows.
   *
   * @param ids the piece of each bucket
   */
  void create(ArrowClient dataframes, IntFunction<ObjectId> ids) {
    for (int bucket = 0; bucket < bucketRows.length; bucket++) {
      if (bucketRows[bucket] > 0) {
        ColumnJoin.requireFits(layout, stringSizes[bucket]);
        writers[bucket] =
            BatchWriter.create(
                dataframes,
                ids.apply(bucket),
                job.schema(),
                bucketRows[bucket],
                stringSizes[bucket]);
      }
    }
  }

  /** Writes the rows, and seals the pieces. */
  void write() throws InterruptedException {
    for (int column = 0; column < layout.columns().size(); column++) {
      TaskRunner.requireNotInterrupted();
      switch (layout.columns().get(column).shape()) {
        case BITS -> writeBits(column);
        case BYTES -> writeBytes(column, Integer.BYTES);
        case LARGE_BYTES -> writeBytes(column, Long.BYTES);
        default -> writeFixed(column);
      }
      writeNulls(column);
    }
    for (int bucket = 0; bucket < writers.length; bucket++) {
      BatchWriter writer = writers[bucket];
      if (writer != null) {
        writer.seal(nullCounts[bucket]);
      }
    }
  }

  /** Undoes the pieces that are not sealed. */
  @Override
  public void close() {
    List<AutoCloseable> created = new ArrayList<>();
    for (BatchWriter writer : writers) {
      if (writer != null) {
        created.add(writer);
      }
    }
    Closing.all(created);
  }

  private void count(FlatColumn[] batch, int from, int count, int at) {
    for (int i = 0; i < count; i++) {
      bucketRows[buckets[at + i]]++;
    }
    for (int column : layout.bytesColumns()) {
      FlatColumn strings = batch[column];
      long start = strings.start(from);
      long upperHalves = 0;
      for (int i = 0; i < count; i++) {
        long end = strings.start(from + i + 1);
        stringSizes[buckets[at + i]][column] += end - start;
        upperHalves |= (end - start) >>> (Integer.SIZE - 1);
        start = end;
      }
      if (upperHalves != 0) {
        // Values are written to where sizes say, and nothing checks them again.
        throw new PlasmaException(
            ErrorCode.OBJECT_DAMAGED,
            "the offsets of a partition's strings are not in order, or further apart than %d: column=%s"
                .formatted(Integer.MAX_VALUE, layout.columns().get(column).field().getName()));
      }
    }
  }

  private void writeFixed(int column) {
    int width = layout.columns().get(column).width();
    long[] next = addresses(column, piece -> piece.data().address());
    MemorySegment all = OffHeap.ALL;
    int at = 0;
    for (int number = 0; number < batches.size(); number++) {
      MemorySegment data = batches.get(number)[column].data();
      int from = slice.parts().get(number).from();
      int count = slice.parts().get(number).rowCount();
      switch (width) {
        case Long.BYTES -> {
          for (int i = 0; i < count; i++) {
            int bucket = buckets[at + i];
            all.set(OffHeap.LONG, next[bucket], data.getAtIndex(OffHeap.LONG, from + i));
            next[bucket] += Long.BYTES;
          }
        }
        case Integer.BYTES -> {
          for (int i = 0; i < count; i++) {
            int bucket = buckets[at + i];
            all.set(OffHeap.INT, next[bucket], data.getAtIndex(OffHeap.INT, from + i));
            next[bucket] += Integer.BYTES;
          }
        }
        default -> {
          for (int i = 0; i < count; i++) {
            int bucket = buckets[at + i];
            OffHeap.copyFew(data, (long) (from + i) * width, all, next[bucket], width);
            next[bucket] += width;
          }
        }
      }
      at += count;
    }
  }

  private void writeBytes(int column, int offsetSize) {
    long[] next = addresses(column, piece -> piece.data().address());
    long[] starts = next.clone();
    long[] nextOffset =
        addresses(column, piece -> Objects.requireNonNull(piece.offsets()).address() + offsetSize);
    MemorySegment all = OffHeap.ALL;
    int at = 0;
    for (int number = 0; number < batches.size(); number++) {
      FlatColumn strings = batches.get(number)[column];
      OpenRows.Part part = slice.parts().get(number);
      long start = strings.start(part.from());
      for (int i = 0; i < part.rowCount(); i++) {
        int bucket = buckets[at + i];
        long end = strings.start(part.from() + i + 1);
        OffHeap.copy(strings.data(), start, all, next[bucket], end - start);
        next[bucket] += end - start;
        start = end;
        long offset = next[bucket] - starts[bucket];
        if (offsetSize == Integer.BYTES) {
          all.set(OffHeap.INT, nextOffset[bucket], (int) offset);
        } else {
          all.set(OffHeap.LONG, nextOffset[bucket], offset);
        }
        nextOffset[bucket] += offsetSize;
      }
      at += part.rowCount();
    }
  }

  private void writeBits(int column) {
    @Nullable MemorySegment[] bits = new MemorySegment[writers.length];
    for (int bucket = 0; bucket < bits.length; bucket++) {
      BatchWriter writer = writers[bucket];
      bits[bucket] = writer == null ? null : writer.columns().get(column).data();
    }
    int[] rows = new int[writers.length];
    int at = 0;
    for (int number = 0; number < batches.size(); number++) {
      MemorySegment data = batches.get(number)[column].data();
      OpenRows.Part part = slice.parts().get(number);
      for (int row = part.from(); row < part.to(); row++) {
        int bucket = buckets[at++];
        OffHeap.setBit(
            Objects.requireNonNull(bits[bucket]), rows[bucket]++, OffHeap.bit(data, row));
      }
    }
  }

  private void writeNulls(int column) {
    if (!layout.columns().get(column).hasNulls()) {
      return;
    }
    int[] rows = new int[writers.length];
    int at = 0;
    for (int number = 0; number < batches.size(); number++) {
      FlatColumn values = batches.get(number)[column];
      OpenRows.Part part = slice.parts().get(number);
      for (int row = part.from(); row < part.to(); row++) {
        int bucket = buckets[at++];
        if (values.isNull(row)) {
          BatchWriter writer = Objects.requireNonNull(writers[bucket]);
          OffHeap.setBit(writer.columns().get(column).validity(), rows[bucket], false);
          nullCounts[bucket][column]++;
        }
        rows[bucket]++;
      }
    }
  }

  /** Where something of a column starts in each piece. */
  private long[] addresses(int column, ToLongFunction<BatchWriter.Column> address) {
    long[] addresses = new long[writers.length];
    for (int bucket = 0; bucket < addresses.length; bucket++) {
      BatchWriter writer = writers[bucket];
      addresses[bucket] = writer == null ? 0 : address.applyAsLong(writer.columns().get(column));
    }
    return addresses;
  }
}
