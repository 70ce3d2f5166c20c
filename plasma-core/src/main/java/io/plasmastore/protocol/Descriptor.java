package io.plasmastore.protocol;

/**
 * The descriptors that follow a {@link Reply.Welcome} frame, in the order of their declaration.
 * Each rides (SCM_RIGHTS) on one byte of its own, which means nothing, right behind the frame.
 */
public enum Descriptor {
  /** The object index, opened read-only. */
  INDEX,
  /** This client's page, opened for reading and writing. */
  PAGE,
  /** The heap as objects are read through it, opened read-only. */
  HEAP_READ_ONLY,
  /** The heap as objects are created through it, opened for reading and writing. */
  HEAP_READ_WRITE;

  /** How many descriptors, and bytes, follow the frame. */
  public static final int COUNT = values().length;
}
