package io.plasmastore.bench.sort;

/** Whom the sort is measured against. */
enum Peer {
  /** {@link java.util.Arrays#parallelSort} of a copy in the Java heap: one column of doubles. */
  PARALLEL_SORT("Arrays.parallelSort", false),
  /** DuckDB through JDBC, with Arrow streams in and out. */
  DUCKDB_JAVA("duckdb-jdbc", false),
  /** DuckDB in Python. */
  DUCKDB("duckdb", true),
  /** Polars. */
  POLARS("polars", true),
  /** Pandas. */
  PANDAS("pandas", true),
  /** NumPy: one column. */
  NUMPY("numpy", true),
  /** Arrow's C++ library in Python. */
  PYARROW("pyarrow", true);

  private final String label;
  private final boolean python;

  Peer(String label, boolean python) {
    this.label = label;
    this.python = python;
  }

  /** As reports name it; for those in Python also the module. */
  String label() {
    return label;
  }

  boolean isPython() {
    return python;
  }

  boolean sortsOneColumnOnly() {
    return this == PARALLEL_SORT || this == NUMPY;
  }
}
