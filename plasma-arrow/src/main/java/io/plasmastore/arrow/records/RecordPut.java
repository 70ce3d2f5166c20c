package io.plasmastore.arrow.records;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.DataframeStream;
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
    if (filled == null
        && ParallelFill.isReadable(records)
        && records.size() >= InPlaceFill.MIN_ROWS
        && InPlaceFill.put(dataframes, id, codec, records, threads)) {
      return;
    }
    columns().put(dataframes, id);
  }

  /**
   * The stream that a put of a short list would write, valid until this is closed.
   *
   * @return null if the list is long, or its columns are more than one batch holds
   * @throws IllegalArgumentException as {@link #put}
   */
  @Nullable DataframeStream stream() {
    return records.size() >= InPlaceFill.MIN_ROWS ? null : columns().stream();
  }

  private FilledRecords columns() {
    FilledRecords columns = filled;
    if (columns == null) {
      columns =
          FilledRecords.of(
              codec, records, dataframes.allocator(), FilledRecords.BATCH_BYTES, threads);
      filled = columns;
    }
    return columns;
  }

  @Override
  public void close() {
    if (filled != null) {
      filled.close();
    }
  }
}
