package io.plasmastore.stress;

import io.plasmastore.memory.PinProtocol;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two threads of one client let go of an object that was deleted while both held it. */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "The first was the last.")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "The second was the last.")
@Outcome(
    id = "true, true",
    expect = Expect.FORBIDDEN,
    desc = "The store is told while the object is still held.")
@Outcome(
    id = "false, false",
    expect = Expect.FORBIDDEN,
    desc = "Each thread leaves it to the other to tell the store: the memory is lost.")
@State
public class TwoReadersAgainstDelete extends SharedState {
  /** Starts with the object pinned twice and deleted. */
  public TwoReadersAgainstDelete() {
    page.pin(SLOT);
    page.pin(SLOT);
    store.retire(SLOT);
    store.unlink(SLOT);
  }

  /** One thread. */
  @Actor
  public void first(ZZ_Result r) {
    r.r1 = PinProtocol.unpin(index, page, SLOT);
  }

  /** The other. */
  @Actor
  public void second(ZZ_Result r) {
    r.r2 = PinProtocol.unpin(index, page, SLOT);
  }
}
