package io.plasmastore.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What is wrong with a store's files. A text names its object by slot and generation, so that the
 * same text in a second look means that the same thing is still wrong.
 */
public final class Findings {
  /** How many are kept; the others are only counted. */
  static final int MAX_KEPT = 10_000;

  private final Set<Fault> faults = new LinkedHashSet<>();
  private final List<String> notes = new ArrayList<>();
  // By the form of the text: each kind of step is excused by itself.
  private final Set<String> excused = new HashSet<>();
  private final boolean midStep;
  private long dropped;

  /** What was broken. */
  public enum Rule {
    /** The files are a store's of this version, and of the lengths that the header says. */
    HEADER,
    /** The counters agree with what is there. */
    COUNTERS,
    /** A slot's state and fields make sense. */
    SLOT,
    /** An object's bytes lie aligned and within the heap. */
    EXTENT,
    /** No byte belongs to two objects. */
    OVERLAP,
    /** The table has one entry, where it is found, for each object that can be found. */
    TABLE,
    /** A name is the one of its id. */
    NAME,
    /** A client's page says whose it is. */
    PAGE,
    /** Seal marks are of objects that are being written, and no larger than these. */
    MARK,
    /** Pins are on objects, and what is being written or deleted is somebody's. */
    PIN;

    /**
     * The name that people and tools see.
     *
     * @return lower case
     */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One thing that is wrong.
   *
   * @param rule what was broken
   * @param text where, with the numbers
   */
  public record Fault(Rule rule, String text) {}

  /**
   * Nothing is wrong yet.
   *
   * @param midStep whether the store died, perhaps in the middle of one step
   */
  Findings(boolean midStep) {
    this.midStep = midStep;
  }

  /** Whether the store may have died in the middle of a step. */
  boolean isMidStep() {
    return midStep;
  }

  /** Something that is never right. */
  void fault(Rule rule, String text, Object... values) {
    if (faults.size() < MAX_KEPT) {
      faults.add(new Fault(rule, text.formatted(values)));
    } else {
      dropped++;
    }
  }

  /**
   * Something that a store does for a moment, once at a time: right where it died in that moment.
   */
  void passing(Rule rule, String text, Object... values) {
    if (midStep && excused.add(text)) {
      note("it died in the middle of a step: " + text, values);
    } else {
      fault(rule, text, values);
    }
  }

  /** Something that a store does for a moment with many: right where it died in that moment. */
  void passingMany(Rule rule, String text, Object... values) {
    if (!midStep) {
      fault(rule, text, values);
    } else if (excused.add(text)) {
      note("it died in the middle of a step: " + text, values);
    }
  }

  /** Something worth saying that is not wrong. */
  void note(String text, Object... values) {
    notes.add(text.formatted(values));
  }

  /** Keeps what others found as well. */
  public void retain(Collection<Fault> others) {
    faults.retainAll(others);
  }

  /**
   * What is wrong, in the order in which it was found.
   *
   * @return the faults that are kept
   */
  public List<Fault> faults() {
    return List.copyOf(faults);
  }

  /**
   * How many faults there were more than are kept.
   *
   * @return the count
   */
  public long dropped() {
    return dropped;
  }

  /**
   * What is worth saying and not wrong.
   *
   * @return sentences
   */
  public List<String> notes() {
    return List.copyOf(notes);
  }
}
