package io.plasmastore.stress;

/** The object is being written, its writer has marked it, and the store has not come to look. */
class MarkedState extends SharedState {
  MarkedState() {
    super(false);
    mark(DATA_SIZE);
  }
}
