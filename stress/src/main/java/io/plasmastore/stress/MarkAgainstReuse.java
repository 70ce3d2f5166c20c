package io.plasmastore.stress;

import io.plasmastore.memory.ClientPage;
import io.plasmastore.memory.SealMark;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The store carries the last of all seal marks out while the client looks for one for its next. */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "The client has it again.")
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "All are in use: it asks.")
@Outcome(
    id = "false, .*",
    expect = Expect.FORBIDDEN,
    desc = "The store saw a mark that was written over before it had given it back.")
@State
public class MarkAgainstReuse extends SharedState {
  private static final SealMark FIRST = new SealMark(SLOT, 77, DATA_SIZE, 5, 6);
  private static final SealMark NEXT = new SealMark(SLOT + 1, 78, OTHER_DATA_SIZE, 7, 8);

  /** All marks are in force. */
  public MarkAgainstReuse() {
    for (int i = 0; i < ClientPage.MARK_COUNT; i++) {
      if (!page.mark(FIRST)) {
        throw new AssertionError("there are marks left");
      }
    }
  }

  /** The client: r2 is whether it found a mark. */
  @Actor
  public void client(ZZ_Result r) {
    r.r2 = page.mark(NEXT);
  }

  /** The store: r1 is whether it saw what the client had written first. */
  @Actor
  public void store(ZZ_Result r) {
    r.r1 = page.markAt(0).equals(FIRST);
    page.clearMark(0);
  }
}
