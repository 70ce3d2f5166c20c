package io.plasmastore;

/**
 * What went wrong in the store or on the way to it. The numbers travel on the wire and never change
 * their meaning; they are listed in {@code docs/protocol.md}.
 */
public enum ErrorCode {
  /** An object of this id exists already, sealed or still being written. */
  OBJECT_EXISTS(1),
  /** No object of this id exists, or it was deleted. */
  OBJECT_NOT_FOUND(2),
  /** The object is still being written by the one who created it. */
  OBJECT_NOT_SEALED(3),
  /** The object is sealed already, so it can neither be sealed again nor aborted. */
  OBJECT_SEALED(4),
  /** The object can never fit: it is larger than the whole store. */
  OBJECT_TOO_LARGE(5),
  /** There is no room now; the message says how much was wanted and how much is free. */
  STORE_FULL(6),
  /** The time given for waiting is over. */
  TIMED_OUT(7),
  /** The client was closed, before or during the call. */
  CLIENT_CLOSED(8),
  /** No store answers: it never ran, was stopped, or died. */
  STORE_GONE(9),
  /** The store does not admit this user or this operation. */
  ACCESS_DENIED(10),
  /** The other side sent something that is not the protocol. */
  PROTOCOL_ERROR(11),
  /** The other side, or the files found, are of another version. */
  VERSION_MISMATCH(12),
  /** A stated limit (objects, ids in a request, clients) would be exceeded. */
  LIMIT_EXCEEDED(13),
  /** A defect of the store itself; its log has more. */
  INTERNAL_ERROR(14),
  /** The object is on disk, and its files are damaged, missing or can't be read. */
  OBJECT_DAMAGED(15);

  private static final ErrorCode[] BY_CODE = new ErrorCode[values().length + 1];

  static {
    for (ErrorCode value : values()) {
      BY_CODE[value.code] = value;
    }
  }

  private final int code;

  ErrorCode(int code) {
    this.code = code;
  }

  /**
   * The number on the wire.
   *
   * @return 1 or more
   */
  public int code() {
    return code;
  }

  /**
   * The error of a number on the wire.
   *
   * @param code the number
   * @return the error
   * @throws IllegalArgumentException if no error has that number
   */
  public static ErrorCode of(int code) {
    if (code < 1 || code >= BY_CODE.length) {
      throw new IllegalArgumentException(
          "unknown error code: code=" + code + " max=" + (BY_CODE.length - 1));
    }
    return BY_CODE[code];
  }
}
