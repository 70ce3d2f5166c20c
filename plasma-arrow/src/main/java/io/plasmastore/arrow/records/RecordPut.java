package io.plasmastore.arrow.records;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records that are to be put, once or until there is room: long lists straight into the object,
 * others, and those that this did not work for, by way of private columns, which are kept.
 */
final class RecordPut implements AutoCloseable {
  private final ArrowClient dataframes;
  private final RecordCodec<?> codec;
  private final List<?> records;
  private final int threads;
  private @Nullable FilledRecords filled;

  RecordPut(ArrowClient dataframes, RecordCodec<?> codec, List<?> records) {
    this.dataframes = dataframes;
    this.codec = codec;
    this.records = records;
    this.threads = ParallelFill.parts(records);
  }

  /**
   * Puts them.
   *
   * @throws IllegalArgumentException naming row and component of the first value that the columns
   *     can't hold; nothing is stored
   */
  void put(ObjectId id) {
    FilledRecords columns = filled;
    if (columns == null) {
      if (ParallelFill.isReadable(records)
          && records.size() >= InPlaceFill.MIN_ROWS
          && InPlaceFill.put(dataframes, id, codec, records, threads)) {
        return;
      }
      columns =
          FilledRecords.of(
              codec, records, dataframes.allocator(), FilledRecords.BATCH_BYTES, threads);
      filled = columns;
    }
    columns.put(dataframes, id);
  }

  @Override
  public void close() {
    if (filled != null) {
      filled.close();
    }
  }
}
