package io.plasmastore.arrow;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the buffers of a batch go whose vectors were filled in place: most of them stay where they
 * are, others find room in the gaps between them.
 */
final class BatchPlacement {
  /** More than so many bytes for each that is read are not worth keeping in place. */
  private static final double WASTE = 1.3;

  /** Bytes that are never too many. */
  private static final long SMALL = 64 << 10;

  private final BuildSpace space;
  private final BatchPlan plan;
  private final List<BatchPlan.PlacedBuffer> places = new ArrayList<>();
  // Buffers that come from elsewhere, and the pieces that were taken for them.
  private final List<BatchPlan.PlacedBuffer> copied = new ArrayList<>();
  private long end;

  private BatchPlacement(BuildSpace space, BatchPlan plan) {
    this.space = space;
    this.plan = plan;
    this.end = space.region();
  }

  /** Whether any buffer of a batch lies in the region. */
  static boolean isInPlace(BuildSpace space, BatchPlan plan) {
    // A seal runs with cold caches, after all the values: it is to run through little code.
    for (BatchPlan.PlacedBuffer buffer : plan.buffers()) {
      if (offset(space, buffer) != BuildSpace.NONE) {
        return true;
      }
    }
    return false;
  }

  /**
   * Finds a place for each buffer, and takes pieces of the region where it must.
   *
   * @param max bytes that the object may grow to
   * @return the places, or null if there is no room for one
   */
  static @Nullable BatchPlacement of(BuildSpace space, BatchPlan plan, long max) {
    BatchPlacement placement = new BatchPlacement(space, plan);
    boolean placed = false;
    try {
      placed = placement.placeAll(max);
    } finally {
      if (!placed) {
        placement.giveBack();
      }
    }
    return placed ? placement : null;
  }

  /** The end of the last buffer, a multiple of the alignment. */
  long end() {
    return end;
  }

  /**
   * Whether the message is much longer than it has to be.
   *
   * @param least bytes that it takes without gaps
   */
  boolean isWasteful(long least) {
    return end - space.base() > least * WASTE + SMALL;
  }

  /** Copies what comes from elsewhere; the pieces that were taken for it are given back. */
  void copy(StreamTarget target) {
    for (BatchPlan.PlacedBuffer buffer : copied) {
      long stop = buffer.offset() + buffer.bytes().size();
      buffer.bytes().writeTo(target, buffer.offset());
      target.zero(stop, StreamLayout.align(stop));
    }
    giveBack();
  }

  /** Gives back the pieces that were taken. */
  void giveBack() {
    for (BatchPlan.PlacedBuffer buffer : copied) {
      space.giveBack(buffer.offset());
    }
    copied.clear();
  }

  /** Where the buffers lie, counted from the start of the region, in the order of the format. */
  List<BatchPlan.PlacedBuffer> places() {
    return places;
  }

  /**
   * The batch as it lies.
   *
   * @param bodyEnd the end of its body, no less than {@link #end}
   */
  BatchPlan placed(long bodyEnd) {
    return plan.placed(places, bodyEnd - space.region());
  }

  private boolean placeAll(long max) {
    for (BatchPlan.PlacedBuffer buffer : plan.buffers()) {
      if (!place(buffer, max)) {
        return false;
      }
    }
    return true;
  }

  private boolean place(BatchPlan.PlacedBuffer buffer, long max) {
    long size = buffer.bytes().size();
    long offset = offset(space, buffer);
    if (size == 0) {
      offset = space.region();
    } else if (offset == BuildSpace.NONE) {
      offset = space.take(size);
      if (offset == BuildSpace.NONE && space.growFor(size, max)) {
        offset = space.take(size);
      }
      if (offset == BuildSpace.NONE) {
        return false;
      }
      copied.add(new BatchPlan.PlacedBuffer(buffer.bytes(), offset));
    }
    places.add(new BatchPlan.PlacedBuffer(new BodyBuffer.InPlace(size), offset - space.region()));
    end = Math.max(end, StreamLayout.align(offset + size));
    return true;
  }

  private static long offset(BuildSpace space, BatchPlan.PlacedBuffer buffer) {
    long size = buffer.bytes().size();
    return size > 0 && buffer.bytes() instanceof BodyBuffer.Copied copied
        ? space.offsetOf(copied.address(), size)
        : BuildSpace.NONE;
  }
}
