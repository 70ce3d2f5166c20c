package io.plasmastore.sort;

import io.plasmastore.arrow.ArrowClient;
import java.util.ArrayList;
import java.util.List;

/** The tasks of a sort whose rows travel packed. One thread. */
final class PackedTasks implements TaskRunner.RowTasks {
  private final ArrowClient dataframes;
  private final JobNames names;
  private final SortJob job;
  private final RowLayout layout;
  private final PieceLayout pieceLayout;
  private final SortSpace space;
  private final Scratch scratch;

  PackedTasks(ArrowClient dataframes, JobNames names, SortJob job, SortSpace space) {
    this.space = space;
    this.dataframes = dataframes;
    this.names = names;
    this.job = job;
    this.layout = RowLayout.of(job.schema(), job.nulls());
    this.pieceLayout = new PieceLayout(job.parts(), layout.bytesColumns().length);
    this.scratch = new Scratch(dataframes.allocator());
  }

  @Override
  public List<Long> split(SortTask.Split task) throws InterruptedException {
    try (OpenRows slice = new OpenRows();
        OpenRows splitters = new OpenRows()) {
      splitters.add(dataframes.open(names.splitters()));
      slice.add(dataframes.open(task.partition()), task.from(), task.to());
      RowOrder order = slice.order(job.rules());
      BucketFinder finder = Splitters.finder(splitters, order);
      try (PackedSplit split = new PackedSplit(slice, layout, pieceLayout, order, finder, space)) {
        split.find(task.position(), job.verified());
        split.create(
            dataframes.client(), bucket -> names.piece(task.slice(), task.attempt(), bucket));
        split.write();
        List<Long> answer = new ArrayList<>();
        answer.add(split.hashSum());
        answer.add(split.hashNanos());
        for (long rows : split.bucketRows()) {
          answer.add(rows);
        }
        return answer;
      }
    }
  }

  @Override
  public List<Long> merge(SortTask.Merge task) throws InterruptedException {
    try (PackedMerge merge =
        new PackedMerge(
            dataframes.client(), task.pieces(), job, layout, pieceLayout, space, scratch)) {
      merge.run(dataframes, names.bucket(task.bucket(), task.attempt()), (int) task.rows());
      return List.of(task.rows(), merge.hashSum(), merge.disordered(), merge.checkNanos());
    }
  }

  @Override
  public void close() {
    scratch.close();
  }
}
