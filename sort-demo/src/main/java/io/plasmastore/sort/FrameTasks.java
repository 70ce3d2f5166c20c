package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The tasks of a sort or a partitioning whose rows travel as dataframes: those with nested or
 * dictionary-encoded columns. Pieces are dataframes too. One thread.
 */
final class FrameTasks implements TaskRunner.RowTasks {
  private final ArrowClient dataframes;
  private final JobNames names;
  private final SortJob job;
  private final SortSpace space;

  FrameTasks(ArrowClient dataframes, JobNames names, SortJob job, SortSpace space) {
    this.space = space;
    this.dataframes = dataframes;
    this.names = names;
    this.job = job;
  }

  @Override
  public List<Long> split(SortTask.Split task) throws InterruptedException {
    try (OpenRows slice = new OpenRows();
        OpenRows splitters = new OpenRows()) {
      openSplitters(splitters);
      slice.add(dataframes.open(task.partition()), task.from(), task.to());
      List<Long> answer = new ArrayList<>();
      long begun = System.nanoTime();
      answer.add(job.verified() ? sum(slice) : 0);
      answer.add(System.nanoTime() - begun);
      int[] starts = starts(slice, splitters, task.position());
      try (VectorSchemaRoot root = scatter(slice, starts[starts.length - 1])) {
        for (int bucket = 0; bucket < starts.length - 1; bucket++) {
          int rows = starts[bucket + 1] - starts[bucket];
          answer.add((long) rows);
          if (rows > 0) {
            try (VectorSchemaRoot piece = root.slice(starts[bucket], rows)) {
              put(names.piece(task.slice(), task.attempt(), bucket), piece);
            }
          }
        }
      }
      return answer;
    }
  }

  @Override
  public List<Long> merge(SortTask.Merge task) throws InterruptedException {
    ObjectId id = names.bucket(task.bucket(), task.attempt());
    try (OpenRows pieces = new OpenRows()) {
      for (ObjectId piece : task.pieces()) {
        pieces.add(dataframes.open(piece));
      }
      int count = (int) pieces.rowCount();
      if (job.arrangement() == Arrangement.SORTED) {
        RowOrder order = pieces.order(job.rules());
        pieces.load(order, space);
        new RowSort(space, order).sort(0, count);
        pieces.place(space);
      } else {
        space.reserve(count);
        Arrays.setAll(space.places, row -> row);
      }
      try (VectorSchemaRoot bucket = scatter(pieces, count)) {
        put(id, bucket);
      }
    }
    return job.verified() ? check(id, task.bucket()) : List.of(task.rows(), 0L, 0L, 0L);
  }

  @Override
  public void close() {}

  /**
   * Where each bucket of a slice begins, when its rows stand in the places that are put into the
   * space.
   */
  private int[] starts(OpenRows slice, OpenRows splitters, long position) {
    if (job.arrangement() == Arrangement.SORTED) {
      RowOrder order = slice.order(job.rules());
      BucketFinder finder = Splitters.finder(splitters, order);
      return new SliceSplit(slice, order, finder, space).run(position);
    }
    int count = Math.toIntExact(slice.rowCount());
    space.reserve(count);
    char[] buckets = find(slice, splitters);
    return SliceSplit.place(buckets, count, job.buckets(), space.places);
  }

  private void openSplitters(OpenRows splitters) {
    if (job.arrangement() != Arrangement.HASHED) {
      splitters.add(dataframes.open(names.splitters()));
    }
  }

  /** The buckets of rows of a partitioning. */
  private char[] find(OpenRows rows, OpenRows splitters) {
    char[] buckets = space.parts(Math.toIntExact(rows.rowCount()));
    RowBuckets finder = RowBuckets.of(job, splitters);
    int at = 0;
    for (OpenRows.Part part : rows.parts()) {
      int batch = finder.add(OpenRows.keys(part, job.rules()));
      for (int from = part.from(); from < part.to(); from += RowBuckets.BLOCK) {
        int count = Math.min(part.to() - from, RowBuckets.BLOCK);
        finder.find(batch, from, count, buckets, at);
        at += count;
      }
    }
    return buckets;
  }

  private List<Long> check(ObjectId id, int number) throws InterruptedException {
    long begun = System.nanoTime();
    try (OpenRows bucket = new OpenRows();
        OpenRows splitters = new OpenRows()) {
      bucket.add(dataframes.open(id));
      long wrong;
      if (job.arrangement() == Arrangement.SORTED) {
        wrong = disordered(bucket);
      } else {
        openSplitters(splitters);
        wrong = strangers(find(bucket, splitters), (int) bucket.rowCount(), number);
      }
      long sum = sum(bucket);
      return List.of(bucket.rowCount(), sum, wrong, System.nanoTime() - begun);
    }
  }

  /** How many rows come after the next. */
  private long disordered(OpenRows bucket) {
    RowOrder order = bucket.order(job.rules());
    bucket.load(order, space);
    int count = (int) bucket.rowCount();
    long disordered = 0;
    for (int i = 1; i < count; i++) {
      long before = space.keys[i - 1];
      long after = space.keys[i];
      if (before > after
          || (before == after && order.compareTied(space.rows[i - 1], space.rows[i], before) > 0)) {
        disordered++;
      }
    }
    return disordered;
  }

  /** How many of so many rows belong to another bucket than this. */
  static long strangers(char[] buckets, int count, int bucket) {
    long strangers = 0;
    for (int i = 0; i < count; i++) {
      strangers += buckets[i] == bucket ? 0 : 1;
    }
    return strangers;
  }

  /** The sum of the hashes of rows of one dataframe. */
  private static long sum(OpenRows rows) throws InterruptedException {
    long sum = 0;
    RowHash hash = null;
    for (OpenRows.Part part : rows.parts()) {
      TaskRunner.requireNotInterrupted();
      hash = hash == null ? new RowHash(part.dictionaries()) : hash;
      sum += hash.sum(part.root().getFieldVectors(), part.from(), part.to());
    }
    return sum;
  }

  private VectorSchemaRoot scatter(OpenRows rows, int count) throws InterruptedException {
    TaskRunner.requireNotInterrupted();
    return new RowScatter(rows.parts(), dataframes.allocator())
        .all(job.schema(), space.places, count);
  }

  private void put(ObjectId id, VectorSchemaRoot root) throws InterruptedException {
    TaskRunner.requireNotInterrupted();
    dataframes.put(id, root);
  }
}
