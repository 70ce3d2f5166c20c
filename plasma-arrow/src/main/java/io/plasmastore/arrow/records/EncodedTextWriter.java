package io.plasmastore.arrow.records;

import org.jspecify.annotations.Nullable;

/**
 * Texts as indices into a {@link TextDictionary}. Texts that were met lately are looked up here,
 * which touches nothing that another thread has.
 */
final class EncodedTextWriter extends Writer {
  private static final int SLOT_BITS = 10;

  /** Spreads the hashes of texts that differ in their last letters only. */
  private static final int SPREAD = 0x9E3779B1;

  private final TextDictionary dictionary;
  private final GrowingBuffer indices;

  // A text and its index, by the text's hash.
  private final @Nullable String[] texts = new @Nullable String[1 << SLOT_BITS];
  private final int[] known = new int[1 << SLOT_BITS];

  EncodedTextWriter(Place place, TextDictionary dictionary) {
    super(place);
    this.dictionary = dictionary;
    this.indices = buffer((long) place.rows() * Integer.BYTES);
  }

  @Override
  void write(Object value) {
    String text = (String) value;
    int slot = (text.hashCode() * SPREAD) >>> (Integer.SIZE - SLOT_BITS);
    if (!text.equals(texts[slot])) {
      known[slot] = indexOf(text);
      texts[slot] = text;
    }
    indices.putInt(known[slot]);
  }

  @Override
  void writeNothing() {
    indices.putInt(0);
  }

  @Override
  boolean isFlat() {
    return true;
  }

  @Override
  boolean reserveDictionary(int all) {
    return dictionary.reserve(indices, count(), all);
  }

  private int indexOf(String text) {
    try {
      return dictionary.indexOf(text);
    } catch (UnfitException e) {
      throw unfit(e.reason(), e);
    }
  }
}
