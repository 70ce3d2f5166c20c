package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a sort is to do.
 *
 * @param keys to sort by, the first decides first
 * @param partitions dataframes in the store
 * @param buckets how many to make; {@link #CHOSEN} by data and machine
 * @param parts of each bucket; {@link #CHOSEN} by data and machine, as it is but for tests
 * @param workers how many to use; {@link #CHOSEN} by data and machine
 * @param processes whether workers are processes, else threads
 * @param kept worker processes to use; null to start some for this sort alone
 * @param consumed whether the partitions are deleted on the way
 * @param verified whether the result is checked
 * @param progress is told how it gets on
 * @param listener is handed the buckets as they are made
 * @param spilling whether the store has a disk for what does not fit
 */
record SortOptions(
    List<SortKey> keys,
    List<ObjectId> partitions,
    int buckets,
    int parts,
    int workers,
    boolean processes,
    @Nullable SortWorkers kept,
    boolean consumed,
    boolean verified,
    SortProgress progress,
    BucketListener listener,
    boolean spilling) {
  static final int CHOSEN = 0;
  static final int MAX_BUCKETS = 1 << 16;
  static final int MAX_WORKERS = 1 << 10;
  static final SortOptions DEFAULT =
      new SortOptions(
          List.of(),
          List.of(),
          CHOSEN,
          CHOSEN,
          CHOSEN,
          true,
          null,
          false,
          true,
          SortProgress.NONE,
          BucketListener.NONE,
          false);

  SortOptions withKeys(List<SortKey> keys) {
    return new SortOptions(
        List.copyOf(keys),
        partitions,
        buckets,
        parts,
        workers,
        processes,
        kept,
        consumed,
        verified,
        progress,
        listener,
        spilling);
  }

  SortOptions withPartitions(List<ObjectId> partitions) {
    return new SortOptions(
        keys,
        List.copyOf(partitions),
        buckets,
        parts,
        workers,
        processes,
        kept,
        consumed,
        verified,
        progress,
        listener,
        spilling);
  }

  SortOptions withBuckets(int buckets) {
    return new SortOptions(
        keys,
        partitions,
        buckets,
        parts,
        workers,
        processes,
        kept,
        consumed,
        verified,
        progress,
        listener,
        spilling);
  }

  SortOptions withParts(int parts) {
    return new SortOptions(
        keys,
        partitions,
        buckets,
        parts,
        workers,
        processes,
        kept,
        consumed,
        verified,
        progress,
        listener,
        spilling);
  }

  SortOptions withWorkers(int workers) {
    return new SortOptions(
        keys,
        partitions,
        buckets,
        parts,
        workers,
        processes,
        kept,
        consumed,
        verified,
        progress,
        listener,
        spilling);
  }

  SortOptions withKept(SortWorkers kept) {
    return new SortOptions(
        keys,
        partitions,
        buckets,
        parts,
        workers,
        true,
        kept,
        consumed,
        verified,
        progress,
        listener,
        spilling);
  }

  SortOptions withProcesses(boolean processes) {
    return new SortOptions(
        keys,
        partitions,
        buckets,
        parts,
        workers,
        processes,
        null,
        consumed,
        verified,
        progress,
        listener,
        spilling);
  }

  SortOptions withConsumed(boolean consumed) {
    return new SortOptions(
        keys,
        partitions,
        buckets,
        parts,
        workers,
        processes,
        kept,
        consumed,
        verified,
        progress,
        listener,
        spilling);
  }

  SortOptions withVerified(boolean verified) {
    return new SortOptions(
        keys,
        partitions,
        buckets,
        parts,
        workers,
        processes,
        kept,
        consumed,
        verified,
        progress,
        listener,
        spilling);
  }

  SortOptions withProgress(SortProgress progress) {
    return new SortOptions(
        keys,
        partitions,
        buckets,
        parts,
        workers,
        processes,
        kept,
        consumed,
        verified,
        progress,
        listener,
        spilling);
  }

  SortOptions withListener(BucketListener listener) {
    return new SortOptions(
        keys,
        partitions,
        buckets,
        parts,
        workers,
        processes,
        kept,
        consumed,
        verified,
        progress,
        listener,
        spilling);
  }

  SortOptions withSpilling(boolean spilling) {
    return new SortOptions(
        keys,
        partitions,
        buckets,
        parts,
        workers,
        processes,
        kept,
        consumed,
        verified,
        progress,
        listener,
        spilling);
  }

  /**
   * Checks what can be told without looking at the data.
   *
   * @throws IllegalArgumentException that names every fault at once
   */
  void check() {
    List<String> faults = new ArrayList<>();
    if (keys.isEmpty()) {
      faults.add("no key to sort by");
    }
    Set<String> columns = new HashSet<>();
    for (SortKey key : keys) {
      if (!columns.add(key.column())) {
        faults.add("a column to sort by given twice: column=" + key.column());
      }
    }
    if (partitions.isEmpty()) {
      faults.add("no partition to sort");
    }
    Set<ObjectId> ids = new HashSet<>();
    for (ObjectId id : partitions) {
      if (!ids.add(id)) {
        faults.add("a partition given twice: id=" + id);
      }
    }
    checkCount(buckets, MAX_BUCKETS, "buckets", faults);
    checkCount(workers, MAX_WORKERS, "workers", faults);
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults));
    }
  }

  private static void checkCount(int count, int max, String name, List<String> faults) {
    if (count < 0 || count > max) {
      faults.add("%s out of range: %s=%d min=1 max=%d".formatted(name, name, count, max));
    }
  }
}
