package io.plasmastore.fault;

import java.util.Arrays;
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

  /** Stands for every version that nobody has seen. */
  static final long UNSEEN = Long.MAX_VALUE;

  enum Kind {
    CREATE('c'),
    SEAL('s'),
    ABORT('a'),
    CREATE_AND_SEAL('b'),
    GET('g'),
    CONTAINS('?'),
    DELETE('d'),

    /** The store undoes what somebody was writing who is gone. */
    ABANDON('x');

    private final char code;

    Kind(char code) {
      this.code = code;
    }

    /** As a journal has it. */
    char code() {
      return code;
    }

    static Kind of(char code) {
      return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst().orElseThrow();
    }
  }

  enum Outcome {
    DONE('+'),
    EXISTS('e'),
    NOT_FOUND('-'),
    NOT_SEALED('w'),
    FULL('f'),

    /** Nothing was done, and the reason may be another object of the same call. */
    REFUSED('r'),
    UNKNOWN('?');

    private final char code;

    Outcome(char code) {
      this.code = code;
    }

    /** As a journal has it. */
    char code() {
      return code;
    }

    static Outcome of(char code) {
      return Arrays.stream(values())
          .filter(outcome -> outcome.code == code)
          .findFirst()
          .orElseThrow();
    }
  }

  /** The same of a version that nobody has ever seen: whether it was is not known, either. */
  Operation unseen() {
    return new Operation(
        client, kind, object, UNSEEN, kind == Kind.ABANDON ? Outcome.UNKNOWN : outcome, begin, end);
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
