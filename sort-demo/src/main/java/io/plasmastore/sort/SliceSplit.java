package io.plasmastore.sort;

import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;

/**
 * Finds the bucket of each row of a slice, and so its place when the buckets stand one behind the
 * other. One use, one thread.
 */
final class SliceSplit {
  private final OpenRows slice;
  private final SortSpace space;
  private final RowOrder order;
  private final BucketFinder finder;

  /**
   * Prepares a split.
   *
   * @param slice the rows
   * @param splitters a dataframe of the keys' columns and the positions, as {@link Splitters} makes
   *     it
   */
  SliceSplit(OpenRows slice, OpenRows splitters, List<SortKey> keys, SortSpace space) {
    this.slice = slice;
    this.space = space;
    this.order = slice.order(keys);
    this.finder = finder(splitters, keys, order);
  }

  /**
   * Puts the place of each row into the space. Within a bucket rows keep their order.
   *
   * @param position of the slice's first row among the rows of all partitions
   * @return where each bucket begins; one more for the end of the last
   */
  int[] run(long position) {
    slice.load(order, space);
    int count = Math.toIntExact(slice.rowCount());
    long[] keys = space.keys;
    long[] rows = space.rows;
    // First the bucket of each row, then its place.
    int[] places = space.places;
    int[] starts = new int[finder.bucketCount() + 1];
    for (int i = 0; i < count; i++) {
      int bucket = finder.bucket(keys[i], rows[i], position + i);
      places[i] = bucket;
      starts[bucket + 1]++;
    }
    for (int bucket = 1; bucket < starts.length; bucket++) {
      starts[bucket] += starts[bucket - 1];
    }
    int[] next = Arrays.copyOf(starts, finder.bucketCount());
    for (int i = 0; i < count; i++) {
      places[i] = next[places[i]]++;
    }
    return starts;
  }

  private static BucketFinder finder(OpenRows splitters, List<SortKey> keys, RowOrder order) {
    if (splitters.parts().isEmpty()) {
      return new BucketFinder(order, new long[0], new long[0]);
    }
    OpenRows.Part part = splitters.parts().getFirst();
    List<FieldVector> vectors = part.root().getFieldVectors();
    int batch = order.add(vectors.subList(0, keys.size()), part.dictionaries());
    BigIntVector positions = (BigIntVector) vectors.getLast();
    long[] rows = new long[part.rowCount()];
    Arrays.setAll(rows, i -> RowOrder.reference(batch, i));
    long[] standing = new long[rows.length];
    Arrays.setAll(standing, positions::get);
    return new BucketFinder(order, rows, standing);
  }
}
