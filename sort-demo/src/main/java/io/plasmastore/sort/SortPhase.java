package io.plasmastore.sort;

import java.util.Locale;

/** A part of a sort, in the order in which they begin. Each begins when all before it are done. */
public enum SortPhase {
  /** The schemas are compared and the workers started. */
  START,
  /** Some rows of each partition are looked at, and the limits of the buckets chosen. */
  SAMPLE,
  /** Each partition is cut into one sorted piece a bucket. */
  SPLIT,
  /** The pieces of each bucket are merged. */
  MERGE,
  /**
   * The rows are counted and hashed: those of the partitions before the split, those of the
   * buckets, with their order, after the merge. So this phase is begun twice, and its time is that
   * of both.
   */
  VERIFY;

  /**
   * The name in lower case, for people and for JSON.
   *
   * @return one word
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
