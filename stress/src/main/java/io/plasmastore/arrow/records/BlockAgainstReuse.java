package io.plasmastore.arrow.records;

import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** A receiver reads a block and gives it back, while the sender looks for one to write over. */
@JCStressTest
@Outcome(id = "7, 0", expect = Expect.ACCEPTABLE, desc = "Read; the sender found it in use.")
@Outcome(id = "7, 1", expect = Expect.ACCEPTABLE, desc = "Read before it was written over.")
@Outcome(
    id = "8, .*",
    expect = Expect.FORBIDDEN,
    desc = "The receiver reads what the sender writes over it.")
@State
public class BlockAgainstReuse {
  private static final long OFFSET = 0;
  private static final long OLD = 7;
  private static final long NEW = 8;

  private final MemorySegment receiverPart = BellAgainstSleep.part();
  private final MemorySegment block = BellAgainstSleep.part();

  /** The block was sent once, and has what was sent. */
  public BlockAgainstReuse() {
    ChannelLayout.setOpaque(block, OFFSET, OLD);
  }

  /** The receiver: r1 is what it reads. */
  @Actor
  public void receiver(JJ_Result r) {
    r.r1 = ChannelLayout.getOpaque(block, OFFSET);
    ChannelLayout.setRelease(receiverPart, ChannelLayout.returnedOffset(0), 1);
  }

  /** The sender: r2 is whether the block was free. */
  @Actor
  public void sender(JJ_Result r) {
    r.r2 = ChannelLayout.getAcquire(receiverPart, ChannelLayout.returnedOffset(0));
    if (r.r2 == 1) {
      ChannelLayout.setOpaque(block, OFFSET, NEW);
    }
  }
}
