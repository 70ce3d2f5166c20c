package io.plasmastore.stress;

import io.plasmastore.memory.PinProtocol;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/**
 * A reader tries to pin and takes it back when it came too late, by the rule of every unpin; then
 * whoever knows of the delete frees.
 */
@JCStressTest
@Outcome(
    id = "false, false, false",
    expect = Expect.FORBIDDEN,
    desc = "The store waits for an unpin that nobody tells it of.")
@Outcome(
    id = "true, true, .*",
    expect = Expect.FORBIDDEN,
    desc = "The reader reads memory that the store has freed.")
@Outcome(expect = Expect.ACCEPTABLE, desc = "Pinned, or freed by one of the two.")
@State
public class UndoAgainstDelete extends SharedState {
  private boolean tell;

  /** The reader: r1 is whether it pinned. */
  @Actor
  public void reader(ZZZ_Result r) {
    long word = sealedWord();
    if (word != 0) {
      r.r1 = PinProtocol.pin(index, page, SLOT, word);
      if (!r.r1) {
        tell = PinProtocol.unpin(index, page, SLOT);
      }
    }
  }

  /** The store: r2 is whether it freed at once. */
  @Actor
  public void store(ZZZ_Result r) {
    r.r2 = retireAndFreeUnlessPinned();
  }

  /** What is told afterwards: r3 is whether it freed then. */
  @Arbiter
  public void told(ZZZ_Result r) {
    r.r3 = tell && !r.r2 && freeUnlessPinned();
  }
}
