package io.plasmastore.arrow.records;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * How a receiver sleeps without missing a message, and a sender need not ring for one that is
 * awake. It sleeps in two ways. First, where the sender is on its core, it <em>naps</em>: it waits
 * for the word {@code sent} to change, in a call of the kernel (futex(2)) that compares the word
 * and falls asleep in one step, for 20 ms at most. Then it <em>sleeps</em>, in a read of the
 * stream, where it also hears of the sender's end.
 *
 * <pre>
 * sender                               receiver
 * 1  sent := n (release)               1  sleep := napping, or sleeping
 * 2  full fence                        2  full fence
 * 3  read sleep                        3  read sent; if there is a message go on with 5
 * 4  napping, and not rung for yet:    4  napping: wait while sent is as it was
 *      wake who waits for sent            sleeping: block in a read of the stream
 *    sleeping, and not rung for yet:   5  sleep := awake, take what there is; if there is none:
 *      write a byte to the stream         after a nap begin at 1, sleeping; else at 1
 * </pre>
 *
 * <p>Either the receiver sees the message or the sender sees it sleep, and how: both fences are
 * needed, for neither a store-load pair on one side alone nor release and acquire keep step 3
 * behind step 1. A sender that sees a nap which is over wakes nobody; but then it has not seen the
 * sleep that follows, so the receiver, in step 3 of that, sees the message. A sender that sees a
 * nap which has not begun wakes nobody either; but then the kernel, which compares the word under
 * the lock that the wake takes, finds it changed.
 *
 * <p>Each sleep has a number of its own, so the sender writes nothing to the receiver's part to
 * ring once for each; a byte that comes too late wakes the receiver for nothing, and it sleeps
 * again under another number.
 */
final class ChannelBell {
  /**
   * When a receiver naps.
   *
   * @param maxNanos how long at most: who has died is noticed so much later, and what comes less
   *     often costs a wake-up more
   * @param anywhere also where the sender was last seen on another core. A write to a stream has
   *     the kernel bring who reads it to the core of who writes, if that has nothing else to do; a
   *     word leaves it where it is, and to wake an idle core takes longer than all the rest
   */
  record Nap(long maxNanos, boolean anywhere) {
    /** Of all receivers but those of tests. */
    static final Nap DEFAULT = new Nap(20_000_000, false);
  }

  /** How a receiver sleeps. */
  enum Sleep {
    AWAKE(0),
    NAPPING(1),
    SLEEPING(2);

    private final int bits;

    Sleep(int bits) {
      this.bits = bits;
    }

    /** As it is published under a number. */
    long numbered(long number) {
      return number << 2 | bits;
    }

    /** What was published; who published something else is awake. */
    static Sleep of(long numbered) {
      return switch ((int) (numbered & 3)) {
        case 1 -> NAPPING;
        case 2 -> SLEEPING;
        default -> AWAKE;
      };
    }
  }

  private ChannelBell() {}

  /** The sender's steps 1 and 2: everything written before is seen by who sees the message. */
  static void publish(MemorySegment senderPart, long sent) {
    ChannelLayout.setRelease(senderPart, ChannelLayout.SENT_OFFSET, sent);
    VarHandle.fullFence();
  }

  /** The sender's step 3: how the receiver sleeps, with the number of that sleep. */
  static long sleep(MemorySegment receiverPart) {
    return ChannelLayout.getOpaque(receiverPart, ChannelLayout.SLEEP_OFFSET);
  }

  /** The receiver's steps 1 and 2. */
  static void goToSleep(MemorySegment receiverPart, Sleep how, long number) {
    ChannelLayout.setOpaque(receiverPart, ChannelLayout.SLEEP_OFFSET, how.numbered(number));
    VarHandle.fullFence();
  }

  /** The receiver's step 3: how many messages there are to see. */
  static long sent(MemorySegment senderPart) {
    return ChannelLayout.getAcquire(senderPart, ChannelLayout.SENT_OFFSET);
  }

  /** The receiver's step 5. A sender that does not see it rings for nothing. */
  static void wakeUp(MemorySegment receiverPart, long number) {
    ChannelLayout.setOpaque(receiverPart, ChannelLayout.SLEEP_OFFSET, Sleep.AWAKE.numbered(number));
  }
}
