package io.plasmastore.fault;

/** What becomes of objects that there is no room for. */
enum Room {
  /** There is room for everything: nothing may ever be lost. */
  AMPLE,

  /** Sealed objects are dropped. */
  DROPPING,

  /** Sealed objects go to disk and come back: nothing may ever be lost, either. */
  SPILLING;

  /** Whether clients ask the store to evict. */
  boolean isEvicting() {
    return this != AMPLE;
  }

  /** Whether a sealed object may be gone that nobody deleted. */
  boolean mayDrop() {
    return this == DROPPING;
  }

  /** Whether an object may be on disk alone. */
  boolean isSpilling() {
    return this == SPILLING;
  }
}
