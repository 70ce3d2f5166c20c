package io.plasmastore.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A client seals an object, of which it tells nobody, while somebody comes to wait for it. */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "The client tells of what is known.")
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "The client tells.")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "The store finds the mark.")
@Outcome(
    id = "false, false",
    expect = Expect.FORBIDDEN,
    desc = "The store is not told of a mark that it has not seen, and who waits goes on waiting.")
@State
public class MarkAgainstListening extends SharedState {
  /** An object is being written. */
  public MarkAgainstListening() {
    super(false);
  }

  /** The client: r1 is whether it is to tell. */
  @Actor
  public void client(ZZ_Result r) {
    mark(DATA_SIZE);
    r.r1 = index.isListening();
  }

  /** The store: r2 is whether it sees that there is a mark. */
  @Actor
  public void store(ZZ_Result r) {
    store.listen(true);
    r.r2 = page.marked() != 0 && marks.isMarked(SLOT, index.word(SLOT));
  }
}
