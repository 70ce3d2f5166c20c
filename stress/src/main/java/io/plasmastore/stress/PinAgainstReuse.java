package io.plasmastore.stress;

import io.plasmastore.memory.PinProtocol;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJ_Result;

/** A reader pins an object while the store deletes it and puts another one into its slot. */
@JCStressTest
@Outcome(id = "true, 100", expect = Expect.ACCEPTABLE, desc = "Pinned what it looked for.")
@Outcome(id = "false, .*", expect = Expect.ACCEPTABLE, desc = "Not pinned: the reader asks.")
@Outcome(
    id = "true, 200",
    expect = Expect.FORBIDDEN,
    desc = "Pinned under the old id, with the size of the new object.")
@State
public class PinAgainstReuse extends SharedState {
  /** The reader: r1 is whether it pinned, r2 the size that it took along. */
  @Actor
  public void reader(ZJ_Result r) {
    long word = sealedWord();
    if (word != 0 && index.holds(SLOT, ID)) {
      r.r2 = index.dataSize(SLOT);
      r.r1 = PinProtocol.pin(index, page, SLOT, word);
    }
  }

  /** The store. */
  @Actor
  public void store() {
    if (retireAndFreeUnlessPinned()) {
      create(OTHER_ID, OTHER_DATA_SIZE);
    }
  }
}
