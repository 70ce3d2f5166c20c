package io.plasmastore.protocol;

import java.util.Arrays;
import java.util.List;

/**
 * The descriptors that follow a {@link Reply.Welcome} frame, in the order of their declaration.
 * Each rides (SCM_RIGHTS) on one byte of its own, which means nothing, right behind the frame.
 */
public enum Descriptor {
  /** The object index, opened read-only. */
  INDEX,
  /** This client's page, opened for reading and writing; for a guest read-only. */
  PAGE,
  /**
   * What writers mark as sealed, opened for reading and writing; read-only for who may only read.
   */
  SEALS,
  /** The heap as objects are read through it, opened read-only. */
  HEAP_READ_ONLY,
  /**
   * The heap as objects are created through it, opened for reading and writing. Only who may write
   * gets it.
   */
  HEAP_READ_WRITE;

  /** Those that follow the frame for a client, one byte each. */
  public static List<Descriptor> of(Access access) {
    return Arrays.stream(values())
        .filter(descriptor -> access.mayWrite() || descriptor != HEAP_READ_WRITE)
        .toList();
  }
}
