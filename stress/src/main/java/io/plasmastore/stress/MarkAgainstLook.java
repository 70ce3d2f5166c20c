package io.plasmastore.stress;

import io.plasmastore.memory.SealMark;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A client seals an object while the store comes to look. */
@JCStressTest
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "No mark yet, or all of it.")
@Outcome(
    id = "false",
    expect = Expect.FORBIDDEN,
    desc = "A mark in force of which something is missing: another object, or another size.")
@State
public class MarkAgainstLook extends SharedState {
  private static final SealMark MARK = new SealMark(SLOT, 77, DATA_SIZE, 5, 6);

  /** The client. */
  @Actor
  public void client() {
    if (!page.mark(MARK)) {
      throw new AssertionError("there are marks left");
    }
  }

  /** The store: r1 is whether what it sees is whole. */
  @Actor
  public void store(Z_Result r) {
    r.r1 = page.marked() == 0 || page.markAt(0).equals(MARK);
  }
}
