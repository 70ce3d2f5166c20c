package io.plasmastore.arrow.records;

import io.plasmastore.ObjectId;

/**
 * The object that records are read from, and whether it still may be. The flag is not volatile:
 * that would cost the loops over columns most of their speed. So a thread that reads while another
 * closes may see what the memory holds next; it never leaves the mapping, whose own check ends it
 * when the client has unmapped it.
 */
final class HeldObject {
  private final ObjectId id;
  private final Runnable release;
  private boolean closed;

  HeldObject(ObjectId id, Runnable release) {
    this.id = id;
    this.release = release;
  }

  ObjectId id() {
    return id;
  }

  void requireOpen() {
    if (closed) {
      throw closed();
    }
  }

  void close() {
    closed = true;
    release.run();
  }

  private IllegalStateException closed() {
    return new IllegalStateException("the records were closed: id=" + id);
  }
}
