package io.plasmastore.arrow.records;

import java.nio.charset.StandardCharsets;

/** Texts or byte arrays, with offsets of 32 bits. */
final class VariableWriter extends Writer {
  private static final int EXPECTED_SIZE = 8;

  private final boolean text;
  private final GrowingBuffer offsets;
  private final GrowingBuffer bytes;

  VariableWriter(Place place, boolean text) {
    super(place);
    this.text = text;
    this.offsets = buffer((place.rows() + 1L) * Integer.BYTES);
    this.bytes = buffer((long) place.rows() * EXPECTED_SIZE);
    offsets.putInt(0);
  }

  @Override
  void write(Object value) {
    if (!text || !writeShort((String) value)) {
      byte[] added = text ? encode((String) value) : (byte[]) value;
      if (bytes.size() + added.length > Integer.MAX_VALUE) {
        throw unfit("a batch has room for 2 GB of a column: size=" + added.length, null);
      }
      bytes.putBytes(added);
    }
    offsets.putInt((int) bytes.size());
    place().limit().reach(bytes.size());
  }

  @Override
  void writeNothing() {
    offsets.putInt((int) bytes.size());
  }

  /** Writes a text of a few ASCII characters in one go, which takes no array in between. */
  private boolean writeShort(String value) {
    int length = value.length();
    if (length > Long.BYTES || bytes.size() > Integer.MAX_VALUE - Long.BYTES) {
      return false;
    }
    long packed = 0;
    int all = 0;
    for (int i = 0; i < length; i++) {
      char one = value.charAt(i);
      all |= one;
      packed |= (long) one << (i * Byte.SIZE);
    }
    if (all >= 0x80) {
      return false;
    }
    bytes.putFirst(packed, length);
    return true;
  }

  private byte[] encode(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    // Half a surrogate pair has become a question mark, and would come back as one.
    for (byte one : utf8) {
      if (one == '?') {
        requireWhole(value);
        break;
      }
    }
    return utf8;
  }

  private void requireWhole(String value) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw unfit("half a surrogate pair, which UTF-8 can't hold", null);
    }
  }
}
