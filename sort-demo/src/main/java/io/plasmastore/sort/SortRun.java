package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.StoreStats;
import io.plasmastore.arrow.ArrowClient;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * One sort under way: hands out the tasks of each phase, deletes what is no longer needed, and
 * sweeps up when it fails. It reads no rows itself but the sample's and those at the ends of the
 * buckets.
 */
final class SortRun {
  private final ArrowClient dataframes;
  private final SortOptions options;
  private final JobNames names;
  private final PhaseClock clock;
  private final Holds partitions;
  private final Inputs inputs;
  private final SortPlan plan;
  private final WorkerPool pool;
  private final RowSums rowSums = new RowSums();
  private final BucketHandOut handOut;

  private SortRun(ArrowClient dataframes, SortOptions options, PhaseClock clock, Holds partitions) {
    // What a sort makes is no cache: to lose a piece to make room would be to lose the sort.
    this.dataframes = dataframes.keeping();
    this.options = options;
    this.names = JobNames.random(options.arrangement());
    this.clock = clock;
    this.partitions = partitions;
    this.inputs = Inputs.of(dataframes, options.partitions(), options.keys());
    StoreStats store = dataframes.client().stats();
    this.plan =
        SortPlan.of(
            options,
            inputs,
            Runtime.getRuntime().availableProcessors(),
            options.spilling() ? store.capacity() : Long.MAX_VALUE,
            options.spilling() ? Long.MAX_VALUE : spare(store));
    this.pool = new WorkerPool(plan.workers(), this::startWorker);
    this.handOut = new BucketHandOut(options.listener(), plan.buckets());
  }

  /** Bytes that are free when the pieces are there, beside the partitions or in their place. */
  private long spare(StoreStats store) {
    return options.consumed() ? store.free() : store.free() - inputs.size();
  }

  /**
   * Sorts. When it returns or throws, no worker is left, and when it throws, nothing of what it
   * made.
   */
  static SortResult run(ArrowClient dataframes, SortOptions options) throws InterruptedException {
    PhaseClock clock = new PhaseClock(options.progress());
    clock.start(SortPhase.START, 0);
    List<ObjectId> held = options.spilling() ? List.of() : options.partitions();
    try (Holds partitions = Holds.of(dataframes.client(), held)) {
      return new SortRun(dataframes, options, clock, partitions).runOrUndo();
    }
  }

  private SortResult runOrUndo() throws InterruptedException {
    Thread hook = new Thread(this::undoAtShutdown, "sort-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return run();
    } catch (Throwable e) {
      // First, since a listener may have a bucket open, which would not go.
      handOut.close();
      try {
        undo();
      } catch (RuntimeException left) {
        e.addSuppressed(left);
      }
      throw e;
    } finally {
      remove(hook);
      handOut.close();
    }
  }

  private SortResult run() throws InterruptedException {
    inputs
        .job()
        .with(options.arrangement(), plan.buckets(), plan.parts(), options.verified())
        .put(dataframes, names.job());
    if (options.splitters() != null) {
      putSplitters();
    }
    pool.start();
    clock.finish();

    clock.start(SortPhase.SAMPLE, 0);
    if (options.splitters() == null) {
      putSplitters();
    }
    clock.finish();

    List<List<ObjectId>> pieces = new ArrayList<>();
    long[] rows = split(pieces);
    List<SortResult.Bucket> buckets = merge(pieces, rows);
    if (options.verified()) {
      check(buckets);
    }
    handOut.finish();

    pool.close();
    delete(names.job());
    if (options.arrangement() == Arrangement.SORTED) {
      delete(names.splitters());
    }
    if (pool.retries() + pool.yields() > 0) {
      Set<ObjectId> kept = new HashSet<>();
      if (options.arrangement() == Arrangement.RANGED) {
        kept.add(names.splitters());
      }
      buckets.forEach(bucket -> kept.add(bucket.id()));
      JobSweep.run(dataframes.client(), names, kept);
    }
    putManifest(buckets);
    return new SortResult(
        inputs.rows(),
        inputs.partitions().size(),
        buckets,
        names.manifest(),
        plan.workers(),
        options.processes(),
        pool.retries(),
        options.verified(),
        clock.seconds(),
        rowSums.seconds(),
        clock.totalSeconds());
  }

  private void putSplitters() {
    switch (options.arrangement()) {
      case SORTED ->
          Splitters.put(dataframes, inputs, plan.buckets(), plan.parts(), names.splitters());
      case RANGED -> RangeSplitters.put(dataframes, inputs, plan.buckets(), options, names);
      case HASHED -> {}
    }
  }

  private void putManifest(List<SortResult.Bucket> buckets) {
    ObjectId id = names.manifest();
    boolean verified = options.verified();
    switch (options.arrangement()) {
      case SORTED -> new SortManifest(buckets, options.keys(), verified).put(dataframes, id);
      case RANGED ->
          new PartitionManifest(buckets, options.keys(), names.splitters(), verified)
              .put(dataframes, id);
      case HASHED ->
          new PartitionManifest(buckets, options.keys(), null, verified).put(dataframes, id);
    }
  }

  /**
   * Splits the slices.
   *
   * @param pieces gets the pieces of each bucket, in the order of their slices
   * @return the rows of each bucket
   */
  private long[] split(List<List<ObjectId>> pieces) throws InterruptedException {
    clock.start(SortPhase.SPLIT, inputs.rows());
    List<SortTask.Split> tasks = new ArrayList<>();
    Map<ObjectId, Integer> slicesLeft = new ConcurrentHashMap<>();
    for (Inputs.Slice slice : plan.slices()) {
      ObjectId partition = slice.partition().id();
      slicesLeft.merge(partition, 1, Integer::sum);
      tasks.add(
          new SortTask.Split(
              tasks.size(), partition, slice.from(), slice.to(), slice.position(), 0));
    }
    List<WorkerPool.Done> all =
        runAll(
            tasks,
            done -> {
              ObjectId partition = ((SortTask.Split) done.task()).partition();
              if (slicesLeft.merge(partition, -1, Integer::sum) == 0) {
                consume(partition);
              }
            });
    inputs.partitions().stream()
        .filter(partition -> partition.rows() == 0)
        .forEach(partition -> consume(partition.id()));

    WorkerPool.Done[] bySlice = new WorkerPool.Done[tasks.size()];
    for (WorkerPool.Done done : all) {
      bySlice[((SortTask.Split) done.task()).slice()] = done;
      rowSums.addSplit(done.task().rows(), done.answer());
    }
    long[] rows = new long[plan.buckets()];
    for (int bucket = 0; bucket < rows.length; bucket++) {
      List<ObjectId> ofBucket = new ArrayList<>();
      for (WorkerPool.Done done : bySlice) {
        long count = RowSums.splitRows(done.answer()).get(bucket);
        if (count > 0) {
          SortTask.Split task = (SortTask.Split) done.task();
          ofBucket.add(names.piece(task.slice(), task.attempt(), bucket));
          rows[bucket] += count;
        }
      }
      pieces.add(ofBucket);
    }
    clock.finish();
    return rows;
  }

  private List<SortResult.Bucket> merge(List<List<ObjectId>> pieces, long[] rows)
      throws InterruptedException {
    clock.start(SortPhase.MERGE, inputs.rows());
    List<SortTask.Merge> tasks = new ArrayList<>();
    for (int bucket = 0; bucket < rows.length; bucket++) {
      tasks.add(new SortTask.Merge(bucket, rows[bucket], pieces.get(bucket), 0));
    }
    List<WorkerPool.Done> all =
        runAll(
            tasks,
            done -> {
              SortTask.Merge task = (SortTask.Merge) done.task();
              handOut.made(task.bucket(), bucket(task));
              dataframes.client().deleteAll(task.pieces());
            });
    SortResult.Bucket[] buckets = new SortResult.Bucket[rows.length];
    for (WorkerPool.Done done : all) {
      SortTask.Merge task = (SortTask.Merge) done.task();
      buckets[task.bucket()] = bucket(task);
      rowSums.addMerge(done.answer());
    }
    clock.finish();
    return List.of(buckets);
  }

  private SortResult.Bucket bucket(SortTask.Merge task) {
    return new SortResult.Bucket(names.bucket(task.bucket(), task.attempt()), task.rows());
  }

  /** Checks that the buckets have the rows of the partitions, and are in order. */
  private void check(List<SortResult.Bucket> buckets) {
    clock.start(SortPhase.VERIFY, 0);
    if (options.arrangement() == Arrangement.SORTED) {
      rowSums.addDisordered(BucketEnds.disordered(dataframes, inputs.job().rules(), buckets));
    }
    rowSums.check();
    clock.finish();
  }

  private List<WorkerPool.Done> runAll(
      List<? extends SortTask> tasks, Consumer<WorkerPool.Done> onDone)
      throws InterruptedException {
    return pool.run(
        tasks,
        done -> {
          onDone.accept(done);
          clock.worked(done);
        });
  }

  private Worker startWorker() throws WorkerDiedException, InterruptedException {
    if (!options.processes()) {
      return new ThreadWorker(dataframes, names);
    }
    SortWorkers kept = options.kept();
    return kept == null
        ? ProcessWorker.start(dataframes.client().options().socket(), null).begin(names)
        : kept.take(names);
  }

  private void consume(ObjectId partition) {
    if (options.consumed()) {
      delete(partition);
      partitions.release(partition);
    }
  }

  private void delete(ObjectId id) {
    dataframes.client().delete(id);
  }

  private void undo() {
    pool.close();
    JobSweep.run(dataframes.client(), names, Set.of());
  }

  private void undoAtShutdown() {
    try {
      undo();
    } catch (RuntimeException e) {
      // The store or the client may have gone first, and then there is nothing to sweep, nor
      // anybody to tell.
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending: the hook runs.
    }
  }
}
