package io.plasmastore;

import java.lang.foreign.MemorySegment;

/**
 * A small object to be created and sealed together with others.
 *
 * @param id what to call it
 * @param data its bytes, at most 64 KiB, copied when it is created
 * @param options its metadata, and whether it is kept; the timeout is the batch's
 */
public record NewSealedObject(ObjectId id, MemorySegment data, ObjectOptions options) {
  /**
   * An object without metadata.
   *
   * @param id what to call it
   * @param data its bytes, at most 64 KiB, not copied before it is created
   * @return the object
   */
  public static NewSealedObject of(ObjectId id, byte[] data) {
    return new NewSealedObject(id, MemorySegment.ofArray(data), ObjectOptions.DEFAULT);
  }
}
