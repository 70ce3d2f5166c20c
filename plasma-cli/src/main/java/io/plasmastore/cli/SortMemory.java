package io.plasmastore.cli;

import io.plasmastore.ObjectInfo;
import io.plasmastore.ObjectState;
import io.plasmastore.PlasmaClient;
import io.plasmastore.StoreStats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the rows of a sort have room. */
final class SortMemory {
  private static final int COPIES_IN_OWN_STORE = 3;

  /** Without this much for each byte of rows, workers find no room for what they have open. */
  private static final double LEAST_ROOM = 1.25;

  @Option(
      names = {"-m", "--memory"},
      paramLabel = "SIZE",
      converter = MemorySize.class,
      description =
          "Memory of the store of its own: 4g, 512m, 64k or bytes. Default: what the rows need.")
  private @Nullable Long memory;

  @Option(
      names = "--spill-dir",
      paramLabel = "DIR",
      description =
          "A folder on a disk where the store of its own puts what does not fit into its memory, in a"
              + " folder that is gone afterwards.")
  private @Nullable Path spillDirectory;

  @Option(
      names = "--spill-limit",
      paramLabel = "SIZE",
      converter = MemorySize.class,
      description = "How much of that disk to take at most. Default: no limit.")
  private @Nullable Long spillLimit;

  @Option(
      names = "--spilling",
      description =
          "The named store was started with --spill-dir, so that rows may be more than its memory.")
  private boolean spilling;

  /** Whether rows may be more than the store's memory. */
  boolean isSpilling() {
    return spilling || spillDirectory != null;
  }

  /** Checks what the options mean together. */
  void check(boolean ownStore) {
    if (!ownStore && (memory != null || spillDirectory != null)) {
      throw new UsageException(
          "--memory and --spill-dir are for a store of its own: the named one has its memory already");
    }
    if (ownStore && spilling) {
      throw new UsageException(
          "--spilling is for a named store: --spill-dir makes one that spills");
    }
    if (spillLimit != null && spillDirectory == null) {
      throw new UsageException("--spill-limit needs --spill-dir");
    }
  }

  /**
   * Starts a store of its own for so many bytes of rows.
   *
   * @throws CommandFailure with the numbers, if the rows don't fit
   */
  OwnStore start(long dataSize) throws IOException, InterruptedException {
    long capacity = memory != null ? memory : OwnStore.capacityFor(dataSize, COPIES_IN_OWN_STORE);
    if (!isSpilling()) {
      requireRoom(dataSize, capacity, "memory=" + capacity);
    }
    return spillDirectory == null
        ? OwnStore.start(capacity)
        : OwnStore.startSpilling(capacity, spillDirectory, spillLimit == null ? 0 : spillLimit);
  }

  /**
   * Checks a named store before anything is put there. What nobody holds is dropped to make room.
   *
   * @throws CommandFailure with the numbers, if the rows don't fit
   */
  static void requireRoom(PlasmaClient client, long dataSize) {
    StoreStats stats = client.stats();
    if (dataSize * LEAST_ROOM <= stats.free()) {
      return;
    }
    long held;
    try (Stream<ObjectInfo> objects = client.list()) {
      held =
          objects
              .filter(object -> object.pins() > 0 || object.state() != ObjectState.SEALED)
              .mapToLong(ObjectInfo::size)
              .sum();
    }
    requireRoom(
        dataSize,
        stats.capacity() - held,
        "free=%d held=%d capacity=%d".formatted(stats.free(), held, stats.capacity()));
  }

  private static void requireRoom(long dataSize, long room, String facts) {
    long needed = (long) (dataSize * LEAST_ROOM);
    if (needed > room) {
      throw new CommandFailure(
          "the rows don't fit into the store: bytes=%d needed=%d %s; a larger --memory helps, or a store that spills (--spill-dir)"
              .formatted(dataSize, needed, facts));
    }
  }
}
