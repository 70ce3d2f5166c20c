package io.plasmastore;

/**
 * An object to be created together with others, and then written.
 *
 * @param id what to call it; a {@link ObjectId#named named} id is listed by its name
 * @param size of its data in bytes, 0 or more
 */
public record NewObject(ObjectId id, long size) {
  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public NewObject {
    if (size < 0) {
      throw new IllegalArgumentException("size out of range: size=" + size + " min=0");
    }
  }
}
