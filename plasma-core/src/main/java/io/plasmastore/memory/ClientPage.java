package io.plasmastore.memory;

import static io.plasmastore.memory.IndexLayout.BYTE;
import static io.plasmastore.memory.IndexLayout.INT;
import static io.plasmastore.memory.IndexLayout.LONG;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.plasmastore.os.NativeCallException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What one client tells the store without asking: which slots it holds, which it has looked at, and
 * how many seals it has marked in {@link SealMarks}. Layout of the file {@code page-N},
 * little-endian; written by that client and, once it is dead, by nobody; but that a client is
 * writing in a slot is entered by the store, and taken away by either.
 *
 * <pre>
 *    0 +------------------------+-----------+-----------+
 *      | magic "PLASMA-P"     8 | version 4 | client  4 |
 *   16 +------------------------+-----------+-----------+
 *      | pid                  8 | processStartMillis  8 |    together they name a process, even after its pid is re-used
 *   32 +------------------------+-----------------------+
 *      | token                                       16 |    what a lane shows to belong to this session
 *   48 +------------------------+-----------+-----------+
 *      | connectedMillis      8 | left    4 | nameSize 4|    left: 1 = the client has closed and holds nothing
 *   64 +------------------------+-----------+-----------+
 *      | name, UTF-8, up to 255 bytes                   |
 *  320 +------------------------+-----------------------+
 *      | marked               8 | (unused up to 4096)   |    how many seals it has marked
 * 4096 +------------------------+-----------------------+
 *      | pins: maxSlots × 4 bytes, a count per slot     |    bit 30: it is writing the object in the slot
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
  static final long PROCESS_START_OFFSET = PID_OFFSET + Long.BYTES;
  static final long TOKEN_OFFSET = PROCESS_START_OFFSET + Long.BYTES;
  static final long CONNECTED_OFFSET = TOKEN_OFFSET + 2 * Long.BYTES;
  static final long LEFT_OFFSET = CONNECTED_OFFSET + Long.BYTES;
  static final long NAME_SIZE_OFFSET = LEFT_OFFSET + Integer.BYTES;
  static final long NAME_OFFSET = NAME_SIZE_OFFSET + Integer.BYTES;
  static final long MARKED_OFFSET = NAME_OFFSET + 256;
  static final long PINS_OFFSET = 4096;

  /** What is added to the pins of the client that is writing an object in the slot. */
  static final int WRITER = 1 << 30;

  static final int MAX_NAME_SIZE = 255;

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
   * Whose page it is.
   *
   * @param client the client's number
   * @param pid the client's process
   * @param processStartMillis when that process started, 0 if it can't be seen
   * @param tokenFirst the first half of the session's token
   * @param tokenSecond the second half
   * @param connectedMillis when it connected
   * @param name what listings show, at most 255 bytes of UTF-8
   */
  public record Owner(
      int client,
      long pid,
      long processStartMillis,
      long tokenFirst,
      long tokenSecond,
      long connectedMillis,
      String name) {
    @Override
    public String toString() {
      return "client=" + client + " pid=" + pid + " name=" + name;
    }
  }

  /**
   * Writes the head of a new page.
   *
   * @param owner whose it is
   */
  public void initialize(Owner owner) {
    byte[] name = owner.name().getBytes(StandardCharsets.UTF_8);
    int nameSize = Math.min(name.length, MAX_NAME_SIZE);
    INT.set(segment, VERSION_OFFSET, IndexLayout.VERSION);
    INT.set(segment, CLIENT_OFFSET, owner.client());
    LONG.set(segment, PID_OFFSET, owner.pid());
    LONG.set(segment, PROCESS_START_OFFSET, owner.processStartMillis());
    LONG.set(segment, TOKEN_OFFSET, owner.tokenFirst());
    LONG.set(segment, TOKEN_OFFSET + Long.BYTES, owner.tokenSecond());
    LONG.set(segment, CONNECTED_OFFSET, owner.connectedMillis());
    INT.set(segment, NAME_SIZE_OFFSET, nameSize);
    MemorySegment.copy(name, 0, segment, JAVA_BYTE, NAME_OFFSET, nameSize);
    LONG.setRelease(segment, MAGIC_OFFSET, MAGIC);
  }

  /**
   * Reads the head of a page that another store made.
   *
   * @return whose it is, or null if the head was never completed, is of another version, or its
   *     client has left
   */
  public @Nullable Owner owner() {
    int nameSize = (int) INT.get(segment, NAME_SIZE_OFFSET);
    if ((long) LONG.getAcquire(segment, MAGIC_OFFSET) != MAGIC
        || (int) INT.get(segment, VERSION_OFFSET) != IndexLayout.VERSION
        || (int) INT.getAcquire(segment, LEFT_OFFSET) != 0
        || nameSize < 0
        || nameSize > MAX_NAME_SIZE) {
      return null;
    }
    byte[] name = segment.asSlice(NAME_OFFSET, nameSize).toArray(JAVA_BYTE);
    return new Owner(
        (int) INT.get(segment, CLIENT_OFFSET),
        (long) LONG.get(segment, PID_OFFSET),
        (long) LONG.get(segment, PROCESS_START_OFFSET),
        (long) LONG.get(segment, TOKEN_OFFSET),
        (long) LONG.get(segment, TOKEN_OFFSET + Long.BYTES),
        (long) LONG.get(segment, CONNECTED_OFFSET),
        new String(name, StandardCharsets.UTF_8));
  }

  /**
   * Says that the client has closed and holds nothing, to a store that may not be there to be told.
   */
  public void leave() {
    INT.setRelease(segment, LEFT_OFFSET, 1);
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
   * Enters that this client is writing in a slot.
   *
   * @param slot in state CREATED
   */
  public void beginWrite(int slot) {
    int ignored = (int) INT.getAndBitwiseOr(segment, pinOffset(slot), WRITER);
  }

  /**
   * Ends that. The store and the client may both do so, when they lose sight of each other; the
   * second does nothing.
   *
   * @param slot in state CREATED
   */
  public void endWrite(int slot) {
    int ignored = (int) INT.getAndBitwiseAnd(segment, pinOffset(slot), ~WRITER);
  }

  /**
   * Whether this client is writing in a slot.
   *
   * @param slot the slot
   * @return true from the create to the seal or abort, as far as the store has come to look
   */
  public boolean isWriting(int slot) {
    return ((int) INT.getVolatile(segment, pinOffset(slot)) & WRITER) != 0;
  }

  /**
   * How often this client holds a slot to read it.
   *
   * @param slot the slot
   * @return the count
   */
  public int pins(int slot) {
    return (int) INT.getVolatile(segment, pinOffset(slot)) & ~WRITER;
  }

  /**
   * Marks a slot as looked at.
   *
   * @param slot the slot
   */
  public void visit(int slot) {
    BYTE.setOpaque(segment, visitedOffset + slot, (byte) 1);
  }

  /**
   * Whether a slot was looked at since the last time, and forgets it. The mark is advice: one that
   * is set meanwhile may be lost.
   *
   * @param slot the slot
   * @return true if it was
   */
  public boolean takeVisit(int slot) {
    boolean visited = (byte) BYTE.getOpaque(segment, visitedOffset + slot) != 0;
    if (visited) {
      BYTE.setOpaque(segment, visitedOffset + slot, (byte) 0);
    }
    return visited;
  }

  /**
   * Hands out the slots that were looked at since the last time. O(slots / 8).
   *
   * @param slots end of the slots to look at, which are committed
   * @param visited takes each slot
   */
  public void forEachVisit(int slots, IntConsumer visited) {
    for (int first = 0; first < slots; first += Long.BYTES) {
      if ((long) LONG.getOpaque(segment, visitedOffset + first) == 0) {
        continue;
      }
      for (int slot = first; slot < Math.min(slots, first + Long.BYTES); slot++) {
        if ((byte) BYTE.getOpaque(segment, visitedOffset + slot) != 0) {
          visited.accept(slot);
        }
      }
    }
  }

  /**
   * Whether a slot was looked at since the last time.
   *
   * @param slot the slot
   * @return true if it was; it stays marked
   */
  public boolean isVisited(int slot) {
    return (byte) BYTE.getOpaque(segment, visitedOffset + slot) != 0;
  }

  /** Counts one more seal that this client has marked; after the mark, with volatile order. */
  public void countMark() {
    long ignored = (long) LONG.getAndAdd(segment, MARKED_OFFSET, 1L);
  }

  /**
   * How many seals this client has marked, with volatile order.
   *
   * @return a count that only grows
   */
  public long marked() {
    return (long) LONG.getVolatile(segment, MARKED_OFFSET);
  }

  private static long pinOffset(int slot) {
    return PINS_OFFSET + (long) slot * Integer.BYTES;
  }

  private static long visitedOffset(int maxSlots) {
    return IndexLayout.roundUpToPage(pinOffset(maxSlots));
  }
}
