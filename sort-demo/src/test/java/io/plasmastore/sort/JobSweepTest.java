package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.plasmastore.ObjectId;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a job has left behind goes, wherever it is. */
@Timeout(60)
class JobSweepTest {
  private static final int BYTES = 100_000;

  @TempDir Path directory;

  @Test
  void deletesWhatIsOnDiskAlone() {
    JobNames names = JobNames.random(Arrangement.HASHED);
    ObjectId kept = names.bucket(0, 0);
    ObjectId other = ObjectId.named("not of the job");
    try (TestStore store = TestStore.spilling(directory, 1 << 20)) {
      store.client().createAndSeal(kept, new byte[BYTES]);
      store.client().createAndSeal(other, new byte[BYTES]);
      for (int piece = 0; piece < 20; piece++) {
        store.client().createAndSeal(names.piece(piece, 0, 0), new byte[BYTES]);
      }
      assertEquals(22, store.client().list().count());
      JobSweep.run(store.client(), names, Set.of(kept));
      store.assertHoldsOnly(List.of(kept, other));
    }
  }
}
