package io.plasmastore.fault;

import java.util.Locale;

/**
 * One call of a client on one object: somewhere between its begin and its end it took effect, or
 * not at all where its outcome is not known.
 *
 * @param client who called
 * @param kind what
 * @param object the number of the id
 * @param version what was written or read; 0 where neither
 * @param outcome what the client was told
 * @param begin before the call, in nanoseconds of the clock that all processes share
 * @param end after it
 */
record Operation(
    int client, Kind kind, int object, long version, Outcome outcome, long begin, long end) {
  /** The end of a call that has not returned. */
  static final long OPEN = Long.MAX_VALUE;

  enum Kind {
    CREATE,
    SEAL,
    ABORT,
    CREATE_AND_SEAL,
    GET,
    CONTAINS,
    DELETE,

    /** The store undoes what somebody was writing who is gone. */
    ABANDON
  }

  enum Outcome {
    DONE,
    EXISTS,
    NOT_FOUND,
    NOT_SEALED,
    FULL,
    UNKNOWN
  }

  Operation withBegin(long nanos) {
    return new Operation(client, kind, object, version, outcome, nanos, end);
  }

  Operation withEnd(long nanos) {
    return new Operation(client, kind, object, version, outcome, begin, nanos);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d..%d client %d: %s object %d version %x: %s",
        begin,
        end,
        client,
        kind,
        object,
        version,
        outcome);
  }
}
