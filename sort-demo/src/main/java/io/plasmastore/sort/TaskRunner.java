package io.plasmastore.sort;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.ArrowClient;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Does the tasks of one sort, one at a time: the same in a thread as in a process of its own.
 * Whatever it opens it closes before it answers, and a task that fails puts nothing more. One
 * thread, which may be interrupted.
 */
final class TaskRunner {
  /** As many as an array has room for. */
  private static final long MAX_ROWS = Integer.MAX_VALUE - 8;

  private final ArrowClient dataframes;
  private final JobNames names;
  private final SortJob job;
  private final SortSpace space = new SortSpace();

  /**
   * Gets ready for the tasks of a sort.
   *
   * @param dataframes the store; its allocator counts what tasks read and make
   * @param names of a sort whose job is in the store
   */
  TaskRunner(ArrowClient dataframes, JobNames names) {
    this.dataframes = dataframes;
    this.names = names;
    this.job = SortJob.get(dataframes, names.job());
  }

  /** Does a task. */
  List<Long> run(SortTask task) throws InterruptedException {
    return switch (task) {
      case SortTask.Count count -> List.of(count(count));
      case SortTask.Split split -> split(split);
      case SortTask.Merge merge -> merge(merge);
      case SortTask.Check check -> check(check);
    };
  }

  private long count(SortTask.Count task) throws InterruptedException {
    try (OpenRows rows = new OpenRows()) {
      rows.add(dataframes.open(task.partition()), task.from(), task.to());
      return sum(rows);
    }
  }

  private List<Long> split(SortTask.Split task) throws InterruptedException {
    try (OpenRows slice = new OpenRows();
        OpenRows splitters = new OpenRows()) {
      splitters.add(dataframes.open(names.splitters()));
      slice.add(dataframes.open(task.partition()), task.from(), task.to());
      int[] starts = new SliceSplit(slice, splitters, job.keys(), space).run(task.position());
      int count = starts[starts.length - 1];
      List<Long> counts = new ArrayList<>();
      try (VectorSchemaRoot root = scatter(slice, count)) {
        for (int bucket = 0; bucket < starts.length - 1; bucket++) {
          int rows = starts[bucket + 1] - starts[bucket];
          counts.add((long) rows);
          if (rows > 0) {
            try (VectorSchemaRoot piece = root.slice(starts[bucket], rows)) {
              put(names.piece(task.slice(), task.attempt(), bucket), piece);
            }
          }
        }
      }
      return counts;
    }
  }

  private List<Long> merge(SortTask.Merge task) throws InterruptedException {
    if (task.rows() > MAX_ROWS) {
      throw new PlasmaException(
          ErrorCode.LIMIT_EXCEEDED,
          "too many rows in one bucket, make more buckets: bucket=%d rows=%d limit=%d"
              .formatted(task.bucket(), task.rows(), MAX_ROWS));
    }
    try (OpenRows pieces = new OpenRows()) {
      for (ObjectId piece : task.pieces()) {
        pieces.add(dataframes.open(piece));
      }
      int count = (int) pieces.rowCount();
      RowOrder order = pieces.order(job.keys());
      pieces.load(order, space);
      new RowSort(space, order).sort(0, count);
      pieces.place(space);
      try (VectorSchemaRoot bucket = scatter(pieces, count)) {
        put(names.bucket(task.bucket(), task.attempt()), bucket);
      }
      return List.of();
    }
  }

  private List<Long> check(SortTask.Check task) throws InterruptedException {
    try (OpenRows bucket = new OpenRows()) {
      bucket.add(dataframes.open(task.bucket()));
      RowOrder order = bucket.order(job.keys());
      bucket.load(order, space);
      int count = (int) bucket.rowCount();
      long disordered = 0;
      for (int i = 1; i < count; i++) {
        long before = space.keys[i - 1];
        long after = space.keys[i];
        if (before > after
            || (before == after
                && order.compareTied(space.rows[i - 1], space.rows[i], before) > 0)) {
          disordered++;
        }
      }
      return List.of((long) count, sum(bucket), disordered);
    }
  }

  /** The sum of the hashes of rows of one dataframe. */
  private static long sum(OpenRows rows) throws InterruptedException {
    long sum = 0;
    RowHash hash = null;
    for (OpenRows.Part part : rows.parts()) {
      requireNotInterrupted();
      hash = hash == null ? new RowHash(part.dictionaries()) : hash;
      sum += hash.sum(part.root().getFieldVectors(), part.from(), part.to());
    }
    return sum;
  }

  private VectorSchemaRoot scatter(OpenRows rows, int count) throws InterruptedException {
    requireNotInterrupted();
    return new RowScatter(rows.parts(), dataframes.allocator())
        .all(job.schema(), space.places, count);
  }

  private void put(ObjectId id, VectorSchemaRoot root) throws InterruptedException {
    requireNotInterrupted();
    dataframes.put(id, root);
  }

  private static void requireNotInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("a task was interrupted");
    }
  }
}
