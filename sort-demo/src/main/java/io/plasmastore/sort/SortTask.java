package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import java.util.List;
import java.util.Locale;

/**
 * A piece of work that one worker does alone. All data that it takes and makes lies in the store;
 * the answer is some numbers. A task that is done again, since its worker died, makes objects of
 * other names.
 */
sealed interface SortTask {
  /** How many rows it goes through. */
  long rows();

  /** How often it has been tried before. */
  int attempt();

  /** What kind of task it is, in a word. */
  default String label() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** The same, to be tried again. */
  SortTask again();

  /**
   * Splits a slice of a partition into a piece for each bucket. Answer: the sum of the rows'
   * hashes, the nanoseconds that hashing took, and the rows of each piece; one without rows is not
   * put.
   *
   * @param slice its number, for the names of the pieces
   * @param partition the dataframe
   * @param from its first row
   * @param to after its last row
   * @param position of the first row among the rows of all partitions
   */
  record Split(int slice, ObjectId partition, long from, long to, long position, int attempt)
      implements SortTask {
    @Override
    public long rows() {
      return to - from;
    }

    @Override
    public Split again() {
      return new Split(slice, partition, from, to, position, attempt + 1);
    }
  }

  /**
   * Merges the pieces of a bucket. Answer: its rows as they were read back, the sum of their
   * hashes, how many of them come after the row that follows, and the nanoseconds that checking
   * took.
   *
   * @param bucket its number, for the name of what is made
   * @param rows of all pieces
   * @param pieces in the order of their slices
   */
  record Merge(int bucket, long rows, List<ObjectId> pieces, int attempt) implements SortTask {
    public Merge {
      pieces = List.copyOf(pieces);
    }

    @Override
    public Merge again() {
      return new Merge(bucket, rows, pieces, attempt + 1);
    }
  }
}
