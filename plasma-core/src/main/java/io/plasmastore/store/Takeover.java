package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.ClientPage;
import io.plasmastore.memory.Counter;
import io.plasmastore.memory.ExtentAllocator;
import io.plasmastore.memory.MappedFile;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.ProcessStart;
import io.plasmastore.memory.SealMark;
import io.plasmastore.memory.SealMarks;
import io.plasmastore.memory.SlotRules;
import io.plasmastore.memory.SlotState;
import io.plasmastore.protocol.Access;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What a dead store left in its directory, checked in full before anything of it is changed: the
 * index, the heap, and the pages of those clients whose processes still run. They may be reading
 * all the while.
 *
 * <p>Kept are the sealed objects, hidden ones among them and what its writer has marked as sealed,
 * the objects that a living client is still writing, and the deleted objects that a living client
 * still holds.
 */
final class Takeover {
  private static final long PAGE_SIZE = 4096;

  private final MappedFile indexFile;
  private final MappedFile sealsFile;
  private final MappedFile heapFile;
  private final ObjectIndex index;
  private final SealMarks marks;
  private final ExtentAllocator extents;
  private final List<PageLeft> pages = new ArrayList<>();
  private final List<MappedFile> deadPages = new ArrayList<>();
  // Decided once: a living client may let go of something while this is at work.
  private final BitSet kept = new BitSet();

  /** The page of a client whose process still runs. */
  record PageLeft(ClientPage.Owner owner, MappedFile file, ClientPage page, Access access) {}

  private Takeover(
      ObjectIndex index, MappedFile indexFile, MappedFile sealsFile, MappedFile heapFile) {
    this.index = index;
    this.indexFile = indexFile;
    this.sealsFile = sealsFile;
    this.heapFile = heapFile;
    this.marks = new SealMarks(sealsFile.segment());
    this.extents = new ExtentAllocator(heapFile.size());
  }

  /**
   * Looks at what lies in a directory.
   *
   * @throws PlasmaException VERSION_MISMATCH with the reason if it is of another version or
   *     damaged; nothing has changed then
   */
  static Takeover check(StoreDirectory directory) {
    List<MappedFile> opened = new ArrayList<>();
    try {
      MappedFile indexFile = open(directory.file(StoreDirectory.INDEX), opened);
      MappedFile heapFile = open(directory.file(StoreDirectory.HEAP), opened);
      if (indexFile.size() < PAGE_SIZE) {
        throw damaged("the index is too short: bytes=" + indexFile.size());
      }
      // An index of another version may have no seal marks beside it.
      ObjectIndex index = new ObjectIndex(indexFile.segment());
      MappedFile sealsFile = open(directory.file(StoreDirectory.SEALS), opened);
      Takeover takeover = new Takeover(index, indexFile, sealsFile, heapFile);
      for (Path page : directory.pages()) {
        takeover.openPage(
            open(page, opened),
            StoreDirectory.isGuestPage(page) ? Access.GUEST : Access.READ_WRITE);
      }
      takeover.checkObjects();
      return takeover;
    } catch (IOException e) {
      leave(opened);
      throw new PlasmaException(
          ErrorCode.VERSION_MISMATCH, "a dead store's files can't be read: reason=" + e, e);
    } catch (RuntimeException e) {
      leave(opened);
      throw e;
    }
  }

  MappedFile indexFile() {
    return indexFile;
  }

  MappedFile sealsFile() {
    return sealsFile;
  }

  MappedFile heapFile() {
    return heapFile;
  }

  ObjectIndex index() {
    return index;
  }

  /** What of the heap is committed, with the extents of the kept objects taken. */
  ExtentAllocator extents() {
    return extents;
  }

  List<PageLeft> pages() {
    return pages;
  }

  /** Whether a slot's object is kept. */
  boolean keeps(int slot) {
    return kept.get(slot);
  }

  int keptCount() {
    return kept.cardinality();
  }

  /** Removes the pages of clients that are gone. */
  void removeDeadPages() {
    deadPages.forEach(MappedFile::close);
  }

  /** Leaves everything where it is when this process is done with it: the start failed. */
  void keepFiles() {
    indexFile.keep();
    sealsFile.keep();
    heapFile.keep();
    pages.forEach(left -> left.file().keep());
  }

  private static void leave(List<MappedFile> opened) {
    for (MappedFile file : opened) {
      file.keep();
      file.close();
    }
  }

  private boolean isWorthKeeping(int slot) {
    return switch (SlotState.state(index.word(slot))) {
      case SlotState.SEALED, SlotState.HIDDEN -> true;
      case SlotState.CREATED ->
          index.isSealing(slot) ? !hasPredecessor(slot) : isWritten(slot) || isMarked(slot);
      case SlotState.RETIRING -> isPinned(slot);
      default -> false;
    };
  }

  /**
   * Whether the object whose place a slot's was about to take is there still. O(slots), for the one
   * slot at most that was being sealed.
   */
  private boolean hasPredecessor(int slot) {
    ObjectId id = index.id(slot);
    for (int other = 0; other < index.slotLimit(); other++) {
      int state = SlotState.state(index.word(other));
      if ((state == SlotState.SEALED || state == SlotState.HIDDEN) && index.holds(other, id)) {
        return true;
      }
    }
    return false;
  }

  private boolean isWritten(int slot) {
    return pages.stream().anyMatch(left -> left.page().isWriting(slot));
  }

  private boolean isMarked(int slot) {
    SealMark mark = marks.at(slot, index.word(slot));
    return mark != null && mark.fits(index.dataOffset(slot), heapFile.size());
  }

  private boolean isPinned(int slot) {
    for (PageLeft left : pages) {
      if (left.page().pins(slot) != 0) {
        return true;
      }
    }
    return false;
  }

  private static MappedFile open(Path path, List<MappedFile> opened) throws IOException {
    MappedFile file = MappedFile.open(path);
    opened.add(file);
    return file;
  }

  private void openPage(MappedFile file, Access access) {
    if (file.size() == ClientPage.fileSize(index.maxSlots())) {
      ClientPage page = new ClientPage(file.segment(), index.maxSlots());
      ClientPage.Owner owner = page.owner();
      if (owner != null && ProcessStart.isAlive(owner.pid(), owner.processStartMillis())) {
        pages.add(new PageLeft(owner, file, page, access));
        return;
      }
    }
    deadPages.add(file);
  }

  private void checkObjects() {
    if (index.heapSize() != heapFile.size()) {
      throw damaged(
          "the heap has another length: bytes=" + heapFile.size() + " wanted=" + index.heapSize());
    }
    long sealsSize = SealMarks.fileSize(index.maxSlots());
    if (sealsFile.size() != sealsSize) {
      throw damaged(
          "the seal marks have another length: bytes=" + sealsFile.size() + " wanted=" + sealsSize);
    }
    int limit = index.slotLimit();
    if (limit < 0 || limit > index.maxSlots()) {
      throw damaged("slot limit out of range: slotLimit=" + limit + " max=" + index.maxSlots());
    }
    long end = Math.clamp(index.counter(Counter.COMMITTED), 0, heapFile.size());
    for (int slot = 0; slot < limit; slot++) {
      if (isWorthKeeping(slot)) {
        kept.set(slot);
        checkFields(slot);
        end = Math.max(end, index.dataOffset(slot) + index.extentSize(slot));
      }
    }
    extents.extend(Math.min(heapFile.size(), (end + PAGE_SIZE - 1) & -PAGE_SIZE));
    for (int slot = 0; slot < limit; slot++) {
      long size = Heap.roundUp(index.extentSize(slot));
      if (keeps(slot) && size > 0 && !extents.reserve(index.dataOffset(slot), size)) {
        throw damaged("two objects overlap: slot=" + slot + " id=" + index.id(slot));
      }
    }
  }

  private void checkFields(int slot) {
    String fault =
        SlotRules.extentFault(
            index.dataOffset(slot),
            index.dataSize(slot),
            index.metadataSize(slot),
            index.nameSize(slot),
            heapFile.size());
    if (fault != null) {
      throw damaged("an object can't lie there: slot=" + slot + " reason=" + fault);
    }
  }

  private static PlasmaException damaged(String what) {
    return new PlasmaException(
        ErrorCode.VERSION_MISMATCH,
        "a dead store's files are damaged, and were left as they are: " + what);
  }
}
