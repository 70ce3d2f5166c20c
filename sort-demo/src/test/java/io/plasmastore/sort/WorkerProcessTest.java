package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.ArrowClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Workers that are processes, and what becomes of a sort when they, or it, or the store, come to an
 * end.
 */
class WorkerProcessTest {
  private static final long DEADLINE_SECONDS = 40;

  @TempDir Path directory;
  private TestStore store;

  @BeforeEach
  void launch() {
    store = new TestStore(directory);
  }

  @AfterEach
  void close() {
    store.close();
    assertEquals(List.of(), workers());
  }

  @Test
  void sortsWithTwoProcesses() throws InterruptedException {
    List<ObjectId> ids = generate(100_000);
    SortResult result = sort(ids).run();
    assertTrue(result.verified());
    assertTrue(result.processes());
    assertEquals(2, result.workers());
    assertEquals(0, result.retries());
    assertSorted(result, 100_000);
    assertHoldsOnly(ids, result);
  }

  @Test
  void sortsOnWhenAWorkerIsKilledInEachPhase() throws InterruptedException {
    List<ObjectId> ids = generate(200_000);
    Set<SortPhase> killedIn = EnumSet.noneOf(SortPhase.class);
    SortProgress killer =
        new SortProgress() {
          @Override
          public void advanced(SortPhase phase, long rows) {
            if (killedIn.add(phase)) {
              workers().getFirst().destroyForcibly();
            }
          }
        };
    SortResult result = sort(ids).progress(killer).run();
    assertEquals(EnumSet.of(SortPhase.SPLIT, SortPhase.MERGE), killedIn);
    assertTrue(result.verified());
    assertEquals(2, result.retries());
    assertSorted(result, 200_000);
    assertHoldsOnly(ids, result);
  }

  @Test
  void keepsWorkersFromOneSortToTheNext() throws Exception {
    List<ObjectId> ids = generate(50_000);
    Set<Long> first;
    try (SortWorkers kept = SortWorkers.start(store.client(), 2)) {
      first = pids();
      assertEquals(2, first.size());
      for (int i = 0; i < 2; i++) {
        SortResult result = sort(ids).processes(kept).run();
        assertEquals(2, result.workers());
        assertEquals(first, pids());
        assertSorted(result, 50_000);
        delete(result);
      }
      ProcessHandle victim = workers().getFirst();
      victim.destroyForcibly();
      victim.onExit().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      SortResult result = sort(ids).processes(kept).run();
      assertSorted(result, 50_000);
      assertHoldsOnly(ids, result);
      assertEquals(2, pids().size());
      assertNotEquals(first, pids());
    }
    assertEquals(Set.of(), pids());
  }

  @Test
  void keepsWorkersWhenASortFails() throws InterruptedException {
    List<ObjectId> ids = generate(50_000);
    try (SortWorkers kept = SortWorkers.start(store.client(), 2)) {
      Set<Long> before = pids();
      IllegalStateException thrown = new IllegalStateException("no more");
      ParallelSort failing =
          sort(ids)
              .processes(kept)
              .progress(
                  once(
                      SortPhase.MERGE,
                      () -> {
                        throw thrown;
                      }));
      assertSame(thrown, assertThrows(IllegalStateException.class, failing::run));
      store.assertHoldsOnly(ids);
      assertSorted(sort(ids).processes(kept).run(), 50_000);
      assertEquals(2, pids().size());
      assertTrue(before.size() == 2 && kept.count() == 2);
    }
    assertEquals(Set.of(), pids());
  }

  @Test
  void endsKeptWorkersWithTheirStore() throws InterruptedException {
    List<ObjectId> ids = generate(50_000);
    try (SortWorkers kept = SortWorkers.start(store.client(), 2)) {
      ParallelSort sort = sort(ids).processes(kept).progress(once(SortPhase.SPLIT, store::stop));
      PlasmaException failure = assertThrows(PlasmaException.class, sort::run);
      assertEquals(ErrorCode.STORE_GONE, failure.code(), failure::toString);
    }
    assertEquals(Set.of(), pids());
  }

  @ParameterizedTest
  @ValueSource(strings = {"of another JVM", ""})
  void startsWithoutACacheThatDoesNotFit(String content) throws Exception {
    List<ObjectId> ids = generate(10_000);
    Path cache = directory.resolve("worker.aot");
    if (!content.isEmpty()) {
      Files.writeString(cache, content);
    }
    System.setProperty(ProcessWorker.AOT_CACHE, cache.toString());
    try {
      SortResult result = sort(ids).workers(1).run();
      assertEquals(0, result.retries());
      assertSorted(result, 10_000);
      assertHoldsOnly(ids, result);
    } finally {
      System.clearProperty(ProcessWorker.AOT_CACHE);
    }
  }

  @Test
  void saysWhatAWorkerSaidThatCouldNotStart() {
    List<ObjectId> ids = generate(10_000);
    String classPath = System.getProperty("java.class.path");
    WorkerFailedException failure;
    System.setProperty("java.class.path", directory.toString());
    try {
      failure = assertThrows(WorkerFailedException.class, sort(ids)::run);
    } finally {
      System.setProperty("java.class.path", classPath);
    }
    String message = String.valueOf(failure.getMessage());
    assertTrue(
        message.startsWith("a worker could not be started: a worker process ended"), message);
    assertTrue(message.contains("SortWorker"), message);
    store.assertHoldsOnly(ids);
  }

  @Test
  void leavesNoWorkerWhenOneThatIsToBeKeptCanNotStart() {
    String classPath = System.getProperty("java.class.path");
    WorkerFailedException failure;
    System.setProperty("java.class.path", directory.toString());
    try {
      failure =
          assertThrows(
              WorkerFailedException.class,
              () -> {
                SortWorkers unused = SortWorkers.start(store.client(), 3);
              });
    } finally {
      System.setProperty("java.class.path", classPath);
    }
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.startsWith("a worker could not be started: "), message);
    assertEquals(Set.of(), pids());
  }

  @Test
  void leavesNothingWhenTheStoreIsFull() {
    store.close();
    store = new TestStore(directory, 3 << 20);
    List<ObjectId> ids = generate(200_000);
    PlasmaException failure = assertThrows(PlasmaException.class, sort(ids)::run);
    assertEquals(ErrorCode.STORE_FULL, failure.code(), failure::toString);
    store.assertHoldsOnly(ids);
  }

  @Test
  void endsWhenTheStoreIsGone() {
    List<ObjectId> ids = generate(200_000);
    ParallelSort sort = sort(ids).progress(once(SortPhase.SPLIT, store::stop));
    PlasmaException failure = assertThrows(PlasmaException.class, sort::run);
    assertEquals(ErrorCode.STORE_GONE, failure.code(), failure::toString);
  }

  @Test
  void leavesNothingWhenItIsInterrupted() {
    List<ObjectId> ids = generate(200_000);
    Thread caller = Thread.currentThread();
    ParallelSort sort = sort(ids).progress(once(SortPhase.MERGE, caller::interrupt));
    assertThrows(InterruptedException.class, sort::run);
    store.assertHoldsOnly(ids);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void leavesNothingWhenTheProcessThatSortsIsTerminatedOrKilled(boolean killed) throws Exception {
    List<ObjectId> ids = generate(200_000);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(StuckSort.class.getName());
    command.add(store.client().options().socket().toString());
    ids.forEach(id -> command.add(id.toHex()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<ProcessHandle> workers;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertEquals(StuckSort.STUCK, out.readLine());
      workers = process.descendants().toList();
      assertEquals(2, workers.size());
      if (!killed) {
        process.destroy();
        assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), "the sort does not end");
      }
    } finally {
      process.destroyForcibly();
    }
    assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), "the sort does not end");
    for (ProcessHandle worker : workers) {
      worker.onExit().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
    store.assertHoldsOnly(ids);
  }

  private static Set<Long> pids() {
    return workers().stream().map(ProcessHandle::pid).collect(Collectors.toSet());
  }

  private void delete(SortResult result) {
    result.bucketIds().forEach(store.client()::delete);
    store.client().delete(result.manifest());
  }

  private List<ObjectId> generate(int rows) {
    return GeneratedPartitions.of(rows, 4).put(store.dataframes());
  }

  private ParallelSort sort(List<ObjectId> ids) {
    return ParallelSort.of(store.dataframes())
        .by(SortKey.of(GeneratedPartitions.KEY))
        .partitions(ids)
        .buckets(8)
        .workers(2)
        .processes();
  }

  private void assertSorted(SortResult result, long rows) {
    double before = Double.NEGATIVE_INFINITY;
    long count = 0;
    for (ObjectId id : result.bucketIds()) {
      try (VectorSchemaRoot root = store.dataframes().get(id)) {
        Float8Vector keys = (Float8Vector) root.getVector(0);
        for (int i = 0; i < root.getRowCount(); i++) {
          assertTrue(before <= keys.get(i), "not in order");
          before = keys.get(i);
          count++;
        }
      }
    }
    assertEquals(rows, count);
  }

  private void assertHoldsOnly(List<ObjectId> ids, SortResult result) {
    List<ObjectId> left = new ArrayList<>(ids);
    left.addAll(result.bucketIds());
    left.add(result.manifest());
    store.assertHoldsOnly(left);
  }

  /** Does something when a phase has got on for the first time, with more of it to come. */
  private static SortProgress once(SortPhase phase, Runnable action) {
    AtomicBoolean done = new AtomicBoolean();
    return new SortProgress() {
      @Override
      public void advanced(SortPhase now, long rows) {
        if (now == phase && done.compareAndSet(false, true)) {
          action.run();
        }
      }
    };
  }

  private static List<ProcessHandle> workers() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains(SortWorker.class.getName()))
        .toList();
  }

  /** A program that sorts and gets stuck in the middle. */
  static final class StuckSort {
    static final String STUCK = "stuck";

    private StuckSort() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      List<ObjectId> ids = new ArrayList<>();
      for (int i = 1; i < arguments.length; i++) {
        ids.add(ObjectId.fromHex(arguments[i]));
      }
      try (PlasmaClient client = PlasmaClient.connect(Path.of(arguments[0]));
          var allocator = new RootAllocator()) {
        ParallelSort.of(ArrowClient.over(client, allocator))
            .by(SortKey.of(GeneratedPartitions.KEY))
            .partitions(ids)
            .workers(2)
            .progress(
                once(
                    SortPhase.MERGE,
                    () -> {
                      System.out.println(STUCK);
                      LockSupport.park();
                    }))
            .run();
      }
    }
  }
}
