package io.plasmastore.sort;

import java.util.Locale;

/** A part of a sort, in the order in which they begin. Each begins when all before it are done. */
public enum SortPhase {
  /** The schemas are compared and the workers started. */
  START,
  /** Some rows of each partition are looked at, and the limits of the buckets chosen. */
  SAMPLE,
  /** Each partition is cut into one piece a bucket, and its rows are hashed on the way. */
  SPLIT,
  /** The pieces of each bucket are merged, and its rows hashed and their order checked. */
  MERGE,
  /** The hashes of before and after are compared, and the ends of the buckets. */
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
