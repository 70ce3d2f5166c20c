package io.plasmastore.stress;

import io.plasmastore.memory.PinProtocol;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A reader pins an object by its mark while the store carries the seal out, and deletes it. */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "Pinned: the store waits.")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "Freed: the reader asks.")
@Outcome(
    id = "false, false",
    expect = Expect.ACCEPTABLE,
    desc = "The reader came too late, and the store saw its short pin.")
@Outcome(id = "true, true", expect = Expect.FORBIDDEN, desc = "The reader holds what is freed.")
@State
public class MarkedPinAgainstDelete extends MarkedState {
  /** The reader: r1 is whether it pinned. */
  @Actor
  public void reader(ZZ_Result r) {
    long word = index.word(SLOT);
    r.r1 = marks.isMarked(SLOT, word) && PinProtocol.pinMarked(index, page, SLOT, word);
  }

  /** The store: r2 is whether it freed the slot. */
  @Actor
  public void store(ZZ_Result r) {
    store.seal(SLOT, 0);
    r.r2 = retireAndFreeUnlessPinned();
  }
}
