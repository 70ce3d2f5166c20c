package io.plasmastore.testing;

import io.plasmastore.PlasmaClient;
import io.plasmastore.store.PlasmaStore;
import io.plasmastore.store.StoreOptions;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A running store with a shared directory of its own, in this JVM or in another. */
public final class TestStore implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final StoreOptions options;
  private final @Nullable PlasmaStore embedded;
  private final @Nullable ChildJvm child;

  private TestStore(
      StoreOptions options, @Nullable PlasmaStore embedded, @Nullable ChildJvm child) {
    this.options = options;
    this.embedded = embedded;
    this.child = child;
  }

  /** Options with a socket in a folder and a directory that no other test has. */
  public static StoreOptions options(Path folder, long capacity) {
    Path directory =
        Path.of(
            "/dev/shm",
            "plasma-test-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
    return StoreOptions.of(folder.resolve("socket"), capacity).withDirectory(directory);
  }

  /** A store in this JVM. */
  public static TestStore embedded(Path folder, long capacity) {
    return embedded(options(folder, capacity));
  }

  /** A store in this JVM. */
  public static TestStore embedded(StoreOptions options) {
    return new TestStore(options, PlasmaStore.launch(options), null);
  }

  /** A store in a JVM of its own. */
  public static TestStore inAnotherProcess(Path folder, long capacity) {
    return inAnotherProcess(options(folder, capacity));
  }

  /** A store in a JVM of its own. */
  public static TestStore inAnotherProcess(StoreOptions options) {
    ChildJvm child = start(options);
    String line = child.awaitLine();
    if (!line.equals("ready")) {
      child.kill();
      throw new AssertionError("store did not start: " + line);
    }
    return new TestStore(options, null, child);
  }

  /** A JVM that tries to be a store: its first line is "ready", or why it can't. */
  public static ChildJvm start(StoreOptions options) {
    return ChildJvm.start(
        StoreMain.class,
        options.socket(),
        options.capacity(),
        options.directory(),
        options.maxObjects(),
        options.clientQuota(),
        options.fresh(),
        options.access().socketMode(),
        text(options.access().allowedUids()),
        text(options.access().readOnlyUids()),
        options.access().maxClients(),
        options.spillDirectory() == null ? "" : options.spillDirectory(),
        options.spillLimit());
  }

  private static String text(Set<Long> uids) {
    return uids.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** What it was launched with. */
  public StoreOptions options() {
    return options;
  }

  /** Where it listens. */
  public Path socket() {
    return options.socket();
  }

  /** Its private directory. */
  public Path directory() {
    return options.directory();
  }

  /** A new client of it. */
  public PlasmaClient connect() {
    return PlasmaClient.connect(options.socket());
  }

  /** The other JVM. */
  public ChildJvm process() {
    if (child == null) {
      throw new IllegalStateException("store runs in this JVM");
    }
    return child;
  }

  @Override
  public void close() {
    if (embedded != null) {
      embedded.close();
    }
    if (child != null) {
      try (child) {
        // A test that failed may have left it stopped.
        child.signal("CONT");
        child.signal("TERM");
        var unused = child.awaitExit();
      }
    }
  }
}
