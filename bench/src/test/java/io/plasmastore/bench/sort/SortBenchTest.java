package io.plasmastore.bench.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
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
    List<SortFigures> told = new ArrayList<>();
    SortFigures figures =
        new SortBench(ONCE, 0.00002, PythonPeers.found(), THREADS)
            .run(List.of(SortCase.A), told::add);
    assertEquals(2, told.size());
    assertEquals(List.of(), told.getFirst().cases());
    assertEquals(figures, told.getLast());
    assertTrue(figures.copyBytesPerSecond() > 1e8, figures::toString);
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
    assertEquals("Arrays.parallelSort", jdk.what());
    assertTrue(jdk.against().startsWith("plasma, "), jdk.against());
    assertNotNull(jdk.ratio());
    assertEquals(List.of("The goals are stated for 100,000,000 rows."), figuresOfA.notes());
    assertEquals(5 * 16_000, figuresOfA.movedBytes());
    String text = SortMarkdown.text(figures);
    assertEquals(
        text, SortMarkdown.head(figures) + SortMarkdown.text(figures, figures.cases().getFirst()));
    assertTrue(text.contains("| Arrays.parallelSort | 25"), text);
    assertTrue(text.contains(" | ≥ 2.00 | "), text);
    assertTrue(text.contains("The bound of memory: "), text);
    assertTrue(text.contains("## A: 2,000 rows, float64, one column"), text);
    assertTrue(text.contains("| duckdb-jdbc | v1."), text);
  }

  @Test
  void keepsWorkerProcessesFromRoundToRound() throws Exception {
    SortFigures figures =
        new SortBench(ONCE, 0.00002, new PythonPeers(null), SortBench.VARIANTS)
            .run(List.of(SortCase.E), _ -> {});
    SortFigures.Case figuresOfE = figures.cases().getFirst();
    List<Outcome> processes =
        figuresOfE.outcomes().stream()
            .filter(outcome -> outcome.what().contains("process"))
            .toList();
    assertEquals(2, processes.size());
    for (Outcome outcome : processes) {
      assertNull(outcome.failure(), outcome.toString());
      assertTrue(
          String.valueOf(outcome.note())
              .matches(
                  "largest bucket [0-9.]+ × the mean; started in .* s, their first sort .* s; 2 rounds to warm up"),
          outcome.toString());
    }
    assertTrue(
        figuresOfE.goals().stream()
            .anyMatch(goal -> goal.what().equals("largest bucket") && goal.ratio() != null),
        figuresOfE::toString);
  }

  @Test
  void measuresSortsThatShareNothing() throws Exception {
    IndependentSorts.Found found = IndependentSorts.measure(SortCase.A, 2, 20_000, ONCE);
    assertEquals(5_000, found.rows());
    assertTrue(found.gain() > 0, found::toString);
    assertEquals(1.5, new IndependentSorts.Found(2, 1, 0.3, 0.4).gain(), /* delta= */ 1e-9);
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
