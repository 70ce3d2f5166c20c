package io.plasmastore.arrow.records;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * How a receiver sleeps without missing a message, and a sender need not ring for one that is
 * awake.
 *
 * <pre>
 * sender                               receiver
 * 1  sent := n (release)               1  sleep := odd
 * 2  full fence                        2  full fence
 * 3  read sleep                        3  read sent
 * 4  odd, and not rung for yet:        4  a message: sleep := even, take it
 *    write a byte to the stream           none: block in a read of the stream, then sleep := even
 * </pre>
 *
 * <p>Either the receiver sees the message or the sender sees it sleep: both fences are needed, for
 * neither a store-load pair on one side alone nor release and acquire keep step 3 behind step 1.
 * Each sleep has a number of its own, so the sender writes nothing to the receiver's part to ring
 * once for each; a byte that comes too late wakes the receiver for nothing, and it sleeps again
 * under another number.
 */
final class ChannelBell {
  private ChannelBell() {}

  /** The sender's steps 1 and 2: everything written before is seen by who sees the message. */
  static void publish(MemorySegment senderPart, long sent) {
    ChannelLayout.setRelease(senderPart, ChannelLayout.SENT_OFFSET, sent);
    VarHandle.fullFence();
  }

  /** The sender's step 3: the number of the sleep to ring for, or 0 if the receiver is awake. */
  static long sleep(MemorySegment receiverPart) {
    long sleep = ChannelLayout.getOpaque(receiverPart, ChannelLayout.SLEEP_OFFSET);
    return (sleep & 1) == 0 ? 0 : sleep;
  }

  /** The receiver's steps 1 and 2. */
  static void goToSleep(MemorySegment receiverPart, long sleep) {
    ChannelLayout.setOpaque(receiverPart, ChannelLayout.SLEEP_OFFSET, sleep);
    VarHandle.fullFence();
  }

  /** The receiver's step 3: how many messages there are to see. */
  static long sent(MemorySegment senderPart) {
    return ChannelLayout.getAcquire(senderPart, ChannelLayout.SENT_OFFSET);
  }

  /** The receiver's step 4. A sender that does not see it rings for nothing. */
  static void wakeUp(MemorySegment receiverPart, long awake) {
    ChannelLayout.setOpaque(receiverPart, ChannelLayout.SLEEP_OFFSET, awake);
  }
}
