package io.plasmastore.sort;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * How many there are to be of what.
 *
 * @param workers that go on at the same time
 * @param buckets to make
 * @param parts of each bucket, sorted one by one
 * @param slices of the partitions, each one task to split
 */
record SortPlan(int workers, int buckets, int parts, List<Inputs.Slice> slices) {
  /**
   * A slice or a bucket of so many rows and bytes takes a worker some 100 MB, whatever the size of
   * the partitions.
   */
  private static final long MOST_ROWS = 1 << 22;

  private static final long MOST_BYTES = 256L << 20;

  /** With fewer rows than this a slice or a bucket costs more to hand out than to sort. */
  private static final long LEAST_ROWS = 1 << 14;

  /**
   * So that workers end at about the same time, though some buckets are larger, and some cores
   * slower.
   */
  private static final int SLICES_PER_WORKER = 2;

  private static final int BUCKETS_PER_WORKER = 8;

  /**
   * A part of so many bytes, and what sorting it takes, is not far from the core: L2 and some L3.
   */
  private static final long PART_BYTES = 800 << 10;

  /** More places to write to than this do not fit into the caches of a core. */
  private static final int MOST_PARTS = 1 << 12;

  /**
   * A worker has its partition or pieces in memory and what it makes of them, and others have not
   * left memory yet.
   */
  private static final int SHARES_OF_MEMORY_PER_WORKER = 5;

  /** With less to spare than this share of the data there would be too many small pieces. */
  private static final double LEAST_SPARE_SHARE = 0.125;

  /**
   * Chooses what the options leave open.
   *
   * @param memory bytes of the store in which the objects that workers have open must fit at a time
   * @param spare bytes of the store that are free when all pieces are there, or less than 0
   */
  static SortPlan of(SortOptions options, Inputs inputs, int processors, long memory, long spare) {
    long rows = inputs.rows();
    int wanted = options.workers() == SortOptions.CHOSEN ? processors : options.workers();
    if (options.workers() == SortOptions.CHOSEN && options.kept() != null) {
      wanted = options.kept().count();
    }
    long mostBytes = Math.min(MOST_BYTES, memory / ((long) wanted * SHARES_OF_MEMORY_PER_WORKER));
    long most = Math.max(1, Math.min(MOST_ROWS, rowsOf(mostBytes, inputs)));
    long fair = Math.max(LEAST_ROWS, parts(rows, (long) wanted * SLICES_PER_WORKER));
    List<Inputs.Slice> slices = evenedOut(inputs.slices(Math.min(most, fair)), wanted);
    int buckets = options.buckets();
    if (buckets == SortOptions.CHOSEN) {
      long busy = Math.min((long) wanted * BUCKETS_PER_WORKER, parts(rows, LEAST_ROWS));
      long fitting = Math.min(toFitHoles(inputs.size(), slices.size(), spare), rows);
      long least = Math.max(busy, parts(rows, most));
      long enough = Math.max(least, fitting);
      // As many for each worker, so that none waits for another's last.
      long even = enough > wanted ? parts(enough, wanted) * wanted : enough;
      buckets = Math.clamp(even, 1, SortOptions.MAX_BUCKETS);
    }
    int useful = Math.max(1, Math.max(slices.size(), buckets));
    int workers = options.workers() == SortOptions.CHOSEN ? Math.min(wanted, useful) : wanted;
    return new SortPlan(workers, buckets, parts(options, inputs, buckets), slices);
  }

  /**
   * Cuts the last slices, those that are left over when each worker has had as many as the others:
   * each into so many that the workers have as many of these, too, and end at about the same time.
   */
  private static List<Inputs.Slice> evenedOut(List<Inputs.Slice> slices, int workers) {
    int left = slices.size() % workers;
    int whole = slices.size() - left;
    if (left == 0 || whole == 0) {
      return slices;
    }
    int cuts = workers / BigInteger.valueOf(workers).gcd(BigInteger.valueOf(left)).intValue();
    List<Inputs.Slice> even = new ArrayList<>(slices.subList(0, whole));
    for (Inputs.Slice slice : slices.subList(whole, slices.size())) {
      even.addAll(slice.cut(Math.clamp(slice.rows() / LEAST_ROWS, 1, cuts)));
    }
    return even;
  }

  /**
   * How many buckets there must be for each to fit where pieces were. The pieces of a slice lie
   * side by side, and go as their buckets are made: when buckets of all spare bytes are there, of
   * each slice as large a share is a hole, and the next bucket must fit into one.
   */
  private static long toFitHoles(long size, int slices, long spare) {
    double share = Math.max((double) spare / Math.max(1, size), LEAST_SPARE_SHARE);
    return share >= 1 ? 1 : (long) Math.ceil(slices / share);
  }

  /** How many parts a bucket has. */
  private static int parts(SortOptions options, Inputs inputs, int buckets) {
    if (!inputs.job().packed() || options.arrangement() != Arrangement.SORTED) {
      return 1;
    }
    int most = Math.max(1, MOST_PARTS / buckets);
    if (options.parts() != SortOptions.CHOSEN) {
      return Math.min(options.parts(), most);
    }
    return Math.clamp(inputs.size() / buckets / PART_BYTES, 1, most);
  }

  /** How many rows of the average size have so many bytes. */
  private static long rowsOf(long bytes, Inputs inputs) {
    return (long) (bytes * ((double) inputs.rows() / Math.max(1, inputs.size())));
  }

  private static long parts(long rows, long perPart) {
    return (rows + perPart - 1) / perPart;
  }
}
