package io.plasmastore.sort;

import io.plasmastore.arrow.ArrowClient;
import java.util.ArrayList;
import java.util.List;

/**
 * The tasks of a partitioning of flat columns: rows go from a partition to a piece, and from there
 * to their bucket, column by column, each value written where it is to lie. Pieces are dataframes.
 * One thread.
 */
final class ColumnTasks implements TaskRunner.RowTasks {
  private final ArrowClient dataframes;
  private final JobNames names;
  private final SortJob job;
  private final SortSpace space;

  ColumnTasks(ArrowClient dataframes, JobNames names, SortJob job, SortSpace space) {
    this.space = space;
    this.dataframes = dataframes;
    this.names = names;
    this.job = job;
  }

  @Override
  public List<Long> split(SortTask.Split task) throws InterruptedException {
    try (OpenRows slice = new OpenRows();
        OpenRows splitters = openSplitters()) {
      slice.add(dataframes.open(task.partition()), task.from(), task.to());
      RowBuckets finder = RowBuckets.of(job, splitters);
      try (ColumnSplit split = new ColumnSplit(slice, job, space)) {
        split.find(finder);
        split.create(dataframes, bucket -> names.piece(task.slice(), task.attempt(), bucket));
        split.write();
        List<Long> answer = new ArrayList<>();
        answer.add(split.hashSum());
        answer.add(split.hashNanos());
        for (int rows : split.bucketRows()) {
          answer.add((long) rows);
        }
        return answer;
      }
    }
  }

  @Override
  public List<Long> merge(SortTask.Merge task) throws InterruptedException {
    try (OpenRows pieces = new OpenRows();
        OpenRows splitters = openSplitters()) {
      return new ColumnJoin(dataframes, task.pieces(), pieces, job, space)
          .run(
              names.bucket(task.bucket(), task.attempt()),
              RowBuckets.of(job, splitters),
              task.bucket(),
              Math.toIntExact(task.rows()));
    }
  }

  @Override
  public void close() {}

  private OpenRows openSplitters() {
    OpenRows splitters = new OpenRows();
    if (job.arrangement() == Arrangement.RANGED) {
      splitters.add(dataframes.open(names.splitters()));
    }
    return splitters;
  }
}
