package io.plasmastore.stress;

import io.plasmastore.memory.PinProtocol;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A reader lets go of an object while the store deletes it. */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "The reader tells the store.")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "The store saw the unpin.")
@Outcome(
    id = "true, true",
    expect = Expect.ACCEPTABLE,
    desc = "Both noticed; telling the store once more does nothing.")
@Outcome(
    id = "false, false",
    expect = Expect.FORBIDDEN,
    desc = "Nobody frees the object: its memory is lost.")
@State
public class UnpinAgainstDelete extends SharedState {
  /** Starts with the object pinned. */
  public UnpinAgainstDelete() {
    page.pin(SLOT);
  }

  /** The reader. */
  @Actor
  public void reader(ZZ_Result r) {
    r.r1 = PinProtocol.unpin(index, page, SLOT);
  }

  /** The store. */
  @Actor
  public void store(ZZ_Result r) {
    r.r2 = retireAndFreeUnlessPinned();
  }
}
