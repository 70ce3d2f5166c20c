package io.plasmastore.os;

import java.io.IOException;

/** A system call that failed, with the number that Linux gave as the reason. */
public final class NativeCallException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  NativeCallException(String call, String facts, int errno, String reason) {
    super(call + " failed: " + facts + " errno=" + errno + " (" + reason + ")");
    this.errno = errno;
  }

  /**
   * Linux's number for the reason, one of the constants of {@link Posix}.
   *
   * @return the number
   */
  public int errno() {
    return errno;
  }
}
