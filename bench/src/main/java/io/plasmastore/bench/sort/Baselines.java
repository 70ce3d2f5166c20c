package io.plasmastore.bench.sort;

import io.plasmastore.ObjectId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What else this machine offers to sort one column of doubles, on the rows that lie in a store:
 * {@link java.util.Arrays#parallelSort} of a copy in the Java heap, and DuckDB through JDBC with
 * Arrow streams in and out. Each is timed once after it has warmed up, in a process of its own.
 */
public final class Baselines {
  /** Rows in the store beside a copy, and as much again to sort it, or what DuckDB takes. */
  private static final int BYTES_PER_ROW = 36;

  /** Rows in the store, and their pieces or buckets. */
  private static final int SHARED_BYTES_PER_ROW = 20;

  private static final Duration PATIENCE = Duration.ofMinutes(40);
  private static final Effort ONCE = new Effort(1, 0);

  private Baselines() {}

  /**
   * How many of so many rows this machine's memory is enough for.
   *
   * @param rows wanted
   * @return as many or fewer, no more than a Java array holds
   */
  public static long fittingRows(long rows) throws IOException {
    return SortRoom.now()
        .fitting(
            BYTES_PER_ROW,
            SHARED_BYTES_PER_ROW,
            Math.max(1, Math.min(rows, Integer.MAX_VALUE - 8)));
  }

  /**
   * Has all of them sort.
   *
   * @param store where the rows are
   * @param partitions dataframes of one float64 column without nulls; they stay as they are
   * @param column its name
   * @param rows of all
   * @param progress is told what comes next
   * @return what came of each; one that failed says why
   */
  public static List<Outcome> run(
      Path store, List<ObjectId> partitions, String column, long rows, Consumer<String> progress)
      throws IOException, InterruptedException {
    List<Outcome> outcomes = new ArrayList<>();
    for (PeerTask.Program program :
        List.of(PeerTask.Program.PARALLEL_SORT, PeerTask.Program.DUCKDB)) {
      boolean jdk = program == PeerTask.Program.PARALLEL_SORT;
      String what = (jdk ? Peer.PARALLEL_SORT : Peer.DUCKDB_JAVA).label();
      progress.accept(what);
      PeerTask task =
          new PeerTask(
              program,
              store.toString(),
              partitions.stream().map(ObjectId::toHex).toList(),
              column + " ASC",
              List.of(new RowChecksum.SortOrder(0, false)),
              ONCE,
              List.of());
      long heap = jdk ? SortRoom.heapOfParallelSort(rows) : 0;
      for (Outcome outcome : PeerProcess.run(task, what, heap, PATIENCE)) {
        boolean wrong =
            outcome.failure() == null && (outcome.rows() != rows || outcome.disordered() != 0);
        outcomes.add(
            wrong
                ? Outcome.failed(
                    what,
                    "sorted wrongly: rows="
                        + outcome.rows()
                        + " disordered="
                        + outcome.disordered())
                : outcome);
      }
    }
    return outcomes;
  }
}
