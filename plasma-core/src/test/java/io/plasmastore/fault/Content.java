package io.plasmastore.fault;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/**
 * What an object holds: its metadata names its version, and every byte of it follows from its id,
 * its version and its size. Whatever was changed, mixed up or cut off shows.
 */
final class Content {
  private static final long STEP = 0x9E37_79B9_7F4A_7C15L;
  private static final int METADATA_SIZE = 3 * Long.BYTES;

  private Content() {}

  /** The ids of a run: few, so that everybody meets. */
  static ObjectId[] ids(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> ObjectId.named("fault/" + i))
        .toArray(ObjectId[]::new);
  }

  /** Writes all data of a version. */
  static void fill(MemorySegment data, ObjectId id, long version) {
    long seed = seed(id, version, data.byteSize());
    long words = data.byteSize() / Long.BYTES;
    for (long i = 0; i < words; i++) {
      data.setAtIndex(JAVA_LONG_UNALIGNED, i, mix(seed + i));
    }
    for (long at = words * Long.BYTES; at < data.byteSize(); at++) {
      data.set(JAVA_BYTE, at, (byte) mix(seed + at));
    }
  }

  static byte[] metadata(ObjectId id, long version, long size) {
    byte[] bytes = new byte[METADATA_SIZE];
    MemorySegment segment = MemorySegment.ofArray(bytes);
    segment.setAtIndex(JAVA_LONG_UNALIGNED, 0, version);
    segment.setAtIndex(JAVA_LONG_UNALIGNED, 1, size);
    segment.setAtIndex(JAVA_LONG_UNALIGNED, 2, seed(id, version, size));
    return bytes;
  }

  /**
   * Looks at every byte of an object.
   *
   * @return its version
   * @throws AssertionError if it is not what some version of this id was
   */
  static long check(SealedObject object) {
    MemorySegment metadata = object.metadata();
    if (metadata.byteSize() != METADATA_SIZE) {
      throw new AssertionError("metadata of another size: " + object);
    }
    long version = metadata.getAtIndex(JAVA_LONG_UNALIGNED, 0);
    long size = metadata.getAtIndex(JAVA_LONG_UNALIGNED, 1);
    long seed = metadata.getAtIndex(JAVA_LONG_UNALIGNED, 2);
    if (size != object.size() || seed != seed(object.id(), version, size)) {
      throw new AssertionError(
          "metadata of another object: %s version=%x size=%d".formatted(object, version, size));
    }
    MemorySegment data = object.data();
    long words = size / Long.BYTES;
    for (long i = 0; i < words; i++) {
      if (data.getAtIndex(JAVA_LONG_UNALIGNED, i) != mix(seed + i)) {
        throw changed(object, version, i * Long.BYTES);
      }
    }
    for (long at = words * Long.BYTES; at < size; at++) {
      if (data.get(JAVA_BYTE, at) != (byte) mix(seed + at)) {
        throw changed(object, version, at);
      }
    }
    return version;
  }

  private static AssertionError changed(SealedObject object, long version, long at) {
    return new AssertionError("data changed: %s version=%x at=%d".formatted(object, version, at));
  }

  private static long seed(ObjectId id, long version, long size) {
    return mix(id.hash64() ^ mix(version) ^ mix(size * STEP));
  }

  // The finalizer of SplitMix64.
  private static long mix(long value) {
    long z = value * STEP;
    z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return z ^ (z >>> 31);
  }
}
