package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import java.util.List;
import java.util.Map;

/**
 * What a sort did. The buckets and the manifest are objects in the store and belong to the caller.
 *
 * @param rows of all partitions, and of all buckets
 * @param partitions how many there were
 * @param buckets in order: no row of a bucket comes after one of the next. Each is a dataframe of
 *     one batch, sorted; some may have no rows
 * @param manifest a dataframe that lists the buckets; docs/sort.md has its columns
 * @param workers how many there were
 * @param processes whether they were processes, else threads of this one
 * @param retries tasks that were done again since their worker had died
 * @param verified whether it was checked that the buckets are in order and have exactly the rows of
 *     the partitions; false only if that was switched off
 * @param seconds time on the clock for each phase
 * @param verifySeconds time that checking took within the other phases, of all workers together
 * @param totalSeconds time on the clock for the whole sort
 */
public record SortResult(
    long rows,
    int partitions,
    List<Bucket> buckets,
    ObjectId manifest,
    int workers,
    boolean processes,
    int retries,
    boolean verified,
    Map<SortPhase, Double> seconds,
    double verifySeconds,
    double totalSeconds) {
  /**
   * One of the dataframes that the sorted rows lie in.
   *
   * @param id its object
   * @param rows in it, 0 or more
   */
  public record Bucket(ObjectId id, long rows) {}

  /** Keeps copies of the collections. */
  public SortResult {
    buckets = List.copyOf(buckets);
    seconds = Map.copyOf(seconds);
  }

  /**
   * The ids of the buckets.
   *
   * @return in order
   */
  public List<ObjectId> bucketIds() {
    return buckets.stream().map(Bucket::id).toList();
  }
}
