package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Partitions of the rows of Arrow IPC files. Files and streams are told apart by their content.
 * Dictionary-encoded columns become columns of their values, as the sort makes them in any case.
 *
 * @param files whose rows to take, one after the other; all with the same columns, as {@link
 *     ParallelSort} asks it of partitions
 * @param partitions how many to make of all rows, of as equal size as can be; 0 for as many as
 *     {@link #put} finds fit for the rows and this machine
 */
public record FilePartitions(List<Path> files, int partitions) {
  /** A partition of fewer rows than this costs more to handle than to sort. */
  private static final long LEAST_ROWS = 1 << 14;

  /** A partition takes memory of this process while it is made. */
  private static final long MOST_ROWS = 1 << 22;

  private static final int PARTITIONS_PER_PROCESSOR = 2;

  /**
   * A worker needs a partition in memory as a whole; where the store spills, the partitions that
   * all workers have open and what they make of them must fit.
   */
  private static final int PARTITIONS_PER_STORE_AND_PROCESSOR = 6;

  /**
   * Checks the counts.
   *
   * @throws IllegalArgumentException if there is no file or a negative number of partitions
   */
  public FilePartitions {
    files = List.copyOf(files);
    if (files.isEmpty() || partitions < 0) {
      throw new IllegalArgumentException(
          "out of range: files=" + files.size() + " partitions=" + partitions);
    }
  }

  /**
   * Partitions of files, as many as fit.
   *
   * @param files whose rows to take
   * @return the description; nothing is read yet
   */
  public static FilePartitions of(List<Path> files) {
    return new FilePartitions(files, 0);
  }

  /**
   * The same with another number of partitions.
   *
   * @param partitions how many to make of all rows, or 0
   * @return the description
   */
  public FilePartitions withPartitions(int partitions) {
    return new FilePartitions(files, partitions);
  }

  /**
   * Reads the files and puts their rows into a store. When it fails, nothing of it is left there.
   *
   * @param dataframes the store; its allocator counts what is read, and a partition at a time
   * @return the ids of the partitions, in order, the caller's to delete
   * @throws IOException if a file cannot be read
   * @throws io.plasmastore.arrow.InvalidArrowDataException if one is no Arrow IPC file or stream,
   *     or not all of it is there
   * @throws IllegalArgumentException naming the file, if its columns are others than the first
   *     one's
   * @throws UnsupportedOperationException naming the field, if a column's type is one that cannot
   *     be carried along
   * @throws io.plasmastore.PlasmaException if the store is full or gone
   */
  public List<ObjectId> put(ArrowClient dataframes) throws IOException {
    try (FileRows rows = FileRows.open(files, dataframes.allocator());
        NewPartitions made = new NewPartitions(dataframes)) {
      int count =
          partitions == 0 ? fitting(rows, dataframes.client().stats().capacity()) : partitions;
      for (int i = 0; i < count; i++) {
        long next = rows.count() / count + (i < rows.count() % count ? 1 : 0);
        try (VectorSchemaRoot root = rows.take(Math.toIntExact(next))) {
          made.put(root);
        }
      }
      return made.keep();
    }
  }

  private static int fitting(FileRows rows, long capacity) {
    int processors = Runtime.getRuntime().availableProcessors();
    long fair = Math.min((long) processors * PARTITIONS_PER_PROCESSOR, rows.count() / LEAST_ROWS);
    long fewRows = Math.ceilDiv(rows.count(), MOST_ROWS);
    long fewBytes =
        Math.ceilDiv(
            rows.size(), Math.max(1, capacity / processors / PARTITIONS_PER_STORE_AND_PROCESSOR));
    long wanted = Math.max(Math.max(fair, fewRows), Math.min(fewBytes, rows.count()));
    return Math.clamp(wanted, 1, Integer.MAX_VALUE);
  }
}
