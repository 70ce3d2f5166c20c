package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a partitioning did. Buckets, splitters and manifest are objects in the store and belong to
 * the caller.
 *
 * @param rows of all partitions, and of all buckets
 * @param partitions how many there were
 * @param buckets by their numbers. Each is a dataframe of one batch; some may have no rows
 * @param splitters where buckets end, of a partitioning by range: a dataframe of the keys' columns
 *     by value. It has one row less than there are buckets, or fewer where there were not so many
 *     different keys: the last buckets are empty then
 * @param manifest a dataframe that lists the buckets; {@link PartitionManifest} reads it
 * @param workers how many there were
 * @param processes whether they were processes, else threads of this one
 * @param retries tasks that were done again since their worker had died
 * @param verified whether it was checked that the buckets have exactly the rows of the partitions,
 *     each in the bucket that it belongs to; false only if that was switched off
 * @param seconds time on the clock for each phase
 * @param verifySeconds time that checking took within the other phases, of all workers together
 * @param totalSeconds time on the clock for all of it
 */
public record PartitionResult(
    long rows,
    int partitions,
    List<SortResult.Bucket> buckets,
    Optional<ObjectId> splitters,
    ObjectId manifest,
    int workers,
    boolean processes,
    int retries,
    boolean verified,
    Map<SortPhase, Double> seconds,
    double verifySeconds,
    double totalSeconds) {
  /** Keeps copies of the collections. */
  public PartitionResult {
    buckets = List.copyOf(buckets);
    seconds = Map.copyOf(seconds);
  }

  /**
   * The ids of the buckets.
   *
   * @return by their numbers
   */
  public List<ObjectId> bucketIds() {
    return buckets.stream().map(SortResult.Bucket::id).toList();
  }
}
