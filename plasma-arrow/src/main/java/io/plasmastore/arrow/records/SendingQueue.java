package io.plasmastore.arrow.records;

import static io.plasmastore.arrow.records.ChannelLayout.BLOCK_COUNT;
import static io.plasmastore.arrow.records.ChannelLayout.BLOCK_SIZE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SharedPages;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The sender's end of the shared pages of an {@link ObjectChannel}. For one thread. */
final class SendingQueue implements AutoCloseable {
  /** No block is free. */
  static final int NONE = -1;

  private static final Logger LOG = System.getLogger(SendingQueue.class.getName());

  private final SharedPages pages;
  private final MemorySegment receiverPart;
  private final MemorySegment senderPart;

  /** For each block how often it was sent. */
  private final long[] sentBlocks = new long[BLOCK_COUNT];

  private boolean attached;
  private long sent;

  /** As it was when it was last looked at. */
  private long taken;

  private long rung;

  private SendingQueue(SharedPages pages) {
    this.pages = pages;
    this.receiverPart = pages.map(0, ChannelLayout.RECEIVER_SIZE, false);
    this.senderPart = pages.map(ChannelLayout.RECEIVER_SIZE, ChannelLayout.SENDER_SIZE, true);
    ChannelLayout.setRelease(senderPart, ChannelLayout.MARK_OFFSET, ChannelLayout.MARK);
  }

  /**
   * Makes pages, if the store has them to give.
   *
   * @return null if it has not: the channel does without
   */
  static @Nullable SendingQueue open(PlasmaClient client) {
    try {
      SharedPages pages = client.sharedPages(ObjectId.random(), ChannelLayout.SIZE);
      try {
        return new SendingQueue(pages);
      } catch (PlasmaException e) {
        pages.close();
        throw e;
      }
    } catch (PlasmaException e) {
      LOG.log(Level.DEBUG, "a channel without shared pages: reason={0}", e.getMessage());
      return null;
    }
  }

  /** What the receiver asks the store for these pages by. */
  ObjectId token() {
    return pages.token();
  }

  /** Whether the receiver has mapped the pages; once true it stays so. */
  boolean isAttached() {
    if (!attached) {
      // Acquire pairs with the receiver's release: it has mapped all that it needs.
      attached =
          ChannelLayout.getAcquire(receiverPart, ChannelLayout.ATTACHED_OFFSET)
              == ChannelLayout.MARK;
    }
    return attached;
  }

  /** How many messages were published that the receiver has not taken. */
  long untaken() {
    taken = ChannelLayout.getAcquire(receiverPart, ChannelLayout.TAKEN_OFFSET);
    return sent - taken;
  }

  /**
   * Whether fewer messages than that are not taken. Looks only if it is not known: the receiver
   * writes there for each message, and to fetch that from another core takes as long as a memory
   * access.
   */
  boolean isUntakenBelow(int limit) {
    return sent - taken < limit || untaken() < limit;
  }

  /** How many messages were published. */
  long sent() {
    return sent;
  }

  /**
   * A block that nobody reads, or {@link #NONE}. The lowest, so that few blocks stay in the caches
   * of a channel whose receiver is quick.
   */
  int freeBlock() {
    for (int block = 0; block < BLOCK_COUNT; block++) {
      // Acquire pairs with the release of who gave it back: it has read what it wanted.
      if (ChannelLayout.getAcquire(receiverPart, ChannelLayout.returnedOffset(block))
          == sentBlocks[block]) {
        return block;
      }
    }
    return NONE;
  }

  /** The memory of a free block, to be written. */
  MemorySegment block(int block, long length) {
    return senderPart.asSlice(ChannelLayout.blockOffset(block), length);
  }

  /** Whether a stream of that size fits into a block. */
  static boolean fits(long size) {
    return size <= BLOCK_SIZE;
  }

  /** Publishes what was written into a free block. */
  void sendBlock(int block, long length) {
    long offset = ChannelLayout.messageOffset(sent);
    senderPart.set(JAVA_INT, offset + ChannelLayout.BLOCK_OFFSET, block);
    senderPart.set(JAVA_INT, offset + ChannelLayout.LENGTH_OFFSET, (int) length);
    sentBlocks[block]++;
    publish(offset, ChannelLayout.BLOCK);
  }

  /** Publishes an object of the store. */
  void sendObject(ObjectId id) {
    long offset = ChannelLayout.messageOffset(sent);
    MemorySegment.copy(
        id.toBytes(), 0, senderPart, JAVA_BYTE, offset + ChannelLayout.ID_OFFSET, ObjectId.SIZE);
    publish(offset, ChannelLayout.OBJECT);
  }

  /** Whether the receiver sleeps and must be rung for, which the caller then does. */
  boolean mustRing() {
    long sleep = ChannelBell.sleep(receiverPart);
    if (sleep == 0 || sleep == rung) {
      return false;
    }
    rung = sleep;
    return true;
  }

  /** Unmaps the pages. The receiver keeps its own mapping, with what it has not taken. */
  @Override
  public void close() {
    pages.close();
  }

  private void publish(long offset, int kind) {
    senderPart.set(JAVA_INT, offset + ChannelLayout.KIND_OFFSET, kind);
    sent++;
    ChannelBell.publish(senderPart, sent);
  }
}
