package io.plasmastore;

import java.util.List;

/**
 * What {@link StoreFiles#verify} found.
 *
 * @param live whether a living store serves from the files
 * @param sealed how many sealed objects there are
 * @param created how many objects are being written
 * @param retiring how many deleted objects are still held
 * @param bytes of the heap that objects take, each rounded up to 64
 * @param entries how many entries the table has
 * @param pages how many pages of clients there are
 * @param pins how often these hold objects
 * @param passes how often all was looked at
 * @param countersCompared whether the counters could be compared with what is there: not under a
 *     store that never stood still
 * @param notes what is worth saying and not wrong
 * @param faults what is wrong; empty if all is as it should be
 * @param moreFaults how many faults were found beside those that are listed
 */
public record VerifyReport(
    boolean live,
    int sealed,
    int created,
    int retiring,
    long bytes,
    int entries,
    int pages,
    long pins,
    int passes,
    boolean countersCompared,
    List<String> notes,
    List<Fault> faults,
    long moreFaults) {

  /** Copies the lists. */
  public VerifyReport {
    notes = List.copyOf(notes);
    faults = List.copyOf(faults);
  }

  /**
   * One thing that is wrong.
   *
   * @param rule which rule was broken: header, counters, slot, extent, overlap, table, name, page
   *     or pin
   * @param text what is wrong and where, with the numbers
   */
  public record Fault(String rule, String text) {}
}
