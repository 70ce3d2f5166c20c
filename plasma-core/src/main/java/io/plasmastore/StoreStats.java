package io.plasmastore;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The store's books at one moment.
 *
 * @param capacity bytes that the store may hold
 * @param used bytes taken by objects, each rounded up to 64
 * @param free {@code capacity − used}
 * @param largestFree the largest object that fits now without moving or deleting another, in bytes
 * @param committed bytes that the store has reserved from the operating system so far
 * @param objects how many there are in memory: being written, sealed, and deleted but still held
 * @param clients how many are connected
 * @param spilledObjects how many more are on disk alone
 * @param spilledBytes bytes of data of those
 * @param spillUsed bytes of disk that spilled objects take, in whole blocks of 4096
 * @param sharedBytes of memory beside the capacity that clients share with each other
 * @param counters what was done since the start, by name, in the order of {@code
 *     docs/operations.md}
 */
public record StoreStats(
    long capacity,
    long used,
    long free,
    long largestFree,
    long committed,
    long objects,
    long clients,
    long spilledObjects,
    long spilledBytes,
    long spillUsed,
    long sharedBytes,
    Map<String, Long> counters) {

  /** Copies the counters, keeping their order. */
  public StoreStats {
    counters = Collections.unmodifiableMap(new LinkedHashMap<>(counters));
  }
}
