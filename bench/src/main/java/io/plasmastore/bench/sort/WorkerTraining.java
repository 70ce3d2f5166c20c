package io.plasmastore.bench.sort;

import io.plasmastore.ClientOptions;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.process.Stage;
import io.plasmastore.sort.ParallelSort;
import io.plasmastore.sort.SortResult;
import io.plasmastore.sort.SortWorkers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Has one worker process sort rows of each kind that the sort has loops of its own for. Run with
 * {@code plasma.sort.aot.record}, the process writes down what it has loaded and which loops were
 * hot, for those that come after it; see docs/decisions/workers-start-with-an-aot-cache.md.
 *
 * <p>Once each, and no more kinds: whatever is hot here is compiled in the first sorts of each
 * worker that comes after it, where compiling is in the way.
 */
public final class WorkerTraining {
  /**
   * What is sorted once: enough for the loops to be hot, and no more, since a user waits for the
   * build. With the check and without, so that neither surprises a worker.
   *
   * @param count of rows
   */
  private record Lesson(SortCase rows, long count, boolean verified) {}

  private static final List<Lesson> LESSONS =
      List.of(
          new Lesson(SortCase.A, 4_000_000, false),
          new Lesson(SortCase.B, 4_000_000, true),
          new Lesson(SortCase.D, 1_000_000, true),
          new Lesson(SortCase.C, 1_000_000, true));

  /** Held here, or the level is forgotten. */
  private static final Logger ARROW_LOG = Logger.getLogger("org.apache.arrow");

  private WorkerTraining() {}

  /** Trains. No arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    ARROW_LOG.setLevel(Level.WARNING);
    List<Long> unused = train(1);
  }

  /**
   * Sorts.
   *
   * @param scale of the rows; 1 is what makes the loops hot
   * @return the rows of each sort
   */
  static List<Long> train(double scale) throws IOException, InterruptedException {
    long size =
        LESSONS.stream().mapToLong(each -> each.rows().size(scaled(each, scale))).max().orElse(0);
    List<Long> sorted = new ArrayList<>();
    try (Stage stage = Stage.open(SortRoom.capacity(size), Placement.ANY_CORE);
        PlasmaClient client =
            PlasmaClient.connect(ClientOptions.of(stage.storeSocket()).withName("sort training"));
        BufferAllocator allocator = new RootAllocator();
        SortWorkers workers = SortWorkers.start(client, 1)) {
      ArrowClient dataframes = ArrowClient.over(client, allocator).keeping();
      for (Lesson each : LESSONS) {
        List<ObjectId> ids =
            each.rows().put(dataframes, scaled(each, scale), new RowChecksum(List.of()));
        SortResult result =
            ParallelSort.of(dataframes)
                .by(each.rows().keys())
                .partitions(ids)
                .processes(workers)
                .verified(each.verified())
                .run();
        sorted.add(result.rows());
        client.delete(result.manifest());
        result.bucketIds().forEach(client::delete);
        ids.forEach(client::delete);
      }
    }
    return sorted;
  }

  private static long scaled(Lesson lesson, double scale) {
    return Math.max(1, Math.round(lesson.count() * scale));
  }
}
