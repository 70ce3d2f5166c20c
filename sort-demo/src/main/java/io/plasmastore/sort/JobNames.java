package io.plasmastore.sort;

import io.plasmastore.ObjectId;

/**
 * What the objects of one sort are called. All have the names of docs/sort.md under one prefix, so
 * that they can be found again and seen in a listing.
 *
 * @param prefix what all of them begin with, without the slash
 */
record JobNames(String prefix) {
  private static final int MARK_DIGITS = 12;

  /** Names of something new, a sort or a partitioning, which no other has. */
  static JobNames random(Arrangement arrangement) {
    String mark = ObjectId.random().toHex().substring(0, MARK_DIGITS);
    return new JobNames(arrangement.title() + "/" + mark);
  }

  /** What the sort is to do: schema and keys. */
  ObjectId job() {
    return named("job");
  }

  /** Where the buckets end. */
  ObjectId splitters() {
    return named("splitters");
  }

  /** Rows of which splitters are chosen. */
  ObjectId sample() {
    return named("sample");
  }

  /** A slice's rows of one bucket, made by the attempt that this is. */
  ObjectId piece(int slice, int attempt, int bucket) {
    return named("piece/" + attempted(slice, attempt) + "/" + bucket);
  }

  /** The rows of a bucket, in order. */
  ObjectId bucket(int bucket, int attempt) {
    return named("bucket/" + attempted(bucket, attempt));
  }

  /** The list of the buckets. */
  ObjectId manifest() {
    return named("manifest");
  }

  /** Whether an object is one of this sort's. */
  boolean isOwn(ObjectId id) {
    return id.name().filter(name -> name.startsWith(prefix + "/")).isPresent();
  }

  private ObjectId named(String rest) {
    return ObjectId.named(prefix + "/" + rest);
  }

  // What a dead worker has made stays in the way until it is swept: another attempt has names of
  // its own.
  private static String attempted(int number, int attempt) {
    return attempt == 0 ? Integer.toString(number) : number + "." + attempt;
  }
}
