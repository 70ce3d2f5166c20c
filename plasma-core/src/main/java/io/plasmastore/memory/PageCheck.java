package io.plasmastore.memory;

import io.plasmastore.memory.Findings.Rule;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The clients' pages: whose they are, what they hold, and what they write. O(pages × slots). */
final class PageCheck {
  private final IndexHeader header;
  private final SlotScan slots;
  private final Findings findings;
  private final BitSet pinned = new BitSet();
  private final BitSet written = new BitSet();
  private final Set<List<Long>> tokens = new HashSet<>();
  private int pages;
  private long pins;

  PageCheck(IndexHeader header, SlotScan slots, Findings findings) {
    this.header = header;
    this.slots = slots;
    this.findings = findings;
  }

  /** Reads and checks one; it may vanish, since clients come and go. */
  void check(Path path) throws IOException {
    try (FileBytes page = FileBytes.open(path)) {
      long wanted = ClientPage.fileSize(header.maxSlots());
      if (page.size() != wanted) {
        findings.passing(
            Rule.PAGE,
            "a page of another length: file=%s bytes=%d wanted=%d",
            path.getFileName(),
            page.size(),
            wanted);
        return;
      }
      if (checkHead(page, path)) {
        pages++;
        checkPins(page, path);
      }
    } catch (NoSuchFileException e) {
      // The client has left meanwhile.
      assert e.getFile() != null;
    }
  }

  /** What is being written or was deleted, but is nobody's any more, would stay for ever. */
  void checkOrphans() throws IOException {
    for (int slot = 0; slot < slots.count(); slot++) {
      int state = slots.state(slot);
      if (state == SlotState.RETIRING && !pinned.get(slot)) {
        findings.fault(Rule.PIN, "deleted, held by nobody, and not freed: %s", slots.what(slot));
      } else if (state == SlotState.CREATED && !written.get(slot)) {
        findings.fault(Rule.PIN, "being written by nobody: %s", slots.what(slot));
      }
    }
  }

  int pages() {
    return pages;
  }

  long pins() {
    return pins;
  }

  /** Whether the page belongs to somebody whose pins count. */
  private boolean checkHead(FileBytes page, Path path) throws IOException {
    long magic = page.longAt(ClientPage.MAGIC_OFFSET);
    if (magic == 0) {
      findings.passing(Rule.PAGE, "a page without a head: file=%s", path.getFileName());
      return false;
    }
    int version = page.intAt(ClientPage.VERSION_OFFSET);
    int client = page.intAt(ClientPage.CLIENT_OFFSET);
    long pid = page.longAt(ClientPage.PID_OFFSET);
    int left = page.intAt(ClientPage.LEFT_OFFSET);
    int nameSize = page.intAt(ClientPage.NAME_SIZE_OFFSET);
    String where = "file=" + path.getFileName();
    if (magic != ClientPage.MAGIC || version != IndexLayout.VERSION) {
      findings.fault(
          Rule.PAGE,
          "not a page of this version: magic=%016x version=%d %s",
          magic,
          version,
          where);
      return false;
    }
    if (client != DirectoryLayout.pageNumber(path)) {
      findings.fault(Rule.PAGE, "the page of another client: client=%d %s", client, where);
    }
    if (pid <= 0) {
      findings.fault(Rule.PAGE, "no process has this id: pid=%d %s", pid, where);
    }
    if (nameSize < 0 || nameSize > ClientPage.MAX_NAME_SIZE) {
      findings.fault(Rule.PAGE, "a name of an impossible size: bytes=%d %s", nameSize, where);
    }
    if (left != 0 && left != 1) {
      findings.fault(Rule.PAGE, "neither left nor there: left=%d %s", left, where);
    }
    long tokenFirst = page.longAt(ClientPage.TOKEN_OFFSET);
    long tokenSecond = page.longAt(ClientPage.TOKEN_OFFSET + Long.BYTES);
    if (!tokens.add(List.of(tokenFirst, tokenSecond))) {
      findings.fault(Rule.PAGE, "two pages of one session: %s", where);
    }
    return left == 0 && (!findings.isMidStep() || isAlive(page, pid));
  }

  private static boolean isAlive(FileBytes page, long pid) throws IOException {
    return ProcessStart.isAlive(pid, page.longAt(ClientPage.PROCESS_START_OFFSET));
  }

  private void checkPins(FileBytes page, Path path) throws IOException {
    int committed =
        (int)
            Math.min(
                header.maxSlots(),
                Math.ceilDiv(slots.count() + 1L, IndexWriter.SLOT_STEP) * IndexWriter.SLOT_STEP);
    for (int slot = 0; slot < committed; slot++) {
      int entry = page.intAt(ClientPage.PINS_OFFSET + (long) slot * Integer.BYTES);
      boolean writes = entry > 0 && (entry & ClientPage.WRITER) != 0;
      int count = writes ? entry - ClientPage.WRITER : entry;
      if (writes) {
        checkWriter(path, slot);
      }
      if (count != 0) {
        checkPin(path, slot, count);
      }
    }
  }

  private void checkWriter(Path path, int slot) throws IOException {
    if (slot < slots.count() && slots.state(slot) == SlotState.CREATED) {
      written.set(slot);
    } else {
      findings.passing(
          Rule.PIN,
          "writes what is not being written: slot=%d slotLimit=%d file=%s",
          slot,
          slots.count(),
          path.getFileName());
    }
  }

  private void checkPin(Path path, int slot, int count) throws IOException {
    if (count < 0) {
      findings.fault(
          Rule.PIN,
          "let go more often than held: pins=%d slot=%d file=%s",
          count,
          slot,
          path.getFileName());
    } else if (slot >= slots.count()) {
      findings.passing(
          Rule.PIN,
          "a pin on a slot that was never used: pins=%d slot=%d slotLimit=%d file=%s",
          count,
          slot,
          slots.count(),
          path.getFileName());
    } else if (!slots.hasObject(slot)) {
      findings.passing(
          Rule.PIN,
          "a pin on nothing: pins=%d file=%s %s",
          count,
          path.getFileName(),
          slots.what(slot));
    } else {
      pinned.set(slot);
      pins += count;
    }
  }
}
