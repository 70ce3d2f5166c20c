package io.plasmastore.memory;

import io.plasmastore.ObjectState;

/**
 * The word that says what a slot holds: the state in the low 8 bits and the generation, which
 * counts how often the slot was re-used or its object moved, in the upper 56. One 64-bit word, so
 * that both are read at once: a slot has the same object as before, at the same place, if and only
 * if its generation is the same.
 *
 * <pre>
 *  63                                     8 7        0
 * +----------------------------------------+----------+
 * | generation                             | state    |
 * +----------------------------------------+----------+
 * </pre>
 */
public final class SlotState {
  /** Nothing is here. */
  public static final int FREE = 0;

  /** An object is being written. */
  public static final int CREATED = 1;

  /** An object that may be read. */
  public static final int SEALED = 2;

  /** A deleted object that may still be read by those who have it pinned. */
  public static final int RETIRING = 3;

  /**
   * A sealed object that nobody can pin for a moment, while the store looks whether anybody holds
   * it. After the death of a store it is a sealed object like any other.
   */
  public static final int HIDDEN = 4;

  /** In listings: an object on disk alone. No slot has this state. */
  public static final int SPILLED = 16;

  private static final int GENERATION_SHIFT = 8;
  private static final long STATE_MASK = 0xFF;

  private SlotState() {}

  /**
   * Joins the two parts.
   *
   * @param generation of the slot
   * @param state one of the five
   * @return the word
   */
  public static long word(long generation, int state) {
    return generation << GENERATION_SHIFT | state;
  }

  /**
   * The state in a word.
   *
   * @param word of a slot
   * @return one of the five, or a number that no store writes
   */
  public static int state(long word) {
    return (int) (word & STATE_MASK);
  }

  /**
   * The generation in a word.
   *
   * @param word of a slot
   * @return the generation
   */
  public static long generation(long word) {
    return word >>> GENERATION_SHIFT;
  }

  /**
   * The public name of a state.
   *
   * @param state {@link #CREATED}, {@link #SEALED}, {@link #RETIRING} or {@link #SPILLED}
   * @return its name
   * @throws IllegalArgumentException for another number
   */
  public static ObjectState named(int state) {
    return switch (state) {
      case CREATED -> ObjectState.CREATED;
      case SEALED -> ObjectState.SEALED;
      case RETIRING -> ObjectState.RETIRING;
      case SPILLED -> ObjectState.SPILLED;
      default -> throw new IllegalArgumentException("no object has this state: state=" + state);
    };
  }
}
