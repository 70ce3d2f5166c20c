package io.plasmastore;

/**
 * Something that happened to an object.
 *
 * @param sequence number of the notice within its subscription, from 1 without a gap
 * @param kind what happened
 * @param id the object, without its name
 * @param size of its data in bytes
 */
public record ObjectNotice(long sequence, Kind kind, ObjectId id, long size) {
  /** What can happen to an object. */
  public enum Kind {
    /** It was sealed and can be got. */
    SEALED,
    /** It was deleted. */
    DELETED,
    /** It was dropped to make room. */
    EVICTED
  }
}
