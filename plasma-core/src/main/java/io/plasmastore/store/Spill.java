package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.Counter;
import io.plasmastore.memory.IndexWriter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The objects on disk. A sealed object never changes, so its copy on disk stays good: one that came
 * back to memory keeps its copy, and leaves again without being written. The core's, on the event
 * loop; {@link SpillDisk} does what waits.
 */
final class Spill {
  private static final Logger LOG = System.getLogger(Spill.class.getName());

  private final @Nullable SpillFiles files;
  private final @Nullable SpillDisk disk;
  private final SpillBudget budget;
  private final SpillCopies copies = new SpillCopies();
  private final Map<ObjectId, Write> writes = new HashMap<>();
  private int writingCount;
  private long writingBytes;
  // The last order to remove the files of each of these. The disk carries orders out in turn.
  private final Map<ObjectId, Removal> removals = new HashMap<>();
  private Consumer<Integer> written = slot -> {};
  private Consumer<ObjectId> removed = id -> {};
  private Runnable failed = () -> {};

  /** An object that is being written. */
  private static final class Write {
    private volatile boolean cancelled;
  }

  /** An object's files on their way to be removed, and who waits for that. */
  private static final class Removal {
    private final List<Consumer<@Nullable Exception>> waiting = new ArrayList<>(1);
  }

  private Spill(@Nullable SpillFiles files, @Nullable SpillDisk disk, SpillBudget budget) {
    this.files = files;
    this.disk = disk;
    this.budget = budget;
  }

  /** A store that doesn't spill. */
  static Spill off() {
    return new Spill(null, null, new SpillBudget(0, () -> 0));
  }

  /**
   * A store that spills.
   *
   * @param limit bytes of disk to take at most; 0 for no limit
   */
  static Spill to(SpillFiles files, SpillDisk disk, long limit, LongSupplier clockMillis) {
    return new Spill(files, disk, new SpillBudget(limit, clockMillis));
  }

  /**
   * Says who hears of what ended.
   *
   * @param written takes the slot of an object that is not being written any more
   * @param removed takes an object whose files are not being removed any more
   * @param failed runs for each object that could not be written, read or removed
   */
  void listen(Consumer<Integer> written, Consumer<ObjectId> removed, Runnable failed) {
    this.written = written;
    this.removed = removed;
    this.failed = failed;
  }

  boolean isOn() {
    return disk != null;
  }

  SpillCopies copies() {
    return copies;
  }

  /** Whether an object is being written. */
  boolean isWriting() {
    return writingCount > 0;
  }

  /**
   * Whether an object's files are being removed. If the store died now the next one would still
   * find it, or not: until this is over nobody may be told that it is gone.
   */
  boolean isRemoving(ObjectId id) {
    return removals.containsKey(id);
  }

  /** Bytes of memory of the objects that are being written. */
  long writingBytes() {
    return writingBytes;
  }

  /**
   * Begins to write an object, which must stay in memory as it is until it is said to be written.
   *
   * @param slot where it is
   * @param exchange whether it leaves so that another can come back
   * @return whether it is being written; false where there is no room on the disk
   */
  boolean write(int slot, SpillFiles.Source source, boolean exchange) {
    ObjectId id = source.id();
    long bytes =
        SpillCopy.diskSize(source.data().byteSize(), source.metadata().length, source.nameSize());
    if (!reserve(bytes, exchange)) {
      return false;
    }
    long extent =
        Heap.roundUp(source.data().byteSize() + source.metadata().length + source.nameSize());
    Write write = new Write();
    writes.put(id, write);
    writingCount++;
    writingBytes += extent;
    long leaveFree = budget.leftFree(exchange);
    disk()
        .write(
            () -> files().write(source, leaveFree, () -> write.cancelled || disk().isStopping()),
            record -> {
              ended(id, write, extent, bytes);
              if (!write.cancelled) {
                SpillCopy copy = SpillCopy.of(record);
                budget.take(copy.diskSize());
                copies.add(copy, true);
              }
              written.accept(slot);
            },
            e -> {
              ended(id, write, extent, bytes);
              if (!write.cancelled) {
                refused(id, bytes, e, exchange);
              }
              written.accept(slot);
            });
    return true;
  }

  /**
   * Reads an object back.
   *
   * @param extent where to
   * @param done runs when it is there
   * @param failed takes why it can't be
   */
  void read(SpillCopy copy, MemorySegment extent, Runnable done, Consumer<PlasmaException> failed) {
    disk()
        .read(
            () -> {
              files().read(copy, extent, disk()::isStopping);
              return copy;
            },
            unused -> done.run(),
            e -> {
              // Deleted under the read, it is missing rightly.
              if (copies.isSpilled(copy)) {
                failure("a spilled object can't be brought back", copy.id(), e);
              }
              failed.accept(
                  e instanceof PlasmaException known
                      ? known
                      : new PlasmaException(
                          ErrorCode.INTERNAL_ERROR,
                          "object can't be brought back: id=" + copy.id() + " reason=" + e,
                          e));
            });
  }

  /**
   * Forgets the copy of an object. It is gone for good when its files are.
   *
   * @param gone runs then, with the failure if they could not be removed, and the copy is known
   *     again; not at all if there is nothing on disk
   * @return whether there is something on disk
   */
  boolean forget(ObjectId id, Consumer<@Nullable Exception> gone) {
    Write write = writes.remove(id);
    if (write != null) {
      write.cancelled = true;
    }
    boolean isInMemory = copies.spilled(id) == null;
    SpillCopy copy = copies.remove(id);
    if (copy == null && write == null) {
      Removal underWay = removals.get(id);
      if (underWay == null) {
        return false;
      }
      // With that one, and not behind it: who is told first that it is gone may make it anew.
      underWay.waiting.add(gone);
      return true;
    }
    long bytes = copy == null ? 0 : copy.diskSize();
    // Before anything that is written from now on.
    budget.giveBack(bytes);
    remove(
        id,
        copy == null ? null : copy.file().extension(),
        failure -> {
          if (failure != null && copy != null && !copies.has(id)) {
            budget.take(bytes);
            copies.add(copy, isInMemory);
          }
          gone.accept(failure);
        });
    return true;
  }

  /**
   * What lies on disk, with the reason for what can't be read. Waits for the disk: before the store
   * serves.
   *
   * @throws PlasmaException VERSION_MISMATCH if something is of another version; nothing has
   *     changed then
   */
  List<SpillCopy> recover(SpillDirectory directory) throws IOException {
    List<SpillCopy> found = new ArrayList<>();
    for (ObjectId id : directory.records()) {
      try {
        found.add(SpillCopy.of(files().readRecord(id)));
      } catch (PlasmaException e) {
        if (e.code() == ErrorCode.VERSION_MISMATCH) {
          throw e;
        }
        LOG.log(Level.WARNING, String.valueOf(e.getMessage()));
        found.add(SpillCopy.damaged(id, e));
      }
    }
    directory.removeRemains();
    return found;
  }

  /**
   * Takes an object over that was found on disk.
   *
   * @param isInMemory whether it is in memory as well
   */
  void adopt(SpillCopy copy, boolean isInMemory) {
    budget.take(copy.diskSize());
    copies.add(copy, isInMemory);
  }

  /** Removes what was found on disk and is of no use. */
  void discard(SpillCopy copy) {
    remove(copy.id(), copy.file().extension(), unused -> {});
  }

  /** Writes the gauges. */
  void publish(IndexWriter counters) {
    counters.set(Counter.SPILLED_OBJECTS, copies.spilledCount());
    counters.set(Counter.SPILLED_BYTES, copies.spilledBytes());
    counters.set(Counter.SPILL_USED, budget.used());
  }

  /** For the text of an error of a full store; empty if it doesn't spill. */
  String describe() {
    return isOn() ? budget.describe() : "";
  }

  private boolean reserve(long bytes, boolean exchange) {
    // What is in memory as well is not needed on disk until it is to leave.
    while (!budget.reserve(bytes, exchange)) {
      if (budget.isPaused(exchange) || !giveUpCopy()) {
        return false;
      }
    }
    return true;
  }

  private boolean giveUpCopy() {
    ObjectId id = copies.oldestInMemory();
    return id != null && forget(id, unused -> {});
  }

  private void refused(ObjectId id, long bytes, Exception reason, boolean exchange) {
    failed.run();
    long wanted = budget.used() - bytes;
    boolean helped = false;
    while (budget.used() > wanted && giveUpCopy()) {
      helped = true;
    }
    // A disk that is full is so for a while: said once, and in every error.
    String text = "an object can't be spilled: id=" + id + " reason=" + reason;
    LOG.log(helped || budget.isPaused(false) ? Level.DEBUG : Level.WARNING, text);
    if (!helped) {
      budget.pause(String.valueOf(reason.getMessage()), exchange);
    }
  }

  private void ended(ObjectId id, Write write, long extent, long bytes) {
    writes.remove(id, write);
    writingCount--;
    writingBytes -= extent;
    budget.unreserve(bytes);
  }

  private void remove(ObjectId id, @Nullable String extension, Consumer<@Nullable Exception> gone) {
    Removal removal = new Removal();
    removal.waiting.add(gone);
    removals.put(id, removal);
    disk()
        .write(
            () -> {
              files().remove(id, extension);
              return id;
            },
            unused -> ended(id, removal, null),
            e -> {
              failure("the files of a spilled object can't be removed", id, e);
              ended(id, removal, e);
            });
  }

  private void ended(ObjectId id, Removal removal, @Nullable Exception failure) {
    boolean isLast = removals.remove(id, removal);
    removal.waiting.forEach(gone -> gone.accept(failure));
    if (isLast) {
      removed.accept(id);
    }
  }

  private void failure(String what, ObjectId id, Exception reason) {
    failed.run();
    LOG.log(Level.WARNING, what + ": id=" + id + " reason=" + reason);
  }

  private SpillDisk disk() {
    if (disk == null) {
      throw new IllegalStateException("this store doesn't spill");
    }
    return disk;
  }

  private SpillFiles files() {
    if (files == null) {
      throw new IllegalStateException("this store doesn't spill");
    }
    return files;
  }
}
