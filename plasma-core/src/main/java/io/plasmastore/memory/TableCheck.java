package io.plasmastore.memory;

import io.plasmastore.memory.Findings.Rule;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The table in force leads to each object that can be found, and to nothing else: every entry is of
 * such an object, carries its tag, and stands where a look-up gets to before it meets an empty
 * entry.
 */
final class TableCheck {
  private final FileBytes index;
  private final SlotScan slots;
  private final Findings findings;
  private final int log2;
  private final long mask;
  private final BitSet found = new BitSet();
  private int entries;

  TableCheck(FileBytes index, IndexHeader header, SlotScan slots, Findings findings) {
    this.index = index;
    this.slots = slots;
    this.findings = findings;
    this.log2 = header.tableLog2();
    this.mask = (1L << log2) - 1;
  }

  /** Walks all of it once. */
  void run() throws IOException {
    long start = firstEmpty();
    if (start > mask) {
      findings.fault(Rule.TABLE, "the table has no empty entry: tableLog2=%d", log2);
      return;
    }
    // Once around from an empty entry, counting how many entries stand together without a gap.
    long together = 0;
    for (long step = 1; step <= mask; step++) {
      long position = (start + step) & mask;
      long entry = entry(position);
      together = entry == 0 ? 0 : together + 1;
      if (entry != 0) {
        entries++;
        check(entry, position, together);
      }
    }
    if (!IndexLayout.holds(log2, entries)) {
      findings.passing(Rule.TABLE, "the table is too full: entries=%d tableLog2=%d", entries, log2);
    }
    checkMissing();
    checkTwice();
  }

  int entries() {
    return entries;
  }

  private void check(long entry, long position, long together) throws IOException {
    int slot = IndexLayout.entrySlot(entry);
    int tag = IndexLayout.entryTag(entry);
    if (slot < 0 || slot >= slots.count()) {
      findings.fault(
          Rule.TABLE,
          "an entry of no slot: position=%d slot=%d max=%d",
          position,
          slot,
          slots.count() - 1);
      return;
    }
    if (!slots.isLinked(slot)) {
      if (slots.hasObject(slot)) {
        findings.passingMany(Rule.TABLE, "an entry of a deleted object: %s", slots.what(slot));
      } else {
        findings.fault(
            Rule.TABLE, "an entry of a free slot: position=%d %s", position, slots.what(slot));
      }
      return;
    }
    if (tag != slots.tag(slot)) {
      findings.fault(
          Rule.TABLE,
          "an entry with another id's tag: position=%d tag=%08x wanted=%08x %s",
          position,
          tag,
          slots.tag(slot),
          slots.what(slot));
    } else if (((position - tag) & mask) >= together) {
      findings.fault(
          Rule.TABLE,
          "an entry that no look-up gets to: position=%d home=%d %s",
          position,
          tag & mask,
          slots.what(slot));
    } else if (found.get(slot)) {
      findings.passing(Rule.TABLE, "two entries of one object: %s", slots.what(slot));
    }
    found.set(slot);
  }

  private void checkMissing() throws IOException {
    for (int slot = found.nextClearBit(0);
        slot < slots.count();
        slot = found.nextClearBit(slot + 1)) {
      if (slots.state(slot) == SlotState.HIDDEN) {
        // It is unlinked before its slot is freed.
        findings.passing(
            Rule.TABLE, "no entry of an object that may be on its way out: %s", slots.what(slot));
      } else if (slots.isWhole(slot)) {
        findings.fault(Rule.TABLE, "no entry of a sealed object: %s", slots.what(slot));
      } else if (slots.isLinked(slot)) {
        findings.passing(Rule.TABLE, "no entry of an object: %s", slots.what(slot));
      }
    }
  }

  /**
   * Of two objects with one id a look-up would find only the one that comes first. Both may be
   * under construction: who writes an object may be moving it.
   */
  private void checkTwice() throws IOException {
    long[] byTag = found.stream().mapToLong(slot -> (long) slots.tag(slot) << 32 | slot).toArray();
    Arrays.sort(byTag);
    for (int i = 1; i < byTag.length; i++) {
      int before = (int) byTag[i - 1];
      int slot = (int) byTag[i];
      if (slots.tag(before) == slots.tag(slot)
          && (slots.isWhole(before) || slots.isWhole(slot))
          && slots.id(before).equals(slots.id(slot))) {
        findings.passing(
            Rule.TABLE, "two objects of one id: %s; %s", slots.what(before), slots.what(slot));
      }
    }
  }

  private long firstEmpty() throws IOException {
    long position = 0;
    while (position <= mask && entry(position) != 0) {
      position++;
    }
    return position;
  }

  private long entry(long position) throws IOException {
    return index.longAt(IndexLayout.tableOffset(log2) + position * IndexLayout.ENTRY_SIZE);
  }
}
