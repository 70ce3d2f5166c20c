package io.plasmastore.arrow.records;

import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A sender publishes a message while the receiver goes to sleep. */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "The sender rings.")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "The receiver sees the message.")
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "Both; it rings for nothing.")
@Outcome(
    id = "false, false",
    expect = Expect.FORBIDDEN,
    desc = "A message is published, the receiver asleep, and nobody rings.")
@State
public class BellAgainstSleep {
  private final MemorySegment receiverPart = part();
  private final MemorySegment senderPart = part();

  /** The sender: r1 is whether it rings. */
  @Actor
  public void sender(ZZ_Result r) {
    ChannelBell.publish(senderPart, 1);
    r.r1 = ChannelBell.sleep(receiverPart) != 0;
  }

  /** The receiver: r2 is whether it sees the message before it blocks. */
  @Actor
  public void receiver(ZZ_Result r) {
    ChannelBell.goToSleep(receiverPart, ChannelBell.Sleep.SLEEPING, 1);
    r.r2 = ChannelBell.sent(senderPart) == 1;
  }

  // On the Java heap, where jcstress makes and drops these by the million; the accesses are the
  // same.
  static MemorySegment part() {
    return MemorySegment.ofArray(new long[ChannelLayout.RETURNED_OFFSET / Long.BYTES + 1]);
  }
}
