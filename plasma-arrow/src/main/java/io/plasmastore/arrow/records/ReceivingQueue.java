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
import java.io.StreamCorruptedException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The receiver's end of the shared pages of an {@link ObjectChannel}. For one thread, but for the
 * blocks, which any thread gives back. The pages stay mapped until this is closed and every block
 * is given back.
 */
final class ReceivingQueue implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ReceivingQueue.class.getName());

  private final SharedPages pages;
  private final MemorySegment receiverPart;
  private final MemorySegment senderPart;

  /** This, until it is closed, and each block that is held. */
  private final AtomicInteger holds = new AtomicInteger(1);

  private final AtomicBoolean closed = new AtomicBoolean();
  private final Spinning spinning;
  private final SharedWord sentWord;

  /** Whether it can be woken from a nap. */
  private boolean naps;

  private long sleep;
  private long taken;

  /**
   * A block that was received: a stream, and what gives its memory back to the sender. Given back
   * once, however often it is run.
   */
  final class Block implements Runnable {
    private final int number;
    private final MemorySegment stream;
    private final AtomicBoolean returned = new AtomicBoolean();

    private Block(int number, MemorySegment stream) {
      this.number = number;
      this.stream = stream;
    }

    MemorySegment stream() {
      return stream;
    }

    @Override
    public void run() {
      if (returned.compareAndSet(false, true)) {
        long offset = ChannelLayout.returnedOffset(number);
        // Nobody else counts this block before the sender has sent it again. Release: what was
        // read of it was read before.
        ChannelLayout.setRelease(
            receiverPart, offset, ChannelLayout.getAcquire(receiverPart, offset) + 1);
        letGo();
      }
    }
  }

  private ReceivingQueue(SharedPages pages, Spinning spinning) {
    this.pages = pages;
    this.spinning = spinning;
    this.receiverPart = pages.map(0, ChannelLayout.RECEIVER_SIZE, true);
    this.senderPart = pages.map(ChannelLayout.RECEIVER_SIZE, ChannelLayout.SENDER_SIZE, false);
    this.sentWord = SharedWord.of(senderPart, ChannelLayout.SENT_OFFSET);
  }

  /**
   * Maps the pages of a sender, and tells it so.
   *
   * @return null if they are not to be had: the store has died since, or serves another user. Then
   *     the sender never hears of it, and sends everything over the stream
   */
  static @Nullable ReceivingQueue attach(PlasmaClient client, ObjectId token, Spinning spinning) {
    try {
      SharedPages pages = client.sharedPages(token, ChannelLayout.SIZE);
      ReceivingQueue queue;
      try {
        queue = new ReceivingQueue(pages, spinning);
      } catch (PlasmaException e) {
        pages.close();
        throw e;
      }
      if (queue.isOfSender()) {
        return queue;
      }
      pages.close();
    } catch (PlasmaException e) {
      LOG.log(Level.DEBUG, "a channel without its shared pages: reason={0}", e.getMessage());
    }
    return null;
  }

  /** Tells the sender that everything is mapped. */
  private boolean isOfSender() {
    if (ChannelLayout.getAcquire(senderPart, ChannelLayout.MARK_OFFSET) != ChannelLayout.MARK) {
      // Pages of another store, or of a receiver that was here before, that no sender has.
      return false;
    }
    naps = senderPart.get(JAVA_LONG, ChannelLayout.WAKES_OFFSET) == 1;
    ChannelLayout.setRelease(receiverPart, ChannelLayout.ATTACHED_OFFSET, ChannelLayout.MARK);
    return true;
  }

  /** Whether there is a message to take. */
  boolean hasMessage() {
    return ChannelBell.sent(senderPart) != taken;
  }

  /** Looks for a message for as long as that is cheaper than to sleep; whether there is one. */
  boolean spin() {
    return spinning.look(this::hasMessage, this::isOnSendersCore, System.nanoTime());
  }

  /**
   * Waits for a message for a while, where it is quicker to be woken than in the stream; whether
   * there is one.
   */
  boolean nap(ChannelBell.Nap nap) {
    Thread thread = Thread.currentThread();
    // A virtual thread would keep others from their carrier, and what a stream does with a thread
    // that is interrupted is the stream's.
    if (!naps || thread.isVirtual() || thread.isInterrupted()) {
      return false;
    }
    if (!nap.anywhere() && !isOnSendersCore()) {
      return false;
    }
    try {
      if (!goToSleep(ChannelBell.Sleep.NAPPING)) {
        naps = sentWord.awaitWake((int) taken, nap.maxNanos());
      }
    } finally {
      wakeUp();
    }
    return hasMessage();
  }

  private boolean isOnSendersCore() {
    return ChannelLayout.getOpaque(senderPart, ChannelLayout.CORE_OFFSET) == SharedWord.core();
  }

  /** From now on the sender rings, until {@link #wakeUp}; whether there is a message already. */
  boolean goToSleep() {
    return goToSleep(ChannelBell.Sleep.SLEEPING);
  }

  private boolean goToSleep(ChannelBell.Sleep how) {
    sleep++;
    ChannelBell.goToSleep(receiverPart, how, sleep);
    return hasMessage();
  }

  void wakeUp() {
    sleep++;
    ChannelBell.wakeUp(receiverPart, sleep);
  }

  /** The id of the next message's object, or null if it is a block. */
  @Nullable ObjectId nextObject() throws StreamCorruptedException {
    long offset = ChannelLayout.messageOffset(taken);
    int kind = senderPart.get(JAVA_INT, offset + ChannelLayout.KIND_OFFSET);
    if (kind == ChannelLayout.BLOCK) {
      return null;
    }
    if (kind != ChannelLayout.OBJECT) {
      throw new StreamCorruptedException("an object or a block was expected: found=" + kind);
    }
    byte[] id = new byte[ObjectId.SIZE];
    MemorySegment.copy(
        senderPart, JAVA_BYTE, offset + ChannelLayout.ID_OFFSET, id, 0, ObjectId.SIZE);
    return ObjectId.of(id);
  }

  /** The next message's block, which is the caller's to give back. */
  Block nextBlock() throws StreamCorruptedException {
    long offset = ChannelLayout.messageOffset(taken);
    int number = senderPart.get(JAVA_INT, offset + ChannelLayout.BLOCK_OFFSET);
    int length = senderPart.get(JAVA_INT, offset + ChannelLayout.LENGTH_OFFSET);
    // Each was read once: what was checked is what is used, whatever the sender writes there now.
    if (number < 0 || number >= BLOCK_COUNT || length < 0 || length > BLOCK_SIZE) {
      throw new StreamCorruptedException(
          "no such block: block=%d length=%d".formatted(number, length));
    }
    holds.incrementAndGet();
    return new Block(number, senderPart.asSlice(ChannelLayout.blockOffset(number), length));
  }

  /** Tells the sender that the message is the receiver's now. */
  void taken() {
    taken++;
    // Release: the place in the queue is the sender's again, and has been read.
    ChannelLayout.setRelease(receiverPart, ChannelLayout.TAKEN_OFFSET, taken);
  }

  /** What the blocks are called, which have no id of their own. */
  ObjectId id() {
    return pages.token();
  }

  /** Unmaps the pages as soon as no block is held. Idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      letGo();
    }
  }

  private void letGo() {
    if (holds.decrementAndGet() == 0) {
      pages.close();
    }
  }
}
