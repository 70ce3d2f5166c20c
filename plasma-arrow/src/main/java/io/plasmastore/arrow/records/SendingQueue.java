package io.plasmastore.arrow.records;

import static io.plasmastore.arrow.records.ChannelLayout.BLOCK_COUNT;
import static io.plasmastore.arrow.records.ChannelLayout.BLOCK_SIZE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SharedPages;
import io.plasmastore.SharedWord;
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

  /** What a receiver that naps waits for. */
  private final SharedWord sentWord;

  /** For each block how often it was sent. */
  private final long[] sentBlocks = new long[BLOCK_COUNT];

  private boolean attached;
  private long sent;

  /** As it was when it was last looked at. */
  private long taken;

  /** The sleep that was rung for last. */
  private long rung;

  /** Whether nobody was found in it. */
  private boolean inVain;

  private SendingQueue(SharedPages pages) {
    this.pages = pages;
    this.receiverPart = pages.map(0, ChannelLayout.RECEIVER_SIZE, false);
    this.senderPart = pages.map(ChannelLayout.RECEIVER_SIZE, ChannelLayout.SENDER_SIZE, true);
    this.sentWord = SharedWord.of(senderPart, ChannelLayout.SENT_OFFSET);
    // Nobody waits yet: it shows whether the kernel lets this process wake others.
    senderPart.set(JAVA_LONG, ChannelLayout.WAKES_OFFSET, sentWord.wake() < 0 ? 0 : 1);
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

  /**
   * Rings for what was published, if the receiver sleeps and was not rung for.
   *
   * @return whether the caller must do so, by a byte on the stream
   */
  boolean mustRing() {
    long sleep = ChannelBell.sleep(receiverPart);
    ChannelBell.Sleep how = ChannelBell.Sleep.of(sleep);
    if (how == ChannelBell.Sleep.AWAKE) {
      return false;
    }
    if (sleep == rung) {
      // A receiver that is alive has seen the message before, and does not nap any more: the stream
      // knows if it is dead.
      boolean still = inVain;
      inVain = false;
      return still;
    }
    rung = sleep;
    if (how == ChannelBell.Sleep.SLEEPING) {
      inVain = false;
      return true;
    }
    int woken = sentWord.wake();
    inVain = woken == 0;
    return woken < 0;
  }

  /** Wakes a receiver that naps, for it to see what came over the stream. */
  void endNap() {
    if (ChannelBell.Sleep.of(ChannelBell.sleep(receiverPart)) == ChannelBell.Sleep.NAPPING) {
      // If it has not fallen asleep yet this is in vain, and the nap as long as any.
      int unused = sentWord.wake();
    }
  }

  /** Unmaps the pages. The receiver keeps its own mapping, with what it has not taken. */
  @Override
  public void close() {
    pages.close();
  }

  private void publish(long offset, int kind) {
    senderPart.set(JAVA_INT, offset + ChannelLayout.KIND_OFFSET, kind);
    sent++;
    ChannelLayout.setOpaque(senderPart, ChannelLayout.CORE_OFFSET, SharedWord.core());
    ChannelBell.publish(senderPart, sent);
  }
}
