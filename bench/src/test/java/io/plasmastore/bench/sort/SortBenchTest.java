package io.plasmastore.bench.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Everything runs that the command runs, on next to no rows. */
class SortBenchTest {
  private static final Effort ONCE = new Effort(1, 0);
  private static final List<PeerTask.Variant> THREADS =
      List.of(new PeerTask.Variant(false, 0, true));

  @TempDir private Path folder;

  @Test
  void sortsTheSameRowsWithEachPeer() throws Exception {
    SortFigures figures =
        new SortBench(ONCE, 0.00002, PythonPeers.found(), THREADS).run(List.of(SortCase.A));
    SortFigures.Case figuresOfA = figures.cases().getFirst();
    assertEquals(2_000, figuresOfA.rows());
    assertEquals(16_000, figuresOfA.bytes());
    List<Outcome> outcomes = figuresOfA.outcomes();
    assertEquals(1 + Peer.values().length, outcomes.size());
    for (Outcome outcome : outcomes) {
      boolean python =
          List.of("duckdb", "polars", "pandas", "numpy", "pyarrow").contains(outcome.what());
      if (python && outcome.failure() != null) {
        // Whether the machine has them is not ours to say, but each is named.
        assertTrue(outcome.failure().startsWith("skipped: "), outcome.toString());
      } else {
        assertNull(outcome.failure(), outcome.toString());
        assertEquals(1, outcome.seconds().size());
        assertTrue(outcome.median() > 0);
      }
    }
    SortFigures.GoalLine jdk = figuresOfA.goals().getFirst();
    assertTrue(jdk.what().startsWith("Arrays.parallelSort : plasma, "), jdk.what());
    assertNotNull(jdk.ratio());
    assertEquals(List.of("The goals are stated for 100,000,000 rows."), figuresOfA.notes());
    String text = SortMarkdown.text(figures);
    assertTrue(text.contains("## A: 2,000 rows, float64, one column"), text);
    assertTrue(text.contains("| duckdb-jdbc | v1."), text);
  }

  @Test
  void saysByNameWhatItCanNotRun() throws Exception {
    Path python = Path.of("/nowhere/python3");
    Outcome nowhere =
        new PythonPeers(python).run(_ -> {}, Peer.POLARS, folder.resolve("rows"), "k0:asc", ONCE);
    assertEquals("polars", nowhere.what());
    assertTrue(
        String.valueOf(nowhere.failure()).startsWith("skipped: Cannot run program \"" + python),
        nowhere.toString());
    assertEquals(
        "skipped: there is no python3 on the PATH",
        new PythonPeers(null)
            .run(_ -> {}, Peer.PANDAS, folder.resolve("rows"), "k0:asc", ONCE)
            .failure());
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertTrue(misuse("--case", "F").contains("'F'"));
    assertEquals(
        "out of range: rows-scale=0.0 rounds=0",
        misuse("--rows-scale", "0").lines().findFirst().orElse(""));
  }

  private static String misuse(String... args) {
    CommandLine command = new CommandLine(new SortBenchCommand());
    StringWriter errors = new StringWriter();
    command.setErr(new PrintWriter(errors));
    assertEquals(CommandLine.ExitCode.USAGE, command.execute(args));
    return errors.toString();
  }
}
