package io.plasmastore.memory;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.testing.Eventually;
import org.junit.jupiter.api.Test;

class ProcessStartTest {
  @Test
  void knowsThisProcessByItsStart() {
    ProcessHandle self = ProcessHandle.current();
    long start = ProcessStart.millis(self);
    assertTrue(ProcessStart.isAlive(self.pid(), start));
    assertFalse(ProcessStart.isAlive(self.pid(), start - 60_000));
    assertTrue(ProcessStart.isAliveSince(self.pid(), start + 60_000));
    assertFalse(ProcessStart.isAliveSince(self.pid(), start - 60_000));
  }

  @Test
  void countsAProcessAsEndedThatItsParentHasNotAskedFor() throws Exception {
    // The shell becomes a process that never asks how its child ended.
    Process parent = new ProcessBuilder("sh", "-c", "sleep 600 & echo $!; exec sleep 600").start();
    try {
      long pid = Long.parseLong(parent.inputReader().readLine());
      ProcessHandle child = ProcessHandle.of(pid).orElseThrow();
      long start = ProcessStart.millis(child);
      assertTrue(ProcessStart.isAlive(pid, start));
      assertTrue(child.destroyForcibly());
      Eventually.holds("the child to have ended", () -> !ProcessStart.isAlive(pid, start));
      assertFalse(ProcessStart.isAliveSince(pid, System.currentTimeMillis()));
    } finally {
      parent.destroyForcibly().waitFor();
    }
  }
}
