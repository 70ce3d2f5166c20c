package io.plasmastore.arrow.records;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The pages that the two ends of an {@link ObjectChannel} share. Each part is written by one end
 * alone, and mapped for reading only by the other. Words that different ends write never share a
 * pair of cache lines; numbers are in the machine's own order, since both ends are on it.
 *
 * <pre>
 *  offset  RECEIVER, 64 KiB: written by the receiver
 *       0  attached   8        MARK once the receiver has mapped all of it
 *     128  taken      8        how many messages it has taken
 *     256  sleep      8        4 × how often it went to sleep or woke up, plus how it may sleep now:
 *                              AWAKE, NAPPING until sent changes, or SLEEPING in a read of the stream
 *     384  returned   16 × 8   for each block how often it was given back
 *
 *          SENDER, 64 KiB + 1 MiB: written by the sender
 *       0  mark       8        MARK: pages of a sender of this version
 *       8  wakes      8        1 if it can wake a receiver that naps
 *     128  sent       8        how many messages were published
 *     136  core       8        where the sender ran when it published the last of them
 *     256  queue      1024 × 32
 *             0  kind      4   BLOCK or OBJECT
 *             4  block     4   the block's number           | id   20   the object's
 *             8  length    4   bytes of the stream in it    |
 *   65536  blocks     16 × 64 KiB
 * </pre>
 *
 * <p>A message's place in the queue is its number modulo the queue's length. A block is free when
 * it was given back as often as it was sent.
 */
final class ChannelLayout {
  /** The bytes {@code PLASMAC} and the version of this layout. */
  static final long MARK = 0x02_43_41_4D_53_41_4C_50L;

  /** Two cache lines: processors fetch them in pairs. */
  static final int LINE = 128;

  /** What the parts are multiples of, so that each can be mapped whatever the page size. */
  static final int GRANULE = 64 << 10;

  static final int ATTACHED_OFFSET = 0;
  static final int TAKEN_OFFSET = ATTACHED_OFFSET + LINE;
  static final int SLEEP_OFFSET = TAKEN_OFFSET + LINE;
  static final int RETURNED_OFFSET = SLEEP_OFFSET + LINE;
  static final int RECEIVER_SIZE = GRANULE;

  static final int MARK_OFFSET = 0;
  static final int WAKES_OFFSET = MARK_OFFSET + Long.BYTES;
  static final int SENT_OFFSET = MARK_OFFSET + LINE;
  static final int CORE_OFFSET = SENT_OFFSET + Long.BYTES;
  static final int QUEUE_OFFSET = SENT_OFFSET + LINE;
  static final int QUEUE_LENGTH = 1024;
  static final int BLOCKS_OFFSET = GRANULE;
  static final int BLOCK_COUNT = 16;
  static final int BLOCK_SIZE = 64 << 10;
  static final int SENDER_SIZE = BLOCKS_OFFSET + BLOCK_COUNT * BLOCK_SIZE;

  static final int SIZE = RECEIVER_SIZE + SENDER_SIZE;

  static final int KIND_OFFSET = 0;
  static final int ID_OFFSET = KIND_OFFSET + Integer.BYTES;
  static final int BLOCK_OFFSET = KIND_OFFSET + Integer.BYTES;
  static final int LENGTH_OFFSET = BLOCK_OFFSET + Integer.BYTES;

  /** So that two of them share a cache line with nobody else's. */
  static final int MESSAGE_SIZE = 32;

  /** The kind of a message whose stream lies in a block. */
  static final int BLOCK = 1;

  /** The kind of a message that is an object of the store. */
  static final int OBJECT = 2;

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private ChannelLayout() {}

  /** Where a message lies in the sender's part. */
  static long messageOffset(long number) {
    return QUEUE_OFFSET + (number & QUEUE_LENGTH - 1) * MESSAGE_SIZE;
  }

  /** Where a block lies in the sender's part. */
  static long blockOffset(int block) {
    return BLOCKS_OFFSET + (long) block * BLOCK_SIZE;
  }

  /** Where it is counted, in the receiver's part, how often a block was given back. */
  static long returnedOffset(int block) {
    return RETURNED_OFFSET + (long) block * Long.BYTES;
  }

  static long getAcquire(MemorySegment part, long offset) {
    return (long) LONG.getAcquire(part, offset);
  }

  static void setRelease(MemorySegment part, long offset, long value) {
    LONG.setRelease(part, offset, value);
  }

  static long getOpaque(MemorySegment part, long offset) {
    return (long) LONG.getOpaque(part, offset);
  }

  static void setOpaque(MemorySegment part, long offset, long value) {
    LONG.setOpaque(part, offset, value);
  }
}
