package io.plasmastore.arrow.records;

import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Takes the records of a long list apart with several threads: each has a run of rows and columns
 * of its own, which are then put together. What takes the time is to follow the references to
 * records and texts, which a core does no faster when others do it too.
 */
final class ParallelFill implements AutoCloseable {
  /** Shorter runs are not worth a thread. */
  private static final int MIN_ROWS = 1 << 16;

  private static final int MAX_PARTS = 4;

  private final RecordCodec<?> codec;
  private final List<Part> parts = new ArrayList<>();

  private ParallelFill(RecordCodec<?> codec) {
    this.codec = codec;
  }

  /**
   * How many threads should fill; 1 where the list is short, or one that might not stand being read
   * by several: only those of the JDK that have random access are known to.
   */
  static int parts(List<?> records) {
    int most = Math.min(MAX_PARTS, Runtime.getRuntime().availableProcessors());
    return isReadable(records) ? Math.clamp(records.size() / MIN_ROWS, 1, most) : 1;
  }

  /** Whether several threads may read a list, in any order and more than once. */
  static boolean isReadable(List<?> records) {
    return records instanceof RandomAccess
        && records.getClass().getPackageName().equals(List.class.getPackageName());
  }

  /**
   * Prepares to fill.
   *
   * @param codec of the records
   * @param records which
   * @param dictionaries of the columns
   * @param allocator of the memory
   * @param batchBytes how large a column may get
   * @param count of threads, at least 1
   */
  static ParallelFill of(
      RecordCodec<?> codec,
      List<?> records,
      Dictionaries dictionaries,
      BufferAllocator allocator,
      long batchBytes,
      int count) {
    ParallelFill fill = new ParallelFill(codec);
    try {
      int rows = records.size();
      for (int i = 0; i < count; i++) {
        int start = (int) ((long) rows * i / count);
        List<?> run = records.subList(start, (int) ((long) rows * (i + 1) / count));
        Writer.Limit limit = new Writer.Limit(batchBytes / count);
        // The first one gets the rows of the others too, in the end.
        int expected = i == 0 ? rows : run.size();
        RecordWriter writer =
            codec.columns().writer(Writer.Place.ofRows(expected, allocator, limit, dictionaries));
        fill.parts.add(new Part(start, run, limit, writer));
      }
      return fill;
    } catch (Throwable e) {
      fill.close();
      throw e;
    }
  }

  /**
   * Fills, this thread too.
   *
   * @return a writer that has all rows and is closed with this, or null if they are too much for
   *     one batch
   * @throws IllegalArgumentException naming row and component of the first value that the columns
   *     can't hold
   */
  @Nullable RecordWriter fill() {
    List<ForkJoinTask<?>> tasks = new ArrayList<>();
    for (Part part : parts.subList(1, parts.size())) {
      tasks.add(ForkJoinPool.commonPool().submit(part));
    }
    parts.getFirst().run();
    tasks.forEach(ForkJoinTask::join);
    for (Part part : parts) {
      part.rethrow(codec);
    }
    if (parts.stream().anyMatch(part -> part.limit.isReached())) {
      return null;
    }
    RecordWriter all = parts.getFirst().writer;
    for (Part part : parts.subList(1, parts.size())) {
      all.appendRows(part.writer);
      part.writer.close();
    }
    return all;
  }

  @Override
  public void close() {
    parts.forEach(part -> part.writer.close());
  }

  /** A run of rows. */
  private static final class Part implements Runnable {
    private final int start;
    private final List<?> records;
    private final Writer.Limit limit;
    private final RecordWriter writer;
    private int done;
    private @Nullable Throwable failure;

    Part(int start, List<?> records, Writer.Limit limit, RecordWriter writer) {
      this.start = start;
      this.records = records;
      this.limit = limit;
      this.writer = writer;
    }

    @Override
    public void run() {
      try {
        for (Object each : records) {
          writer.setRow(each);
          done++;
          if (limit.isReached()) {
            return;
          }
        }
      } catch (Throwable e) {
        failure = e;
      }
    }

    void rethrow(RecordCodec<?> codec) {
      switch (failure) {
        case null -> {}
        case Writer.UnfitException e -> throw FilledRecords.unfit(e, start + done, codec);
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new AssertionError("nothing else is thrown", failure);
      }
    }
  }
}
