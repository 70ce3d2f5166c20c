package io.plasmastore.arrow.records;

import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;

/**
 * The object that records are read from, and whether it still may be. The flag is not volatile:
 * that would cost the loops over columns most of their speed. So a thread that reads while another
 * closes may see what the memory holds next; it never leaves the mapping, whose own check ends it
 * when the client has unmapped it.
 */
final class HeldObject {
  private final SealedObject object;
  private boolean closed;

  HeldObject(SealedObject object) {
    this.object = object;
  }

  ObjectId id() {
    return object.id();
  }

  void requireOpen() {
    if (closed) {
      throw closed();
    }
  }

  void close() {
    closed = true;
    object.close();
  }

  private IllegalStateException closed() {
    return new IllegalStateException("the records were closed: id=" + object.id());
  }
}
