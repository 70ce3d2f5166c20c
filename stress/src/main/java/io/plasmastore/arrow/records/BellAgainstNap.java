package io.plasmastore.arrow.records;

import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JZ_Result;

/**
 * A sender publishes a message while the receiver's nap ends and it goes to sleep in the stream.
 * What the kernel does within the nap is not here: it compares the word under a lock.
 */
@JCStressTest
@Outcome(
    id = "5, false",
    expect = Expect.FORBIDDEN,
    desc = "The sender wakes who naps, but the receiver is asleep in the stream.")
@Outcome(
    id = {"0, false", "8, false"},
    expect = Expect.FORBIDDEN,
    desc = "A message is published, the receiver asleep, and nobody rings.")
@Outcome(expect = Expect.ACCEPTABLE, desc = "The receiver sees the message, or the sender rings.")
@State
public class BellAgainstNap {
  private final MemorySegment receiverPart = BellAgainstSleep.part();
  private final MemorySegment senderPart = BellAgainstSleep.part();

  /** The sender: r1 is the sleep that it finds, with its number. */
  @Actor
  public void sender(JZ_Result r) {
    ChannelBell.publish(senderPart, 1);
    r.r1 = ChannelBell.sleep(receiverPart);
  }

  /** The receiver: r2 is whether it sees the message before it blocks in the stream. */
  @Actor
  public void receiver(JZ_Result r) {
    ChannelBell.goToSleep(receiverPart, ChannelBell.Sleep.NAPPING, 1);
    ChannelBell.wakeUp(receiverPart, 2);
    ChannelBell.goToSleep(receiverPart, ChannelBell.Sleep.SLEEPING, 3);
    r.r2 = ChannelBell.sent(senderPart) == 1;
  }
}
