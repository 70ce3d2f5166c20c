package io.plasmastore.memory;

import static io.plasmastore.memory.IndexLayout.LONG;

import io.plasmastore.os.NativeCallException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The seals of objects that the store has not come to look at: the file {@code seals}, in which
 * everybody reads and each writer writes what concerns the slots of the objects that it is writing.
 * From its mark on an object is sealed, though its slot still says CREATED. 16 bytes for each slot,
 * little-endian.
 *
 * <pre>
 *  slot × 16
 *    0 +-----------------------+------------+
 *      | generation          7 | nameSize 1 |    one number, generation × 256 + nameSize; written last
 *    8 +-----------------------+------------+
 *      | dataSize × 2^17 + metadataSize   8 |
 *   16 +------------------------------------+
 * </pre>
 *
 * <p>A mark is in force as long as its slot is in that very generation, and CREATED; so nobody ever
 * takes one away, and one of another object says nothing.
 */
public final class SealMarks {
  static final long HEAD_OFFSET = 0;
  static final long SIZES_OFFSET = HEAD_OFFSET + Long.BYTES;
  static final long SIZE = SIZES_OFFSET + Long.BYTES;

  private static final int GENERATION_SHIFT = Byte.SIZE;
  private static final int MAX_NAME_SIZE = (1 << GENERATION_SHIFT) - 1;
  private static final int DATA_SIZE_SHIFT = 17;
  private static final int MAX_METADATA_SIZE = (1 << DATA_SIZE_SHIFT) - 1;

  private final MemorySegment segment;

  /**
   * Looks at the marks.
   *
   * @param segment all of the file, mapped; for writing where {@link #mark} is to be called
   */
  public SealMarks(MemorySegment segment) {
    this.segment = segment;
  }

  /**
   * Length of the file.
   *
   * @param maxSlots as in the index
   * @return bytes, a multiple of 4096
   */
  public static long fileSize(int maxSlots) {
    return IndexLayout.roundUpToPage(maxSlots * SIZE);
  }

  /**
   * Gives the file the pages for a range of slots.
   *
   * @param file the marks
   * @param from first slot
   * @param to end of the slots
   * @throws NativeCallException if the mount is full
   */
  public static void commit(MappedFile file, int from, int to) throws NativeCallException {
    file.commit(from * SIZE, (to - from) * SIZE);
  }

  /**
   * Whether a mark can say these sizes.
   *
   * @param mark the mark
   * @return false if the store must be asked to seal
   */
  public static boolean canHold(SealMark mark) {
    return mark.dataSize() < 1L << (Long.SIZE - DATA_SIZE_SHIFT)
        && mark.metadataSize() <= MAX_METADATA_SIZE
        && mark.nameSize() <= MAX_NAME_SIZE;
  }

  /**
   * Seals an object that the caller is writing: from here on it is sealed for everybody, and for
   * the store that takes over if this one dies. Its writer's, once.
   *
   * @param slot the object's
   * @param mark what it says; all of the object's bytes are written
   */
  public void mark(int slot, SealMark mark) {
    long sizes = mark.dataSize() << DATA_SIZE_SHIFT | mark.metadataSize();
    LONG.setOpaque(segment, at(slot) + SIZES_OFFSET, sizes);
    // Release: who sees the generation sees the sizes, and the object's bytes.
    long head = mark.generation() << GENERATION_SHIFT | mark.nameSize();
    LONG.setRelease(segment, at(slot) + HEAD_OFFSET, head);
  }

  /**
   * The mark on an object.
   *
   * @param slot the object's
   * @param word of its slot, CREATED
   * @return what its writer says, which may be anything, or null if it has said nothing
   */
  public @Nullable SealMark at(int slot, long word) {
    long head = (long) LONG.getAcquire(segment, at(slot) + HEAD_OFFSET);
    if (!isOf(head, word)) {
      return null;
    }
    // Acquire: the slot's word is read again after this, and says whether the sizes were another
    // object's.
    long sizes = (long) LONG.getAcquire(segment, at(slot) + SIZES_OFFSET);
    return decode(head, sizes);
  }

  /**
   * Whether there is a mark on an object.
   *
   * @param slot the object's
   * @param word of its slot
   * @return true if it is CREATED, and marked
   */
  public boolean isMarked(int slot, long word) {
    return isOf((long) LONG.getAcquire(segment, at(slot) + HEAD_OFFSET), word);
  }

  static boolean isOf(long head, long word) {
    return SlotState.word(head >>> GENERATION_SHIFT, SlotState.CREATED) == word;
  }

  static SealMark decode(long head, long sizes) {
    return new SealMark(
        head >>> GENERATION_SHIFT,
        sizes >>> DATA_SIZE_SHIFT,
        (int) (sizes & MAX_METADATA_SIZE),
        (int) (head & MAX_NAME_SIZE));
  }

  static long at(int slot) {
    return slot * SIZE;
  }
}
