package io.plasmastore.memory;

import io.plasmastore.memory.Findings.Rule;
import java.io.IOException;

/** The seal marks on the objects that are being written. O(slots). */
final class SealCheck {
  private final IndexHeader header;
  private final SlotScan slots;
  private final Findings findings;

  SealCheck(IndexHeader header, SlotScan slots, Findings findings) {
    this.header = header;
    this.slots = slots;
    this.findings = findings;
  }

  /** Checks all of them. */
  void check(FileBytes seals) throws IOException {
    long wanted = SealMarks.fileSize(header.maxSlots());
    if (seals.size() != wanted) {
      findings.fault(
          Rule.MARK, "seal marks of another length: bytes=%d wanted=%d", seals.size(), wanted);
      return;
    }
    for (int slot = 0; slot < slots.count(); slot++) {
      long head = seals.longAt(SealMarks.at(slot) + SealMarks.HEAD_OFFSET);
      SealMark mark =
          SealMarks.decode(head, seals.longAt(SealMarks.at(slot) + SealMarks.SIZES_OFFSET));
      if (mark.generation() > slots.generation(slot)) {
        findings.passing(
            Rule.MARK, "a seal mark on what was never there: %s %s", mark, slots.what(slot));
      } else if (slots.isWritten(slot, mark.generation())) {
        checkSizes(mark, slot);
      }
    }
  }

  private void checkSizes(SealMark mark, int slot) throws IOException {
    if (!mark.fits(slots.offset(slot), header.heapSize())) {
      findings.fault(Rule.MARK, "a seal mark of impossible sizes: %s %s", mark, slots.what(slot));
    } else if (ExtentAllocator.roundUp(mark.extentSize()) > slots.size(slot)) {
      findings.passing(
          Rule.MARK, "a seal mark of more than there is: %s %s", mark, slots.what(slot));
    }
  }
}
