package io.plasmastore.stress;

import io.plasmastore.memory.PinProtocol;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/** Two threads of one client let go of an object while the store deletes it. */
@JCStressTest
@Outcome(
    id = "false, false, false",
    expect = Expect.FORBIDDEN,
    desc = "Each thread leaves it to the other to tell the store: the memory is lost.")
@Outcome(expect = Expect.ACCEPTABLE, desc = "Somebody noticed.")
@State
public class TwoReadersAgainstDelete extends SharedState {
  /** Starts with the object pinned twice. */
  public TwoReadersAgainstDelete() {
    page.pin(SLOT);
    page.pin(SLOT);
  }

  /** One thread. */
  @Actor
  public void first(ZZZ_Result r) {
    r.r1 = PinProtocol.unpin(index, page, SLOT);
  }

  /** The other. */
  @Actor
  public void second(ZZZ_Result r) {
    r.r2 = PinProtocol.unpin(index, page, SLOT);
  }

  /** The store. */
  @Actor
  public void store(ZZZ_Result r) {
    r.r3 = retireAndFreeUnlessPinned();
  }
}
