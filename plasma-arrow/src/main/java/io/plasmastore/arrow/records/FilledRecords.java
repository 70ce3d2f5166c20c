package io.plasmastore.arrow.records;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.DataframeStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.util.AutoCloseables;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Records as the columns of a dataframe, in private memory: one batch, unless a column gets so
 * large that 32-bit offsets could not hold more. To be put, once or until there is room.
 */
final class FilledRecords implements AutoCloseable {
  /** A batch ends with the row in which a column reaches this size. */
  static final long BATCH_BYTES = 1 << 30;

  private final RecordCodec<?> codec;
  private final BufferAllocator allocator;
  private final long batchBytes;
  private final List<VectorSchemaRoot> batches = new ArrayList<>();
  private final Dictionaries dictionaries;
  private int rows;

  private FilledRecords(RecordCodec<?> codec, BufferAllocator allocator, long batchBytes) {
    this.codec = codec;
    this.allocator = allocator;
    this.batchBytes = batchBytes;
    this.dictionaries = Dictionaries.of(codec, allocator);
  }

  /**
   * Takes records apart.
   *
   * @param codec of their class
   * @param records which; each is read once, in order, by {@code threads} threads each a run of
   *     them
   * @param allocator of the memory
   * @param batchBytes where a batch ends
   * @param threads how many take records apart, see {@link ParallelFill#parts}
   * @throws IllegalArgumentException naming row and component of the first value that the columns
   *     can't hold
   */
  static FilledRecords of(
      RecordCodec<?> codec,
      List<?> records,
      BufferAllocator allocator,
      long batchBytes,
      int threads) {
    FilledRecords filled = new FilledRecords(codec, allocator, batchBytes);
    try {
      if (threads == 1 || !filled.addInParallel(records, threads)) {
        int expected = records.size();
        Iterator<?> rest = records.iterator();
        do {
          filled.addBatch(rest, Math.max(0, expected - filled.rows));
        } while (rest.hasNext());
      }
      filled.dictionaries.finish();
      return filled;
    } catch (Throwable e) {
      filled.close();
      throw e;
    }
  }

  /** Puts what is here; it stays here. */
  void put(ArrowClient dataframes, ObjectId id) {
    if (batches.size() == 1) {
      dataframes.put(id, batches.getFirst(), dictionaries.provider());
    } else {
      try (RootsReader reader = new RootsReader(allocator, batches, dictionaries.provider())) {
        dataframes.put(id, reader);
      }
    }
  }

  /** What a put would write, if it is one batch; for the caller to close before this. */
  @Nullable DataframeStream stream() {
    return batches.size() == 1
        ? DataframeStream.of(batches.getFirst(), dictionaries.provider())
        : null;
  }

  @Override
  public void close() {
    List<AutoCloseable> all = new ArrayList<>(batches);
    all.add(dictionaries);
    batches.clear();
    AutoCloseables.closeNoChecked(() -> AutoCloseables.close(all));
  }

  /** Adds all as one batch, unless they are too much for one. */
  private boolean addInParallel(List<?> records, int threads) {
    try (ParallelFill fill =
        ParallelFill.of(codec, records, dictionaries, allocator, batchBytes, threads)) {
      RecordWriter writer = fill.fill();
      if (writer != null) {
        addRoot(writer, records.size());
      }
      return writer != null;
    }
  }

  private void addRoot(RecordWriter writer, int rowCount) {
    VectorSchemaRoot root = VectorSchemaRoot.create(codec.schema(), allocator);
    batches.add(root);
    writer.finishColumns(root.getFieldVectors());
    root.setRowCount(rowCount);
  }

  private void addBatch(Iterator<?> rest, int expected) {
    Writer.Limit limit = new Writer.Limit(batchBytes);
    Writer.Place place = Writer.Place.ofRows(expected, allocator, limit, dictionaries);
    try (RecordWriter writer = codec.columns().writer(place)) {
      int count = 0;
      while (rest.hasNext() && !limit.isReached()) {
        addRow(writer, rest.next());
        count++;
      }
      addRoot(writer, count);
    }
  }

  private void addRow(RecordWriter writer, Object value) {
    try {
      writer.setRow(value);
    } catch (Writer.UnfitException e) {
      throw unfit(e, rows, codec);
    }
    rows++;
  }

  static IllegalArgumentException unfit(Writer.UnfitException why, int row, RecordCodec<?> codec) {
    return new IllegalArgumentException(
        why.getMessage() + " row=" + row + " record=" + codec.type().getName(), why);
  }
}
