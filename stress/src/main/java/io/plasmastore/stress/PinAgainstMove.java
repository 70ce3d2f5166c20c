package io.plasmastore.stress;

import io.plasmastore.memory.PinProtocol;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJJ_Result;

/** A reader pins an object while the store moves it to another place. */
@JCStressTest
@Outcome(id = "true, 0, 0", expect = Expect.ACCEPTABLE, desc = "Pinned; it stays where it is.")
@Outcome(id = "true, 64, 64", expect = Expect.ACCEPTABLE, desc = "Pinned where it lies now.")
@Outcome(id = "false, .*", expect = Expect.ACCEPTABLE, desc = "Not pinned: the reader asks.")
@Outcome(
    id = "true, 0, 64",
    expect = Expect.FORBIDDEN,
    desc = "The reader reads at the old place, which the store has freed.")
@Outcome(
    id = "true, 64, 0",
    expect = Expect.FORBIDDEN,
    desc = "The reader reads at the new place, which the store has given up.")
@State
public class PinAgainstMove extends SharedState {
  /** The reader: r1 is whether it pinned, r2 the place that it took along. */
  @Actor
  public void reader(ZJJ_Result r) {
    long word = sealedWord();
    if (word != 0) {
      r.r2 = index.dataOffset(SLOT);
      r.r1 = PinProtocol.pin(index, page, SLOT, word);
    }
  }

  /** The store. */
  @Actor
  public void store() {
    moveUnlessPinned();
  }

  /** Where the object lies in the end. */
  @Arbiter
  public void place(ZJJ_Result r) {
    r.r3 = index.dataOffset(SLOT);
  }
}
