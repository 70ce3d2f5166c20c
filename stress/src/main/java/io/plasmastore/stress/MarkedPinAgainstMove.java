package io.plasmastore.stress;

import io.plasmastore.memory.PinProtocol;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJZ_Result;

/** A reader pins an object by its mark while the store carries the seal out, and moves it. */
@JCStressTest
@Outcome(id = "true, 0, false", expect = Expect.ACCEPTABLE, desc = "Pinned: it is not moved.")
@Outcome(id = "false, .*, .*", expect = Expect.ACCEPTABLE, desc = "Not pinned: the reader asks.")
@Outcome(
    id = "true, .*, true",
    expect = Expect.FORBIDDEN,
    desc = "The reader holds what was moved away under it.")
@Outcome(
    id = "true, 64, .*",
    expect = Expect.FORBIDDEN,
    desc = "The reader took the new place along with the old generation.")
@State
public class MarkedPinAgainstMove extends MarkedState {
  /** The reader: r1 is whether it pinned, r2 the place that it took along. */
  @Actor
  public void reader(ZJZ_Result r) {
    long word = index.word(SLOT);
    if (marks.isMarked(SLOT, word)) {
      r.r2 = index.dataOffset(SLOT);
      r.r1 = PinProtocol.pinMarked(index, page, SLOT, word);
    }
  }

  /** The store: r3 is whether it moved the object. */
  @Actor
  public void store(ZJZ_Result r) {
    store.seal(SLOT, 0);
    r.r3 = moveUnlessPinned();
  }
}
