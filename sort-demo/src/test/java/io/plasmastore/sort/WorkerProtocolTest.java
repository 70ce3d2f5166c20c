package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerProtocolTest {
  private static final ObjectId ID = ObjectId.named("one");
  private static final SortTask TASK = new SortTask.Merge(5, 7, List.of(ID), 0);
  private static final String LINE = WorkerProtocol.format(TASK);

  static Stream<SortTask> tasks() {
    return Stream.of(
        new SortTask.Split(3, ID, 0, 10, 1L << 50, 0),
        new SortTask.Merge(4, 12, List.of(ID, ObjectId.named("two")), 1),
        new SortTask.Merge(4, 0, List.of(), 0),
        TASK);
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void readsTheTasksThatItWrites(SortTask task) {
    assertEquals(task, WorkerProtocol.parseTask(WorkerProtocol.format(task)));
  }

  @Test
  void tellsTheBeginningOfASortFromATask() {
    JobNames names = JobNames.random(Arrangement.SORTED);
    assertEquals(names, WorkerProtocol.parseBegin(WorkerProtocol.formatBegin(names)));
    assertNull(WorkerProtocol.parseBegin(LINE));
  }

  @Test
  void writesATaskAsOneLineOfWords() {
    assertEquals(
        "split 3 " + ID.toHex() + " 0 10 70 1",
        WorkerProtocol.format(new SortTask.Split(3, ID, 0, 10, 70, 1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sleep 1", "split", "merge 1 2 x 0", "merge 1 2 - x"})
  void refusesWhatIsNoTask(String line) {
    assertThrows(IllegalArgumentException.class, () -> WorkerProtocol.parseTask(line));
  }

  @Test
  void readsTheAnswersThatItWrites() {
    for (List<Long> answer : List.of(List.<Long>of(), List.of(7L), List.of(-1L, 0L, 1L << 60))) {
      assertEquals(answer, WorkerProtocol.parseAnswer(WorkerProtocol.formatDone(answer), LINE));
    }
  }

  @Test
  void passesOverWhatIsNoAnswer() {
    assertNull(WorkerProtocol.parseAnswer("WARNING: something else", LINE));
    assertNull(WorkerProtocol.parseAnswer(WorkerProtocol.READY, LINE));
  }

  @Test
  void throwsAgainWhatTheStoreRefusedInTheWorker() {
    String line =
        WorkerProtocol.formatFailed(
            new PlasmaException(ErrorCode.STORE_FULL, "store full: wanted=3\nfree=2 ü"));
    PlasmaException failure =
        assertThrows(PlasmaException.class, () -> WorkerProtocol.parseAnswer(line, LINE));
    assertEquals(ErrorCode.STORE_FULL, failure.code());
    assertEquals("store full: wanted=3\nfree=2 ü", failure.getMessage());
  }

  @Test
  void saysWhichTaskFailedOfSomethingElse() {
    String line = WorkerProtocol.formatFailed(new IllegalStateException("odd"));
    WorkerFailedException failure =
        assertThrows(WorkerFailedException.class, () -> WorkerProtocol.parseAnswer(line, LINE));
    assertEquals(
        "a task failed: task=[merge 5 7 "
            + ID.toHex()
            + " 0] failure=[java.lang.IllegalStateException: odd]",
        failure.getMessage());
  }
}
