package io.plasmastore.stress;

import io.plasmastore.memory.PinProtocol;
import io.plasmastore.memory.SealMark;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJ_Result;

/**
 * A reader pins an object by its mark while the store carries the seal out, deletes it, and gives
 * the slot to another, which is marked too.
 */
@JCStressTest
@Outcome(id = "true, 100", expect = Expect.ACCEPTABLE, desc = "Pinned what it looked for.")
@Outcome(id = "false, .*", expect = Expect.ACCEPTABLE, desc = "Not pinned: the reader asks.")
@Outcome(
    id = "true, 200",
    expect = Expect.FORBIDDEN,
    desc = "Pinned under the old id, with the size of the new object.")
@State
public class MarkedPinAgainstReuse extends MarkedState {
  /** The reader: r1 is whether it pinned, r2 the size that it took along. */
  @Actor
  public void reader(ZJ_Result r) {
    long word = index.word(SLOT);
    SealMark mark = marks.at(SLOT, word);
    if (mark != null && index.holds(SLOT, ID)) {
      r.r2 = mark.dataSize();
      r.r1 = PinProtocol.pinMarked(index, page, SLOT, word);
    }
  }

  /** The store, and the next writer. */
  @Actor
  public void store() {
    store.seal(SLOT, 0);
    if (retireAndFreeUnlessPinned()) {
      begin(OTHER_ID, OTHER_DATA_SIZE);
      mark(OTHER_DATA_SIZE);
    }
  }
}
