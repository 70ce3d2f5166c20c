package io.plasmastore.bench.process;

import io.plasmastore.store.PlasmaStore;
import io.plasmastore.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A store in a process of its own, for as long as this is open. Nothing of it is left afterwards.
 */
public final class StoreProcess implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);

  private final ChildProcess child;
  private final StoreOptions options;

  private StoreProcess(ChildProcess child, StoreOptions options) {
    this.child = child;
    this.options = options;
  }

  /**
   * Starts a store; it serves when this returns.
   *
   * @param socket where it listens
   * @param capacity in bytes
   * @param placement on which cores
   * @return the store; the caller closes it
   */
  public static StoreProcess start(Path socket, long capacity, Placement placement)
      throws IOException, InterruptedException {
    StoreOptions options = StoreOptions.of(socket, capacity);
    return start(options, placement, List.of(options.socket().toString(), Long.toString(capacity)));
  }

  /**
   * Starts a store that spills; it serves when this returns.
   *
   * @param socket where it listens
   * @param capacity in bytes
   * @param spill a folder for what leaves memory, which goes with the store
   * @param limit bytes that it may take there; 0 for no limit
   * @return the store; the caller closes it
   */
  public static StoreProcess startSpilling(Path socket, long capacity, Path spill, long limit)
      throws IOException, InterruptedException {
    StoreOptions options = StoreOptions.of(socket, capacity).withSpill(spill, limit);
    return start(
        options,
        Placement.ANY_CORE,
        List.of(
            options.socket().toString(),
            Long.toString(capacity),
            spill.toString(),
            Long.toString(limit)));
  }

  private static StoreProcess start(
      StoreOptions options, Placement placement, List<String> arguments)
      throws IOException, InterruptedException {
    StoreProcess store =
        new StoreProcess(ChildProcess.start(StoreProcess.class, placement, arguments), options);
    try {
      String unused = store.child.awaitLine(START_PATIENCE);
      return store;
    } catch (IOException | InterruptedException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** Where it listens. */
  public Path socket() {
    return options.socket();
  }

  /** The store's process id. */
  public long pid() {
    return child.pid();
  }

  /** Ends the store as {@code kill -9} does: its files stay for the next one on this socket. */
  public void kill() throws InterruptedException {
    // Until there is a next one nobody else would give that memory back.
    RunDirectory.deleteAtExit(options.directory());
    child.kill();
  }

  @Override
  public void close() {
    child.close();
    // Its own doing, unless it had to be killed.
    RunDirectory.delete(options.directory());
    if (options.spillDirectory() != null) {
      RunDirectory.delete(options.spillDirectory());
    }
  }

  /**
   * Serves until the parent is gone. Arguments: socket, capacity; and where to spill and how much.
   */
  public static void main(String[] args) throws InterruptedException {
    Ending.silenceThreads();
    StoreOptions plain = StoreOptions.of(Path.of(args[0]), Long.parseLong(args[1]));
    StoreOptions options =
        args.length == 2 ? plain : plain.withSpill(Path.of(args[2]), Long.parseLong(args[3]));
    RunDirectory.removeAtExit(options.socket());
    try (PlasmaStore store = PlasmaStore.launch(options)) {
      if (options.spillDirectory() != null) {
        removeSpilledAtExit(store, options.spillDirectory());
      }
      ChildProcess.exitWithParent();
      System.out.println("ready");
      store.awaitClose();
    }
  }

  /** A store that ends well keeps what it has spilled, for the next one: here there is none. */
  private static void removeSpilledAtExit(PlasmaStore store, Path folder) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  store.close();
                  RunDirectory.delete(folder);
                },
                "plasma-bench-spilled"));
  }
}
