package io.plasmastore.memory;

import io.plasmastore.memory.Findings.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Checks each rule of {@code docs/format.md} on the files of a store, by reading them alone: they
 * are neither mapped nor locked nor changed. O(slots × pages) reads, 30 bytes of Java heap a slot.
 *
 * <p>Under a living store one {@linkplain #pass} sees things as they pass by, an object in one
 * place at one moment and its neighbour at the next, and finds faults that are none. What is found
 * again and again is one.
 */
public final class StoreVerifier {
  private final Path directory;
  private final boolean dead;

  /**
   * A verifier.
   *
   * @param directory of the store
   * @param dead whether the store has died, perhaps in the middle of a step
   */
  public StoreVerifier(Path directory, boolean dead) {
    this.directory = directory;
    this.dead = dead;
  }

  /**
   * What one look at all the files gave.
   *
   * @param findings what is wrong
   * @param countersCompared whether the store stood still, so that its counters could be compared
   * @param sealed how many sealed objects there are
   * @param created how many objects are being written
   * @param retiring how many deleted objects are still held
   * @param bytes of the heap that objects take
   * @param entries of the table
   * @param pages of clients that are there
   * @param pins that these have
   */
  public record Pass(
      Findings findings,
      boolean countersCompared,
      int sealed,
      int created,
      int retiring,
      long bytes,
      int entries,
      int pages,
      long pins) {
    private static Pass unreadable(Findings findings) {
      return new Pass(findings, false, 0, 0, 0, 0, 0, 0, 0);
    }
  }

  /**
   * Looks at everything once.
   *
   * @return what was found
   * @throws IOException if a file can't be read
   */
  public Pass pass() throws IOException {
    Findings findings = new Findings(dead);
    try (FileBytes index = FileBytes.open(directory.resolve(DirectoryLayout.INDEX));
        FileBytes seals = FileBytes.open(directory.resolve(DirectoryLayout.SEALS));
        FileBytes heap = FileBytes.open(directory.resolve(DirectoryLayout.HEAP))) {
      IndexHeader header = IndexHeader.read(index, findings);
      if (header == null) {
        return Pass.unreadable(findings);
      }
      if (header.heapSize() != heap.size()) {
        findings.fault(
            Rule.HEADER,
            "the heap has another length than the index says: bytes=%d wanted=%d",
            heap.size(),
            header.heapSize());
        return Pass.unreadable(findings);
      }
      return pass(index, seals, heap, header, findings);
    }
  }

  /**
   * Reads the head of a store's index.
   *
   * @param directory of the store
   * @return the head
   * @throws IOException if it can't be read, or is no index of this version
   */
  public static IndexHeader header(Path directory) throws IOException {
    Findings findings = new Findings(false);
    Path file = directory.resolve(DirectoryLayout.INDEX);
    try (FileBytes index = FileBytes.open(file)) {
      IndexHeader header = IndexHeader.read(index, findings);
      if (header == null) {
        throw new IOException(findings.faults().getFirst().text() + " file=" + file);
      }
      return header;
    }
  }

  /**
   * Whether a living store serves from a directory: the process that locked it still runs.
   *
   * @param directory of the store
   * @return false if it died or there never was one
   * @throws IOException if that can't be seen
   */
  public static boolean isServed(Path directory) throws IOException {
    Path lock = directory.resolve(DirectoryLayout.LOCK);
    try {
      long lockedMillis = Files.getLastModifiedTime(lock).toMillis();
      return ProcessStart.isAliveSince(
          Long.parseLong(Files.readString(lock).strip()), lockedMillis);
    } catch (NoSuchFileException | NumberFormatException e) {
      return false;
    }
  }

  private Pass pass(
      FileBytes index, FileBytes seals, FileBytes heap, IndexHeader header, Findings findings)
      throws IOException {
    SlotScan slots = SlotScan.of(index, header, findings);
    ExtentCheck extents = new ExtentCheck(header, slots, findings);
    extents.checkPlaces();
    extents.checkNames(heap);
    new SealCheck(header, slots, findings).check(seals);
    int entries = checkTable(index, header, slots, findings);
    PageCheck pages = new PageCheck(header, slots, findings);
    for (Path page : DirectoryLayout.pages(directory)) {
      pages.check(page);
    }
    if (!dead) {
      pages.checkOrphans();
    }
    IndexHeader after = IndexHeader.read(index, findings);
    boolean stoodStill = after != null && after.counts(header);
    if (stoodStill) {
      extents.checkCounters(dead);
    }
    return new Pass(
        findings,
        stoodStill,
        slots.count(SlotState.SEALED) + slots.count(SlotState.HIDDEN),
        slots.count(SlotState.CREATED),
        slots.count(SlotState.RETIRING),
        slots.bytes(),
        entries,
        pages.pages(),
        pages.pins());
  }

  private static int checkTable(
      FileBytes index, IndexHeader header, SlotScan slots, Findings findings) throws IOException {
    if (!header.hasTable()) {
      findings.passingMany(
          Rule.TABLE,
          header.tableLog2() == IndexLayout.STOPPED
              ? "the store has stopped: no table is in force"
              : "a store takes over: no table is in force");
      return 0;
    }
    TableCheck table = new TableCheck(index, header, slots, findings);
    table.run();
    return table.entries();
  }
}
