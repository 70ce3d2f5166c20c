package io.plasmastore.sort;

import java.util.List;

/**
 * What the prefixes of rows are made of: those of the values, in their direction, and where nulls
 * stand. Immutable.
 *
 * <p>Where the first key is narrow and others follow, the prefix of the first key is
 * <i>combined</i> with the highest bits of the second's, so that few rows are left to compare:
 *
 * <pre>
 *   63                    w  w-1                 0
 *   +-----------------------+---------------------+
 *   | first key, sign, null | second key, highest |
 *   +-----------------------+---------------------+
 * </pre>
 *
 * @param keys to sort by
 * @param types of the keys' columns
 */
record KeyRules(List<SortKey> keys, List<KeyType> types) {
  /** Bits of the second key beside a first one of 16 bits or less, and of 32 bits or less. */
  private static final int BESIDE_16 = Long.SIZE - 18;

  private static final int BESIDE_32 = Long.SIZE - 34;

  KeyRules {
    keys = List.copyOf(keys);
    types = List.copyOf(types);
  }

  int count() {
    return keys.size();
  }

  /** Bits of the second key in the prefix of the first; 0 if it is the first key's alone. */
  int secondBits() {
    if (keys.size() < 2 || !(types.getFirst() instanceof NumberForm first)) {
      return 0;
    }
    return switch (first.width()) {
      case 1, 2 -> first == NumberForm.FLOAT16 ? BESIDE_32 : BESIDE_16;
      case 4 -> BESIDE_32;
      default -> 0;
    };
  }

  /** A value's prefix in the direction of its key. */
  long directed(int key, long prefix) {
    return keys.get(key).isDescending() ? ~prefix : prefix;
  }

  /** The prefix of a null: the end of the range at which nulls stand. */
  long ofNull(int key) {
    return keys.get(key).areNullsFirst() ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  /**
   * The prefixes of first and second key in one.
   *
   * @param secondBits more than 0
   */
  static long combined(long first, long second, int secondBits) {
    // A narrow value needs one bit less than there is room for: so a null, at the end of the room,
    // is none of them.
    long end = Long.MAX_VALUE >> secondBits;
    long clamped = Math.clamp(first, ~end, end);
    return (clamped << secondBits) | ((second ^ Long.MIN_VALUE) >>> (Long.SIZE - secondBits));
  }

  /**
   * Whether rows with this prefix of a key have equal values of that key whenever they share it.
   */
  boolean decides(int key, long prefix) {
    return (key == 0 && secondBits() > 0) || types.get(key).decides(directed(key, prefix));
  }

  /** Whether all prefixes of a key decide, but for those at the ends of the range of a long. */
  boolean decidesWithinRange(int key) {
    return (key == 0 && secondBits() > 0) || types.get(key) instanceof NumberForm;
  }

  /**
   * Whether values that share this prefix of a key, which does not decide, have more bytes behind
   * it to make prefixes of.
   */
  boolean goesDeeper(int key, long prefix) {
    return types.get(key) instanceof BytesType
        && prefix != Long.MIN_VALUE
        && prefix != Long.MAX_VALUE;
  }

  /** What a comparison of two values, or nulls, becomes in the direction of a key. */
  int directed(int key, int order) {
    return keys.get(key).isDescending() ? -order : order;
  }

  /** The order of two rows of which at least one has a null in a key. */
  int nulls(int key, boolean one, boolean two) {
    int order = Boolean.compare(one, two);
    return keys.get(key).areNullsFirst() ? -order : order;
  }
}
