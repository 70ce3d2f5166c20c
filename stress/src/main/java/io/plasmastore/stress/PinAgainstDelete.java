package io.plasmastore.stress;

import io.plasmastore.memory.PinProtocol;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A reader pins an object while the store deletes it. */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "Pinned; the store waits.")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "Freed; the reader asks.")
@Outcome(
    id = "false, false",
    expect = Expect.ACCEPTABLE_INTERESTING,
    desc = "The store saw the pin that the reader takes back; the reader will say so.")
@Outcome(
    id = "true, true",
    expect = Expect.FORBIDDEN,
    desc = "The reader reads memory that the store has freed.")
@State
public class PinAgainstDelete extends SharedState {
  /** The reader. */
  @Actor
  public void reader(ZZ_Result r) {
    long word = sealedWord();
    r.r1 = word != 0 && PinProtocol.pin(index, page, SLOT, word);
  }

  /** The store. */
  @Actor
  public void store(ZZ_Result r) {
    r.r2 = retireAndFreeUnlessPinned();
  }
}
