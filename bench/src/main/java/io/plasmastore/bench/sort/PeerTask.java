package io.plasmastore.bench.sort;

import io.plasmastore.ObjectId;
import java.util.List;

/**
 * What a process of this JVM's kind is to do.
 *
 * @param program what with
 * @param store socket of the store
 * @param partitions ids of the rows, in hex
 * @param orderBy the keys as SQL and {@link io.plasmastore.sort.SortKey} have them
 * @param order the keys for the check
 * @param effort how often
 * @param variants for ours alone: which
 */
record PeerTask(
    Program program,
    String store,
    List<String> partitions,
    String orderBy,
    List<RowChecksum.SortOrder> order,
    Effort effort,
    List<Variant> variants) {
  /** What sorts. */
  enum Program {
    /** Ours. */
    PLASMA,
    /** DuckDB by JDBC. */
    DUCKDB,
    /** The JDK. */
    PARALLEL_SORT
  }

  /**
   * A way to have ours sort.
   *
   * @param processes whether workers are processes
   * @param workers how many; 0 for as many as it chooses
   * @param verified whether it checks its result
   */
  record Variant(boolean processes, int workers, boolean verified) {
    String label(int processors) {
      int count = workers == 0 ? processors : workers;
      String kind =
          processes ? (count == 1 ? "process" : "processes") : (count == 1 ? "thread" : "threads");
      return "plasma, " + count + " " + kind + (verified ? ", verified" : "");
    }
  }

  List<ObjectId> ids() {
    return partitions.stream().map(ObjectId::fromHex).toList();
  }
}
