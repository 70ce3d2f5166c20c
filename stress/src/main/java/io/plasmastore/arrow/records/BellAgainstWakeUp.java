package io.plasmastore.arrow.records;

import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JZ_Result;

/**
 * A sender that has rung for one sleep publishes another message while the receiver wakes up, takes
 * what it finds, and goes to sleep again.
 */
@JCStressTest
@Outcome(
    id = "6, false",
    expect = Expect.FORBIDDEN,
    desc = "The sender takes the second sleep for the one that it has rung for.")
@Outcome(
    id = "8, false",
    expect = Expect.FORBIDDEN,
    desc = "A message is published, the receiver asleep, and nobody rings.")
@Outcome(expect = Expect.ACCEPTABLE, desc = "The receiver sees the message, or the sender rings.")
@State
public class BellAgainstWakeUp {
  private final MemorySegment receiverPart = BellAgainstSleep.part();
  private final MemorySegment senderPart = BellAgainstSleep.part();

  /** The receiver sleeps for the first time, and the sender has rung for that. */
  public BellAgainstWakeUp() {
    ChannelBell.goToSleep(receiverPart, ChannelBell.Sleep.SLEEPING, 1);
  }

  /** The sender: r1 is the sleep that it finds, with its number; it does not ring for 6 again. */
  @Actor
  public void sender(JZ_Result r) {
    ChannelBell.publish(senderPart, 1);
    r.r1 = ChannelBell.sleep(receiverPart);
  }

  /** The receiver: r2 is whether it sees the message before it blocks for the second time. */
  @Actor
  public void receiver(JZ_Result r) {
    ChannelBell.wakeUp(receiverPart, 2);
    boolean there = ChannelBell.sent(senderPart) == 1;
    ChannelBell.goToSleep(receiverPart, ChannelBell.Sleep.SLEEPING, 3);
    boolean thereThen = ChannelBell.sent(senderPart) == 1;
    r.r2 = there || thereThen;
  }
}
