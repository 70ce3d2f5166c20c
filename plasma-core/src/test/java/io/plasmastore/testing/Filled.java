package io.plasmastore.testing;

import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Objects with bytes that no other id has at the same place: whoever reads them can tell. */
public final class Filled {
  private Filled() {}

  /** Writes an object's bytes. */
  public static void fill(ObjectId id, MemorySegment data) {
    long words = data.byteSize() / Long.BYTES;
    long hash = id.hash64();
    for (long i = 0; i < words; i++) {
      data.setAtIndex(ValueLayout.JAVA_LONG, i, word(hash, i));
    }
    for (long i = words * Long.BYTES; i < data.byteSize(); i++) {
      data.set(ValueLayout.JAVA_BYTE, i, (byte) hash);
    }
  }

  /**
   * Looks at every byte.
   *
   * @throws AssertionError with the first place where another one stands
   */
  public static void assertWhole(SealedObject object) {
    MemorySegment data = object.data();
    long words = data.byteSize() / Long.BYTES;
    long hash = object.id().hash64();
    for (long i = 0; i < words; i++) {
      if (data.getAtIndex(ValueLayout.JAVA_LONG, i) != word(hash, i)) {
        throw new AssertionError("not what was written: object=" + object + " at=" + i * 8);
      }
    }
    for (long i = words * Long.BYTES; i < data.byteSize(); i++) {
      if (data.get(ValueLayout.JAVA_BYTE, i) != (byte) hash) {
        throw new AssertionError("not what was written: object=" + object + " at=" + i);
      }
    }
  }

  private static long word(long hash, long index) {
    return (hash ^ index) * 0x9E37_79B9_7F4A_7C15L;
  }
}
