package io.plasmastore.protocol;

/** What a client may do, as {@link Reply.Welcome} says it. The order is the number on the wire. */
public enum Access {
  /** Everything. */
  READ_WRITE,
  /** Only to read; it pins in its own page, which it writes. */
  READ_ONLY,
  /** Only to read; it has nothing that it could write, and asks for its pins: a guest. */
  GUEST;

  /** Whether it may create, delete and evict. */
  public boolean mayWrite() {
    return this == READ_WRITE;
  }

  /**
   * The access of a number on the wire.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Access of(int number) {
    Limits.check("access", number, 0, values().length - 1);
    return values()[number];
  }
}
