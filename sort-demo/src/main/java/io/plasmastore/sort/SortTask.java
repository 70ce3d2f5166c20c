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
   * Counts rows of a partition that are to be sorted. Answer: the sum of their hashes.
   *
   * @param partition the dataframe
   * @param from its first row
   * @param to after its last row
   */
  record Count(ObjectId partition, long from, long to, int attempt) implements SortTask {
    @Override
    public long rows() {
      return to - from;
    }

    @Override
    public Count again() {
      return new Count(partition, from, to, attempt + 1);
    }
  }

  /**
   * Splits a slice of a partition into a sorted piece for each bucket. Answer: the rows of each
   * piece; one without rows is not put.
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
   * Merges the pieces of a bucket. Answer: nothing.
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

  /**
   * Checks a bucket. Answer: the rows, the sum of their hashes, and how many of them come after the
   * row that follows.
   *
   * @param bucket the dataframe
   * @param rows that it should have
   */
  record Check(ObjectId bucket, long rows, int attempt) implements SortTask {
    @Override
    public Check again() {
      return new Check(bucket, rows, attempt + 1);
    }
  }
}
