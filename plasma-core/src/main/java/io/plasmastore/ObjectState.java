package io.plasmastore;

/** Where an object is in its life. */
public enum ObjectState {
  /** Being written; only its creator sees it. */
  CREATED,
  /** Complete and unchangeable; anybody may get it. */
  SEALED,
  /** Deleted, hidden, and waiting for its last reader to let go. */
  RETIRING,
  /** Complete, and on disk alone; a get brings it back to memory. */
  SPILLED
}
