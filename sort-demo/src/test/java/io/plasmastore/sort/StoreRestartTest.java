package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectInfo;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.store.PlasmaStore;
import io.plasmastore.store.StoreOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The store is killed in the middle of a sort, and another takes its memory over. */
class StoreRestartTest {
  private static final int ROWS = 200_000;
  private static final long DEADLINE_SECONDS = 40;

  @TempDir Path directory;
  private Process store;

  @BeforeEach
  void start() throws IOException {
    store = launch();
  }

  @AfterEach
  void stop() throws Exception {
    // It ends, and takes its files away, when its input does.
    store.getOutputStream().close();
    assertTrue(store.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), "the store does not end");
  }

  @ParameterizedTest
  @EnumSource(
      value = SortPhase.class,
      names = {"SPLIT", "MERGE"})
  void sortsOnOrFailsAndLeavesNothing(SortPhase phase) throws Exception {
    try (PlasmaClient client = PlasmaClient.connect(directory.resolve("socket"));
        BufferAllocator allocator = new RootAllocator()) {
      ArrowClient dataframes = ArrowClient.over(client, allocator).keeping();
      List<ObjectId> ids = GeneratedPartitions.of(ROWS, 4).put(dataframes);
      Set<ObjectId> expected = new HashSet<>(ids);
      ParallelSort sort =
          ParallelSort.of(dataframes)
              .by(SortKey.of(GeneratedPartitions.KEY))
              .partitions(ids)
              .buckets(8)
              .workers(2)
              .threads()
              .progress(killing(phase));
      try {
        SortResult result = sort.run();
        assertSorted(dataframes, result);
        expected.addAll(result.bucketIds());
        expected.add(result.manifest());
      } catch (PlasmaException e) {
        assertEquals(ErrorCode.STORE_GONE, e.code(), e::toString);
      }
      try (var objects = client.list()) {
        assertEquals(expected, objects.map(ObjectInfo::id).collect(Collectors.toSet()));
      }
    }
  }

  /** Kills the store when a phase has got on for the first time, and starts the next one. */
  private SortProgress killing(SortPhase phase) {
    AtomicBoolean done = new AtomicBoolean();
    return new SortProgress() {
      @Override
      public void advanced(SortPhase now, long rows) {
        if (now == phase && done.compareAndSet(false, true)) {
          try {
            store.destroyForcibly();
            assertTrue(store.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), "it does not end");
            store = launch();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        }
      }
    };
  }

  private static void assertSorted(ArrowClient dataframes, SortResult result) {
    double before = Double.NEGATIVE_INFINITY;
    long rows = 0;
    for (ObjectId id : result.bucketIds()) {
      try (VectorSchemaRoot root = dataframes.get(id)) {
        Float8Vector keys = (Float8Vector) root.getVector(0);
        for (int i = 0; i < root.getRowCount(); i++) {
          assertTrue(before <= keys.get(i), "not in order");
          before = keys.get(i);
          rows++;
        }
      }
    }
    assertEquals(ROWS, rows);
  }

  private Process launch() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StoreProgram.class.getName(),
                directory.resolve("socket").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    assertEquals(StoreProgram.SERVING, out.readLine());
    return process;
  }

  /** A store that serves as long as its input lasts. */
  static final class StoreProgram {
    static final String SERVING = "serving";

    private StoreProgram() {}

    public static void main(String[] arguments) throws IOException {
      StoreOptions options = StoreOptions.of(Path.of(arguments[0]), 64 << 20);
      try (PlasmaStore _ = PlasmaStore.launch(options)) {
        System.out.println(SERVING);
        while (System.in.read() >= 0) {
          // Nothing is said to it.
        }
      }
    }
  }
}
