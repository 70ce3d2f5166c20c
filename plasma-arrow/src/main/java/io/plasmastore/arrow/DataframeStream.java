package io.plasmastore.arrow;

import java.lang.foreign.MemorySegment;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * A dataframe of one batch that is about to be written as an Arrow stream: its size is known to the
 * byte, and to write it is one copy of each buffer. For whoever decides by the size where it goes:
 * {@linkplain ArrowClient#put(io.plasmastore.ObjectId, DataframeStream) into the store} or into
 * memory of its own, which {@link ArrowClient#open(io.plasmastore.ObjectId, MemorySegment,
 * Runnable)} reads.
 *
 * <p>It holds the memory of the dataframe's buffers until it is closed. For one thread.
 */
public final class DataframeStream implements AutoCloseable {
  /** What the address of memory for a stream is a multiple of. */
  public static final int ALIGNMENT = StreamLayout.ALIGNMENT;

  private final StreamPlan plan;

  private DataframeStream(StreamPlan plan) {
    this.plan = plan;
  }

  /**
   * A dataframe without dictionary-encoded columns.
   *
   * @param root the dataframe; not changed, and the caller's as before
   * @return what can be written, for the caller to close
   * @throws UnsupportedOperationException naming the field, if a column's type is not supported
   * @throws IllegalArgumentException as {@link #of(VectorSchemaRoot, DictionaryProvider)}
   */
  public static DataframeStream of(VectorSchemaRoot root) {
    return of(root, ArrowClient.NO_DICTIONARIES);
  }

  /**
   * A dataframe with its dictionaries.
   *
   * @param root the dataframe; not changed, and the caller's as before
   * @param dictionaries has the dictionary of each dictionary-encoded column
   * @return what can be written, for the caller to close
   * @throws UnsupportedOperationException naming the field, if a column's type is not supported
   * @throws IllegalArgumentException if a dictionary is missing, a vector's value count is not the
   *     root's row count, or a vector's buffers are too short
   */
  public static DataframeStream of(VectorSchemaRoot root, DictionaryProvider dictionaries) {
    return new DataframeStream(StreamPlan.of(root, dictionaries));
  }

  /**
   * How large the stream is.
   *
   * @return its size in bytes
   */
  public long size() {
    return plan.size();
  }

  /**
   * Writes the stream, as often as wanted.
   *
   * @param target native memory of exactly {@link #size()} bytes, with any contents, at a multiple
   *     of {@link #ALIGNMENT}
   * @throws IllegalArgumentException if it has another size
   */
  public void writeTo(MemorySegment target) {
    plan.writeTo(target);
  }

  StreamPlan plan() {
    return plan;
  }

  /** Gives up the memory of the buffers. Idempotent. */
  @Override
  public void close() {
    plan.close();
  }
}
