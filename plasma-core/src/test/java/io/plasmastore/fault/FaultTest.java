package io.plasmastore.fault;

import io.plasmastore.fault.FaultRun.Settings;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Whoever dies, and whenever: no sealed object is lost, changed or mixed up, and all memory
 * returns.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class FaultTest {
  private static final long SEED = Long.getLong("plasma.test.seed", 20_261_122);
  private static final Duration ROUND = Duration.ofSeconds(10);

  @TempDir Path folder;

  @Test
  @Timeout(300)
  void loseNothingForAWhile() throws Exception {
    run(Settings.ROOMY, Duration.ofSeconds(4));
  }

  @Test
  @Timeout(300)
  void mixNothingUpForAWhileWhereObjectsAreDropped() throws Exception {
    run(Settings.TIGHT, Duration.ofSeconds(3));
  }

  @Test
  @Timeout(300)
  void loseNothingForAWhileWhereObjectsAreSpilled() throws Exception {
    run(Settings.SPILLING, Duration.ofSeconds(4));
  }

  @Test
  @Tag("faults")
  @Timeout(Integer.MAX_VALUE)
  void loseNothingForMinutes() throws Exception {
    run(Settings.ROOMY, longTime());
  }

  @Test
  @Tag("faults")
  @Timeout(Integer.MAX_VALUE)
  void mixNothingUpForMinutesWhereObjectsAreDropped() throws Exception {
    run(Settings.TIGHT, longTime());
  }

  @Test
  @Tag("faults")
  @Timeout(Integer.MAX_VALUE)
  void loseNothingForMinutesWhereObjectsAreSpilled() throws Exception {
    run(Settings.SPILLING, longTime());
  }

  private void run(Settings settings, Duration time) throws Exception {
    long seed = SEED;
    System.out.println("fault run: seed=" + seed + " " + settings);
    try (FaultRun run = new FaultRun(folder, seed, settings)) {
      long end = System.nanoTime() + time.toNanos();
      do {
        long left = Math.max(1, end - System.nanoTime());
        run.round(ROUND.toNanos() < left ? ROUND : Duration.ofNanos(left));
        System.out.println("fault run: " + run.counts());
      } while (System.nanoTime() < end || run.hasYetToRestore());
      run.end();
    }
  }

  private static Duration longTime() {
    return Duration.ofMinutes(Integer.getInteger("plasma.fault.minutes", 5));
  }
}
