package io.plasmastore.memory;

import static io.plasmastore.memory.IndexLayout.BYTE;
import static io.plasmastore.memory.IndexLayout.INT;
import static io.plasmastore.memory.IndexLayout.LONG;

import io.plasmastore.os.NativeCallException;
import java.lang.foreign.MemorySegment;

/**
 * What one client tells the store without asking: which slots it holds, and which it has looked at.
 * Layout of the file {@code page-N}, little-endian; written by that client and, once it is dead, by
 * nobody.
 *
 * <pre>
 *    0 +------------------------+-----------+-----------+
 *      | magic "PLASMA-P"     8 | version 4 | client  4 |
 *   16 +------------------------+-----------+-----------+
 *      | pid                  8 | (unused up to 4096)   |
 * 4096 +------------------------+-----------------------+
 *      | pins: maxSlots × 4 bytes, a count per slot      |
 *      +------------------------------------------------+
 *      | visited: maxSlots × 1 byte, from a multiple of 4096; 1 = got since the store last looked
 *      +------------------------------------------------+
 * </pre>
 */
public final class ClientPage {
  /** "PLASMA-P" as it lies in memory. */
  public static final long MAGIC = 0x502D_414D_5341_4C50L;

  static final long MAGIC_OFFSET = 0;
  static final long VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
  static final long CLIENT_OFFSET = VERSION_OFFSET + Integer.BYTES;
  static final long PID_OFFSET = CLIENT_OFFSET + Integer.BYTES;
  static final long PINS_OFFSET = 4096;

  private final MemorySegment segment;
  private final long visitedOffset;

  /**
   * Looks at a page.
   *
   * @param segment all of the file, mapped for writing
   * @param maxSlots as in the index
   */
  public ClientPage(MemorySegment segment, int maxSlots) {
    this.segment = segment;
    this.visitedOffset = visitedOffset(maxSlots);
  }

  /**
   * Writes the head of a new page.
   *
   * @param client the client's number
   * @param pid the client's process
   */
  public void initialize(int client, long pid) {
    INT.set(segment, VERSION_OFFSET, IndexLayout.VERSION);
    INT.set(segment, CLIENT_OFFSET, client);
    LONG.set(segment, PID_OFFSET, pid);
    LONG.setRelease(segment, MAGIC_OFFSET, MAGIC);
  }

  /**
   * Length of a page file.
   *
   * @param maxSlots as in the index
   * @return bytes, a multiple of 4096
   */
  public static long fileSize(int maxSlots) {
    return IndexLayout.roundUpToPage(visitedOffset(maxSlots) + maxSlots);
  }

  /**
   * Gives a page file the pages for a range of slots.
   *
   * @param file the page
   * @param maxSlots as in the index
   * @param from first slot; 0 includes the head
   * @param to end of the slots
   * @throws NativeCallException if the mount is full
   */
  public static void commit(MappedFile file, int maxSlots, int from, int to)
      throws NativeCallException {
    long pinsStart = from == 0 ? 0 : pinOffset(from);
    file.commit(pinsStart, pinOffset(to) - pinsStart);
    file.commit(visitedOffset(maxSlots) + from, to - from);
  }

  /**
   * Adds a pin, atomically and with volatile order, on which {@link PinProtocol} relies.
   *
   * @param slot the slot
   */
  public void pin(int slot) {
    int ignored = (int) INT.getAndAdd(segment, pinOffset(slot), 1);
  }

  /**
   * Takes a pin away, atomically and with volatile order, on which {@link PinProtocol} relies.
   *
   * @param slot the slot
   * @return how many are left
   */
  public int unpin(int slot) {
    return (int) INT.getAndAdd(segment, pinOffset(slot), -1) - 1;
  }

  /**
   * How often this client holds a slot.
   *
   * @param slot the slot
   * @return the count
   */
  public int pins(int slot) {
    return (int) INT.getVolatile(segment, pinOffset(slot));
  }

  /**
   * Marks a slot as looked at.
   *
   * @param slot the slot
   */
  public void visit(int slot) {
    BYTE.setOpaque(segment, visitedOffset + slot, (byte) 1);
  }

  private static long pinOffset(int slot) {
    return PINS_OFFSET + (long) slot * Integer.BYTES;
  }

  private static long visitedOffset(int maxSlots) {
    return IndexLayout.roundUpToPage(pinOffset(maxSlots));
  }
}
