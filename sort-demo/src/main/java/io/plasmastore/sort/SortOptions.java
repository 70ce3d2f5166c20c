package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a sort or a partitioning is to do. Immutable: each method gives another. */
final class SortOptions implements Cloneable {
  static final int CHOSEN = 0;
  static final int MAX_BUCKETS = 1 << 16;
  static final int MAX_WORKERS = 1 << 10;
  static final SortOptions DEFAULT = new SortOptions();

  private List<SortKey> keys = List.of();
  private List<ObjectId> partitions = List.of();
  private Arrangement arrangement = Arrangement.SORTED;
  private @Nullable ObjectId splitters;
  private int buckets = CHOSEN;
  private int parts = CHOSEN;
  private int workers = CHOSEN;
  private boolean processes = true;
  private @Nullable SortWorkers kept;
  private boolean consumed;
  private boolean verified = true;
  private SortProgress progress = SortProgress.NONE;
  private BucketListener listener = BucketListener.NONE;
  private boolean spilling;

  private SortOptions() {}

  SortOptions withKeys(List<SortKey> keys) {
    return with(options -> options.keys = List.copyOf(keys));
  }

  SortOptions withPartitions(List<ObjectId> partitions) {
    return with(options -> options.partitions = List.copyOf(partitions));
  }

  SortOptions withArrangement(Arrangement arrangement) {
    return with(options -> options.arrangement = arrangement);
  }

  SortOptions withSplitters(ObjectId splitters) {
    return with(options -> options.splitters = splitters);
  }

  SortOptions withBuckets(int buckets) {
    return with(options -> options.buckets = buckets);
  }

  SortOptions withParts(int parts) {
    return with(options -> options.parts = parts);
  }

  SortOptions withWorkers(int workers) {
    return with(options -> options.workers = workers);
  }

  SortOptions withProcesses(boolean processes) {
    return with(
        options -> {
          options.processes = processes;
          options.kept = null;
        });
  }

  /** With these processes. */
  SortOptions withKept(SortWorkers kept) {
    return with(
        options -> {
          options.processes = true;
          options.kept = kept;
        });
  }

  SortOptions withConsumed(boolean consumed) {
    return with(options -> options.consumed = consumed);
  }

  SortOptions withVerified(boolean verified) {
    return with(options -> options.verified = verified);
  }

  SortOptions withProgress(SortProgress progress) {
    return with(options -> options.progress = progress);
  }

  SortOptions withListener(BucketListener listener) {
    return with(options -> options.listener = listener);
  }

  SortOptions withSpilling(boolean spilling) {
    return with(options -> options.spilling = spilling);
  }

  /** To sort or to partition by, the first decides first. */
  List<SortKey> keys() {
    return keys;
  }

  /** Dataframes in the store. */
  List<ObjectId> partitions() {
    return partitions;
  }

  /** Which rows share a bucket. */
  Arrangement arrangement() {
    return arrangement;
  }

  /** Where buckets are to end; null to choose that by a sample. */
  @Nullable ObjectId splitters() {
    return splitters;
  }

  /** How many to make; {@link #CHOSEN} by data and machine. */
  int buckets() {
    return buckets;
  }

  /** Of each bucket; {@link #CHOSEN} by data and machine, as it is but for tests. */
  int parts() {
    return parts;
  }

  /** How many to use; {@link #CHOSEN} by data and machine. */
  int workers() {
    return workers;
  }

  /** Whether workers are processes, else threads. */
  boolean processes() {
    return processes;
  }

  /** Worker processes to use; null to start some for this job alone. */
  @Nullable SortWorkers kept() {
    return kept;
  }

  /** Whether the partitions are deleted on the way. */
  boolean consumed() {
    return consumed;
  }

  /** Whether the result is checked. */
  boolean verified() {
    return verified;
  }

  /** Is told how it gets on. */
  SortProgress progress() {
    return progress;
  }

  /** Is handed the buckets as they are made. */
  BucketListener listener() {
    return listener;
  }

  /** Whether the store has a disk for what does not fit. */
  boolean spilling() {
    return spilling;
  }

  /**
   * Checks what can be told without looking at the data.
   *
   * @throws IllegalArgumentException that names every fault at once
   */
  void check() {
    List<String> faults = new ArrayList<>();
    if (keys.isEmpty()) {
      faults.add("no key to %s by".formatted(arrangement.title()));
    }
    Set<String> columns = new HashSet<>();
    for (SortKey key : keys) {
      if (!columns.add(key.column())) {
        faults.add(
            "a column to %s by given twice: column=%s"
                .formatted(arrangement.title(), key.column()));
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
    if (splitters != null && arrangement != Arrangement.RANGED) {
      faults.add("splitters without a range to split");
    }
    if (splitters != null && buckets != CHOSEN) {
      faults.add("splitters say how many buckets there are: buckets=" + buckets);
    }
    checkCount(buckets, MAX_BUCKETS, "buckets", faults);
    checkCount(workers, MAX_WORKERS, "workers", faults);
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults));
    }
  }

  private SortOptions with(Consumer<SortOptions> change) {
    try {
      SortOptions copy = (SortOptions) clone();
      change.accept(copy);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  private static void checkCount(int count, int max, String name, List<String> faults) {
    if (count < 0 || count > max) {
      faults.add("%s out of range: %s=%d min=1 max=%d".formatted(name, name, count, max));
    }
  }
}
