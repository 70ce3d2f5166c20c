package io.plasmastore.arrow;

import io.plasmastore.ObjectId;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a dataframe in a store consists of, as its stream says.
 *
 * @param id of the object
 * @param schema of the roots that are got; dictionary-encoded columns have the type of their
 *     indices
 * @param size of the object in bytes
 * @param batchRows the rows of each batch, in order
 * @param compressed whether the producer compressed any of it, so that reading it makes copies
 */
public record DataframeInfo(
    ObjectId id, Schema schema, long size, List<Integer> batchRows, boolean compressed) {
  /** Copies the list. */
  public DataframeInfo {
    batchRows = List.copyOf(batchRows);
  }

  static DataframeInfo of(ObjectId id, StreamIndex index) {
    return new DataframeInfo(
        id,
        index.schema().schema(),
        index.data().byteSize(),
        index.batches().stream().map(StreamIndex.BatchPosition::rowCount).toList(),
        index.isCompressed());
  }

  /**
   * The rows of all batches together.
   *
   * @return 0 or more
   */
  public long rowCount() {
    return batchRows.stream().mapToLong(Integer::longValue).sum();
  }

  /**
   * The number of record batches.
   *
   * @return 0 or more
   */
  public int batchCount() {
    return batchRows.size();
  }

  /**
   * The number of columns on top.
   *
   * @return 0 or more
   */
  public int columnCount() {
    return schema.getFields().size();
  }
}
