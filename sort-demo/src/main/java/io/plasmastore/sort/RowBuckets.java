package io.plasmastore.sort;

/**
 * Finds the bucket of each row of a partitioning: all rows of equal keys have the same. One thread.
 */
interface RowBuckets {
  /** Rows at a time, so that what is kept for each stays in the cache. */
  int BLOCK = 1 << 12;

  /**
   * Adds a batch, which must stay where it is.
   *
   * @param keys its columns, in the order of the keys
   * @return its number
   */
  int add(KeyColumn[] keys);

  /**
   * The buckets of rows that stand together.
   *
   * @param batch its number
   * @param from the first row
   * @param count at most {@link #BLOCK}
   * @param buckets gets the bucket of each, from {@code at} on
   */
  void find(int batch, int from, int count, char[] buckets, int at);

  /**
   * Those of a job.
   *
   * @param splitters of a job that has some, open for as long as this is used
   */
  static RowBuckets of(SortJob job, OpenRows splitters) {
    return job.arrangement() == Arrangement.HASHED
        ? new HashBuckets(job.buckets())
        : new RangeBuckets(job.rules(), splitters);
  }
}
