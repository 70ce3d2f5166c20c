package io.plasmastore.memory;

import io.plasmastore.memory.Findings.Rule;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The head of an index file, read from outside. */
public final class IndexHeader {
  private final int tableLog2;
  private final long storePid;
  private final int maxSlots;
  private final int slotLimit;
  private final long heapSize;
  private final long[] counters;

  private IndexHeader(FileBytes index) throws IOException {
    this.tableLog2 = index.intAt(IndexLayout.TABLE_LOG2_OFFSET);
    this.storePid = index.longAt(IndexLayout.STORE_PID_OFFSET);
    this.maxSlots = index.intAt(IndexLayout.MAX_SLOTS_OFFSET);
    this.slotLimit = index.intAt(IndexLayout.SLOT_LIMIT_OFFSET);
    this.heapSize = index.longAt(IndexLayout.HEAP_SIZE_OFFSET);
    Counter[] all = Counter.values();
    this.counters = new long[all.length];
    for (int i = 0; i < all.length; i++) {
      counters[i] = index.longAt(IndexLayout.counterOffset(all[i]));
    }
  }

  /** Reads the head as it is now; or finds out why that can't be, and gives null. */
  static @Nullable IndexHeader read(FileBytes index, Findings findings) throws IOException {
    if (index.size() < IndexLayout.HEADER_SIZE) {
      findings.fault(Rule.HEADER, "the index is too short: bytes=%d", index.size());
      return null;
    }
    index.refresh();
    long magic = index.longAt(IndexLayout.MAGIC_OFFSET);
    int version = index.intAt(IndexLayout.VERSION_OFFSET);
    if (magic != IndexLayout.MAGIC) {
      findings.fault(
          Rule.HEADER, "not an index: magic=%016x wanted=%016x", magic, IndexLayout.MAGIC);
      return null;
    }
    if (version != IndexLayout.VERSION) {
      findings.fault(
          Rule.HEADER, "another version: version=%d wanted=%d", version, IndexLayout.VERSION);
      return null;
    }
    IndexHeader header = new IndexHeader(index);
    return header.makesSense(index, findings) ? header : null;
  }

  /** Which table is in force, or one of the two numbers that say that none is. */
  int tableLog2() {
    return tableLog2;
  }

  boolean hasTable() {
    return tableLog2 != IndexLayout.NO_TABLE && tableLog2 != IndexLayout.STOPPED;
  }

  /**
   * The process that wrote this index.
   *
   * @return the store's process id
   */
  public long storePid() {
    return storePid;
  }

  int maxSlots() {
    return maxSlots;
  }

  int slotLimit() {
    return slotLimit;
  }

  long heapSize() {
    return heapSize;
  }

  /**
   * A counter as it was when the head was read.
   *
   * @param counter which
   * @return its value
   */
  @SuppressWarnings("EnumOrdinal") // as IndexLayout.counterOffset
  public long counter(Counter counter) {
    return counters[counter.ordinal()];
  }

  /** Whether the store has done nothing since another reading. */
  boolean counts(IndexHeader other) {
    return Arrays.equals(counters, other.counters);
  }

  private boolean makesSense(FileBytes index, Findings findings) {
    if (maxSlots < IndexLayout.MIN_SLOTS
        || maxSlots > IndexLayout.MAX_SLOTS
        || index.size() != IndexLayout.fileSize(maxSlots)) {
      findings.fault(
          Rule.HEADER,
          "the index has another length than it says: maxSlots=%d bytes=%d",
          maxSlots,
          index.size());
      return false;
    }
    if (slotLimit < 0 || slotLimit > maxSlots) {
      findings.fault(
          Rule.HEADER, "slot limit out of range: slotLimit=%d max=%d", slotLimit, maxSlots);
      return false;
    }
    int largest = IndexLayout.maxTableLog2(maxSlots);
    if (hasTable() && (tableLog2 < IndexLayout.MIN_TABLE_LOG2 || tableLog2 > largest)) {
      findings.fault(
          Rule.HEADER,
          "no such table: tableLog2=%d min=%d max=%d",
          tableLog2,
          IndexLayout.MIN_TABLE_LOG2,
          largest);
      return false;
    }
    return true;
  }
}
