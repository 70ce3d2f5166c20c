package io.plasmastore.arrow;

import io.plasmastore.ObjectWriter;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.ArrowBuf;

/**
 * The memory of one object under construction: what is written from its start on, and behind that
 * the region that vectors are given pieces of. Lowest address first, so that what a vector leaves
 * that has grown is used again; neighbours are joined.
 *
 * <pre>
 *   0                base                      region          usable end      size
 *   +----------------+-------------------------+---------------+---------------+
 *   | whole messages | room for the next one's | pieces, gaps  | end of stream,|
 *   |                | metadata                |               | slack         |
 *   +----------------+-------------------------+---------------+---------------+
 * </pre>
 *
 * Guarded by the {@link BuildMemory} that it belongs to.
 */
final class BuildSpace {
  /** Kept at the end: the end of the stream, and for metadata that is longer in the end. */
  static final long TAIL = 64;

  /** Answered where there is no room. */
  static final long NONE = -1;

  private final ObjectWriter writer;
  private final long address;
  // Made ahead of the seal, for whom every new thing is cold.
  private ArrowBuf view;
  private final TreeMap<Long, Long> gaps = new TreeMap<>();
  private final TreeMap<Long, Long> pieces = new TreeMap<>();
  private long base;
  private long region;
  private long end;
  // Until the next region begins nothing is taken, and where there is room is not kept up.
  private boolean ending;
  private boolean abandoned;

  /** A space without a region; takes over the writer. */
  BuildSpace(ObjectWriter writer) {
    this.writer = writer;
    this.address = writer.data().address();
    this.view = StreamTarget.view(writer.data());
    this.end = usableEnd();
    this.region = end;
  }

  ObjectWriter writer() {
    return writer;
  }

  /** All of the object, to write messages to. */
  StreamTarget target() {
    return new StreamTarget(view);
  }

  /** The end of all whole messages. */
  long base() {
    return base;
  }

  /** Where the bodies of what is being filled begin. */
  long region() {
    return region;
  }

  /** The end of what may be used. */
  long end() {
    return end;
  }

  /** Bytes of pieces that somebody has. */
  long pieceBytes() {
    return pieces.entrySet().stream().mapToLong(piece -> piece.getValue() - piece.getKey()).sum();
  }

  int pieceCount() {
    return pieces.size();
  }

  /**
   * Says how far messages are written, and where the region begins. Pieces that somebody still has
   * stay where they are.
   *
   * @param base a multiple of the alignment
   * @param region no less than the base, a multiple of the alignment; may be where there is no room
   *     yet
   */
  void begin(long base, long region) {
    this.base = base;
    this.region = region;
    ending = false;
    gaps.clear();
    long from = region;
    for (Map.Entry<Long, Long> piece : pieces.entrySet()) {
      if (piece.getKey() > from) {
        gaps.put(from, piece.getKey());
      }
      from = Math.max(from, piece.getValue());
    }
    if (from < end) {
      gaps.put(from, end);
    }
  }

  /**
   * The pieces that there are lie where they belong: no other is taken until the next region {@link
   * #begin begins}, so that those which are given back meanwhile are only crossed out.
   */
  void endRegion() {
    ending = true;
    gaps.clear();
  }

  /** The end of pieces that reach into a stretch, or its start if there are none. */
  long clear(long from, long to) {
    if (pieces.isEmpty()) {
      return from;
    }
    long clear = from;
    for (Map.Entry<Long, Long> piece : pieces.headMap(to).entrySet()) {
      clear = Math.max(clear, piece.getValue());
    }
    return clear;
  }

  /**
   * Takes a piece of the region.
   *
   * @param size in bytes, more than 0
   * @return its offset, a multiple of the alignment, or {@link #NONE}
   */
  long take(long size) {
    long wanted = StreamLayout.align(size);
    for (Map.Entry<Long, Long> gap : gaps.entrySet()) {
      long from = gap.getKey();
      long to = gap.getValue();
      if (to - from >= wanted) {
        cut(from, to, from + wanted);
        return from;
      }
    }
    return NONE;
  }

  /** Makes a piece of a gap, from its start to {@code end}. */
  private void cut(long from, long to, long end) {
    gaps.remove(from);
    if (end < to) {
      gaps.put(end, to);
    }
    pieces.put(from, end);
  }

  /**
   * Asks the store for so much more room at the end that a piece fits.
   *
   * @param size in bytes
   * @param max bytes that the object may have at most
   * @return whether there is room now
   */
  boolean growFor(long size, long max) {
    Map.Entry<Long, Long> last = gaps.lastEntry();
    long from = last != null && last.getValue() == end ? last.getKey() : Math.max(end, region);
    return growTo(from + StreamLayout.align(size), max);
  }

  /** Asks the store for so much more room that the usable end is at least there. */
  boolean growTo(long wanted, long max) {
    if (wanted <= end) {
      return true;
    }
    long least = wanted + TAIL + StreamLayout.ALIGNMENT;
    if (least > max) {
      return false;
    }
    long most = Math.min(max, Math.max(least, 2 * writer.size()));
    var unused = writer.grow(least, most);
    view = StreamTarget.view(writer.data());
    long before = end;
    end = usableEnd();
    if (end > before) {
      long from = Math.max(before, region);
      Map.Entry<Long, Long> last = gaps.lastEntry();
      if (last != null && last.getValue() == from) {
        gaps.put(last.getKey(), end);
      } else if (from < end) {
        gaps.put(from, end);
      }
    }
    return wanted <= end;
  }

  /** Gives a piece back, as {@link #take} answered it. */
  void giveBack(long offset) {
    Long stop = pieces.remove(offset);
    if (stop == null) {
      throw new IllegalStateException("no such piece: offset=" + offset);
    }
    if (abandoned) {
      abortIfUnused();
      return;
    }
    long from = Math.max(offset, region);
    if (ending || stop <= from) {
      // Nobody asks for room now; or it is among whole messages by now.
      return;
    }
    long to = stop;
    Map.Entry<Long, Long> before = gaps.lowerEntry(from);
    if (before != null && before.getValue() == from) {
      from = before.getKey();
    }
    Long after = gaps.remove(to);
    if (after != null) {
      to = after;
    }
    gaps.put(from, to);
  }

  /** The offset of bytes that lie in the region and aligned, or {@link #NONE}. */
  long offsetOf(long memoryAddress, long size) {
    long offset = memoryAddress - address;
    boolean inside = offset >= region && offset <= end - size;
    return inside && offset % StreamLayout.ALIGNMENT == 0 ? offset : NONE;
  }

  /** Undoes the object as soon as nobody has a piece of it, so that nobody writes to another's. */
  void abandon() {
    abandoned = true;
    abortIfUnused();
  }

  private void abortIfUnused() {
    if (pieces.isEmpty()) {
      writer.close();
    }
  }

  private long usableEnd() {
    return Math.max(0, (writer.size() - TAIL) & -StreamLayout.ALIGNMENT);
  }
}
