package io.plasmastore.bench.sort;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.plasmastore.ClientOptions;
import io.plasmastore.PlasmaClient;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.ArrowObject;
import io.plasmastore.bench.process.ChildProcess;
import io.plasmastore.bench.process.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** A JVM that sorts with one program and nothing else, so that its memory is that program's. */
public final class PeerProcess {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long MEGA = 1 << 20;

  /** DuckDB's own default, but of what is free. */
  private static final double SHARE_OF_MEMORY = 0.8;

  /** Arrow says at length which allocator it has found. Held here, or the level is forgotten. */
  private static final Logger ARROW_LOG = Logger.getLogger("org.apache.arrow");

  private PeerProcess() {}

  /**
   * Runs a task in a new process, which ends with this one, and gives what came of it; a process
   * that dies is a failure.
   *
   * @param what who it is, for a failure
   * @param heapBytes what its Java heap needs; 0 for the default
   */
  static List<Outcome> run(PeerTask task, String what, long heapBytes, Duration patience)
      throws IOException, InterruptedException {
    List<String> flags = new ArrayList<>();
    if (heapBytes > 0) {
      flags.add("-Xmx" + heapBytes / MEGA + "m");
    }
    if (task.program() == PeerTask.Program.DUCKDB) {
      // For Arrow's C data interface alone, which makes byte buffers of addresses.
      flags.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    }
    try (ChildProcess child =
        ChildProcess.start(
            PeerProcess.class, Placement.ANY_CORE, flags, List.of(JSON.writeValueAsString(task)))) {
      return JSON.readValue(child.awaitLine(patience), new TypeReference<>() {});
    } catch (IOException e) {
      return List.of(Outcome.failed(what, String.valueOf(e.getMessage())));
    }
  }

  /** Does a task. Argument: the task as JSON. */
  public static void main(String[] args) throws Exception {
    ChildProcess.exitWithParent();
    ARROW_LOG.setLevel(Level.WARNING);
    PeerTask task = JSON.readValue(args[0], PeerTask.class);
    try (PlasmaClient client =
            PlasmaClient.connect(ClientOptions.of(Path.of(task.store())).withName("bench sort"));
        BufferAllocator allocator = new RootAllocator()) {
      ArrowClient dataframes = ArrowClient.over(client, allocator);
      List<Outcome> outcomes =
          switch (task.program()) {
            case PLASMA -> new OwnRuns(dataframes, task).run();
            case DUCKDB -> List.of(duckDb(dataframes, task));
            case PARALLEL_SORT -> List.of(parallelSort(dataframes, task));
          };
      System.out.println(JSON.writeValueAsString(outcomes));
    }
  }

  private static Outcome duckDb(ArrowClient dataframes, PeerTask task) throws Exception {
    String what = Peer.DUCKDB_JAVA.label();
    RowChecksum check = new RowChecksum(task.order());
    try (DuckDb database = DuckDb.open((long) (SortRoom.now().available() * SHARE_OF_MEMORY));
        MemoryWatch memory = new MemoryWatch(ProcessHandle.current(), () -> 0)) {
      List<Double> seconds =
          task.effort()
              .time(
                  first -> {
                    if (first) {
                      // Off the clock: the check takes longer than to read the batches.
                      database.sort(dataframes, task.ids(), task.orderBy(), check::add);
                    }
                    return database.sort(dataframes, task.ids(), task.orderBy(), batch -> {});
                  });
      return new Outcome(
          what,
          database.version(),
          seconds,
          check.rows(),
          check.sum(),
          check.disordered(),
          memory.peak(),
          0,
          null,
          null);
    } catch (java.sql.SQLException e) {
      return Outcome.failed(what, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  private static Outcome parallelSort(ArrowClient dataframes, PeerTask task) throws Exception {
    double[] copy = new double[Math.toIntExact(count(dataframes, task))];
    RowChecksum check = new RowChecksum(task.order());
    try (MemoryWatch memory = new MemoryWatch(ProcessHandle.current(), () -> 0)) {
      List<Double> seconds =
          task.effort()
              .time(
                  first -> {
                    copy(dataframes, task, copy);
                    long start = System.nanoTime();
                    Arrays.parallelSort(copy);
                    return (System.nanoTime() - start) / 1e9;
                  });
      check(dataframes.allocator(), copy, check);
      return new Outcome(
          Peer.PARALLEL_SORT.label(),
          Runtime.version().toString(),
          seconds,
          check.rows(),
          check.sum(),
          check.disordered(),
          memory.peak(),
          0,
          null,
          null);
    }
  }

  private static long count(ArrowClient dataframes, PeerTask task) {
    long count = 0;
    for (var id : task.ids()) {
      try (ArrowObject object = dataframes.open(id)) {
        count += object.rowCount();
      }
    }
    return count;
  }

  private static void copy(ArrowClient dataframes, PeerTask task, double[] rows) {
    int at = 0;
    for (var id : task.ids()) {
      try (ArrowObject object = dataframes.open(id)) {
        for (int i = 0; i < object.batchCount(); i++) {
          try (VectorSchemaRoot batch = object.batch(i)) {
            Float8Vector values = (Float8Vector) batch.getVector(0);
            for (int row = 0; row < batch.getRowCount(); row++) {
              rows[at++] = values.get(row);
            }
          }
        }
      }
    }
  }

  private static void check(BufferAllocator allocator, double[] rows, RowChecksum check) {
    int most = 1 << 20;
    for (int from = 0; from < rows.length; from += most) {
      int count = Math.min(most, rows.length - from);
      Float8Vector values = new Float8Vector("k0", allocator);
      try (VectorSchemaRoot root = VectorSchemaRoot.of(values)) {
        values.allocateNew(count);
        for (int i = 0; i < count; i++) {
          values.set(i, rows[from + i]);
        }
        values.setValueCount(count);
        root.setRowCount(count);
        check.add(root);
      }
    }
  }
}
