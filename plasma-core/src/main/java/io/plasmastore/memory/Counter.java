package io.plasmastore.memory;

import java.util.Locale;

/**
 * What the store counts, each in 8 bytes of the index's header where any tool may read it, even
 * after the store has died. The order is the layout: new counters go to the end.
 */
public enum Counter {
  /** Bytes that the store may hold. */
  CAPACITY(Kind.GAUGE),
  /** Bytes of objects, each rounded up to 64. */
  USED(Kind.GAUGE),
  /** The largest object that fits now without moving or deleting another, in bytes. */
  LARGEST_FREE(Kind.GAUGE),
  /** Bytes of the heap that have pages. */
  COMMITTED(Kind.GAUGE),
  /** Objects: being written, sealed, and deleted but still held. */
  OBJECTS(Kind.GAUGE),
  /** Clients connected. */
  CLIENTS(Kind.GAUGE),
  /** Requests of every type that were answered. */
  REQUESTS(Kind.TOTAL),
  /** Objects created. */
  CREATES(Kind.TOTAL),
  /** Objects sealed. */
  SEALS(Kind.TOTAL),
  /** Objects abandoned by their creator, or by its death. */
  ABORTS(Kind.TOTAL),
  /** Objects deleted. */
  DELETES(Kind.TOTAL),
  /** Gets that came to the store since the object was not sealed when the client looked. */
  GETS_ASKED(Kind.TOTAL),
  /** Gets that ended without the object. */
  GETS_TIMED_OUT(Kind.TOTAL),
  /** Requests answered by an error. */
  FAILURES(Kind.TOTAL),
  /** Creates refused for want of room. */
  STORE_FULL(Kind.TOTAL),
  /** Clients that ever connected. */
  SESSIONS(Kind.TOTAL),
  /** Clients that ended without saying so. */
  SESSIONS_LOST(Kind.TOTAL),
  /** Connections closed since they sent what is not the protocol. */
  MALFORMED(Kind.TOTAL),
  /** Connections refused for who was asking, or for too many of them in the handshake. */
  REFUSED(Kind.TOTAL),
  /** Objects dropped to make room. */
  EVICTIONS(Kind.TOTAL),
  /** Bytes of data of the objects dropped to make room. */
  EVICTED_BYTES(Kind.TOTAL),
  /** Subscribers disconnected since they did not read their notices. */
  SUBSCRIBERS_DROPPED(Kind.TOTAL),
  /** How often a store took these objects over from one that died. */
  TAKEOVERS(Kind.TOTAL),
  /** Objects moved to make room in one piece. */
  MOVES(Kind.TOTAL),
  /** Bytes of the objects moved to make room in one piece, each rounded up to 64. */
  MOVED_BYTES(Kind.TOTAL),
  /** Objects that are on disk alone. */
  SPILLED_OBJECTS(Kind.GAUGE),
  /** Bytes of data of the objects that are on disk alone. */
  SPILLED_BYTES(Kind.GAUGE),
  /** Bytes of disk that spilled objects take, in whole blocks of 4096. */
  SPILL_USED(Kind.GAUGE),
  /** Objects that left memory and stayed on disk. */
  SPILLS(Kind.TOTAL),
  /** Objects that came back from disk. */
  RESTORES(Kind.TOTAL),
  /** Objects that could not be written to disk, read back or removed there. */
  SPILL_ERRORS(Kind.TOTAL),
  /** Bytes of memory beside the heap that clients share with each other. */
  SHARED(Kind.GAUGE);

  /** Whether a counter only grows. */
  public enum Kind {
    /** What is now. */
    GAUGE,
    /** What was since the start. */
    TOTAL
  }

  private final Kind kind;

  Counter(Kind kind) {
    this.kind = kind;
  }

  /**
   * Whether this counter only grows.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The name that people and tools see.
   *
   * @return lower case with underscores
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
