package io.plasmastore.sort;

/** Which rows share a bucket, and in which order they stand there. */
enum Arrangement {
  /** Those between two splitters, rows of equal keys divided among buckets; in order. */
  SORTED("sort"),
  /** Those whose keys' hashes share a range; as they stood. */
  HASHED("partition"),
  /** Those between two splitters, all of equal keys together; as they stood. */
  RANGED("partition");

  private final String title;

  Arrangement(String title) {
    this.title = title;
  }

  /** What is done, in a word, with which the names of the objects begin too. */
  String title() {
    return title;
  }
}
