package io.plasmastore.bench.data;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectOptions;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Objects of mixed sizes that come and go in a store that stays full: each is put when others, any
 * ones, have been deleted until it fits under the ceiling. None may be dropped, so that a store
 * which finds no room refuses; then more are deleted until it does. It takes down how full the
 * store would have been.
 *
 * <p>Sizes are log-normal, the median 16 KiB and sigma 2.5 (ln), drawn again outside of 100 B to 64
 * MiB: a few large ones have most of the bytes. The bytes are not written.
 */
public final class Churn {
  /** Up to such a part of the capacity the store is filled. */
  public static final double CEILING = 0.99;

  private static final double MEDIAN = 16 << 10;
  private static final double SIGMA = 2.5;
  private static final long LEAST = 100;
  private static final long MOST = 64L << 20;
  private static final long UNIT = 64;

  private static final int REPORT_EVERY = 200_000;
  private static final ObjectOptions KEEP = ObjectOptions.DEFAULT.withKeep(true);

  private final PlasmaClient client;
  private final double heldShare;
  private final long capacity;
  private final SplittableRandom random = new SplittableRandom(42);
  private final List<Live> live = new ArrayList<>();
  private final List<Live> held = new ArrayList<>();
  private final Shares refused = new Shares();
  private final Shares inPieces = new Shares();
  private long used;
  private long putBytes;
  private long[] nanos = new long[0];

  private static final class Live {
    final ObjectId id;
    final long extent;
    @Nullable SealedObject hold;

    Live(ObjectId id, long extent) {
      this.id = id;
      this.extent = extent;
    }
  }

  /** Parts of the capacity, each of which would have been in use. */
  public static final class Shares {
    private double[] values = new double[16];
    private int count;

    void add(double value) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = value;
    }

    /** How many there are. */
    public int count() {
      return count;
    }

    /** The value that such a part of them is below; the ceiling if there are none. */
    public double quantile(double part) {
      if (count == 0) {
        return CEILING;
      }
      double[] sorted = Arrays.copyOf(values, count);
      Arrays.sort(sorted);
      return sorted[(int) (part * (count - 1))];
    }
  }

  /**
   * Nothing put yet.
   *
   * @param client of a store that is empty and has nobody else
   * @param heldShare the part of the objects that are held open by somebody, any ones
   */
  public Churn(PlasmaClient client, double heldShare) {
    this.client = client;
    this.heldShare = heldShare;
    this.capacity = client.stats().capacity();
  }

  /**
   * Puts so many objects. What is taken down is that of this run.
   *
   * @param progress is told how many there were so far
   */
  public void run(int count, IntConsumer progress) {
    nanos = new long[count];
    putBytes = 0;
    for (int i = 0; i < count; i++) {
      long size = size();
      long extent = (size + UNIT - 1) & -UNIT;
      deleteUntil((long) (capacity * CEILING) - extent);
      put(i, size, extent);
      hold();
      if ((i + 1) % REPORT_EVERY == 0) {
        progress.accept(i + 1);
      }
    }
    Arrays.sort(nanos);
  }

  /** Lets go of everything and deletes it. */
  public void clear() {
    while (!held.isEmpty()) {
      release(held.size() - 1);
    }
    deleteUntil(0);
  }

  /** How full the store would have been, each time that it refused. */
  public Shares refused() {
    return refused;
  }

  /** The same each time that what was free was in pieces, so that objects had to be moved. */
  public Shares inPieces() {
    return inPieces;
  }

  /** Bytes put. */
  public long putBytes() {
    return putBytes;
  }

  /** The nanoseconds that a put took, by the part of them that took less. */
  public double putNanos(double part) {
    return nanos[(int) (part * (nanos.length - 1))];
  }

  private long size() {
    while (true) {
      double size = MEDIAN * Math.exp(SIGMA * random.nextGaussian());
      if (size >= LEAST && size <= MOST) {
        return (long) size;
      }
    }
  }

  private void put(int number, long size, long extent) {
    ObjectId id = ObjectId.random();
    double share = (double) (used + extent) / capacity;
    long movesBefore = moves();
    long start = System.nanoTime();
    boolean wasRefused = !tryPut(id, size);
    nanos[number] = System.nanoTime() - start;
    if (wasRefused) {
      refused.add(share);
      do {
        deleteUntil(used - 1);
      } while (!tryPut(id, size));
    }
    if (wasRefused || moves() != movesBefore) {
      inPieces.add(share);
    }
    live.add(new Live(id, extent));
    used += extent;
    putBytes += extent;
  }

  private boolean tryPut(ObjectId id, long size) {
    try (ObjectWriter writer = client.create(id, size, KEEP)) {
      writer.seal();
      return true;
    } catch (PlasmaException e) {
      if (e.code() != ErrorCode.STORE_FULL) {
        throw e;
      }
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private long moves() {
    return client.stats().counters().getOrDefault("moves", 0L);
  }

  private void deleteUntil(long wanted) {
    List<ObjectId> victims = new ArrayList<>();
    while (used > wanted) {
      int index = random.nextInt(live.size());
      Live victim = live.get(index);
      if (victim.hold != null) {
        continue;
      }
      live.set(index, live.getLast());
      live.removeLast();
      victims.add(victim.id);
      used -= victim.extent;
    }
    if (!victims.isEmpty()) {
      client.deleteAll(victims);
    }
  }

  /** Holds as many as are to be held, and lets go of one in exchange for another now and then. */
  private void hold() {
    int wanted = (int) (live.size() * heldShare);
    while (held.size() > wanted || (wanted > 0 && held.size() == wanted)) {
      release(random.nextInt(held.size()));
    }
    while (held.size() < wanted) {
      Live next = live.get(random.nextInt(live.size()));
      if (next.hold == null) {
        next.hold = client.get(next.id);
        held.add(next);
      }
    }
  }

  private void release(int index) {
    Live released = held.get(index);
    if (released.hold != null) {
      released.hold.close();
      released.hold = null;
    }
    held.set(index, held.getLast());
    held.removeLast();
  }
}
