package io.plasmastore.stress;

import io.plasmastore.memory.SealMark;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A client seals an object while somebody comes to look: a reader, or the store. */
@JCStressTest
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "No mark yet, or all of it.")
@Outcome(
    id = "false",
    expect = Expect.FORBIDDEN,
    desc = "A mark in force of which something is missing: other sizes.")
@State
public class MarkAgainstLook extends SharedState {
  /** An object is being written. */
  public MarkAgainstLook() {
    super(false);
  }

  /** The client. */
  @Actor
  public void client() {
    mark(DATA_SIZE);
  }

  /** Who looks: r1 is whether what it sees is whole. */
  @Actor
  public void looker(Z_Result r) {
    SealMark mark = marks.at(SLOT, index.word(SLOT));
    r.r1 = mark == null || mark.equals(new SealMark(1, DATA_SIZE, 5, 6));
  }
}
