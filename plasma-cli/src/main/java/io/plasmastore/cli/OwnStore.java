package io.plasmastore.cli;

import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.process.RunDirectory;
import io.plasmastore.bench.process.StoreProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A store for one command alone, in a process of its own. It is gone when this is closed, and also
 * when this process is killed.
 */
final class OwnStore implements AutoCloseable {
  private static final Path MOUNT = Path.of("/dev/shm");
  private static final long HEADROOM = 64L << 20;

  private final RunDirectory directory;
  private final StoreProcess store;

  private OwnStore(RunDirectory directory, StoreProcess store) {
    this.directory = directory;
    this.store = store;
  }

  /**
   * Starts a store; it serves when this returns.
   *
   * @param capacity in bytes
   */
  static OwnStore start(long capacity) throws IOException, InterruptedException {
    RunDirectory directory = RunDirectory.create();
    try {
      return new OwnStore(
          directory,
          StoreProcess.start(directory.file("store.sock"), capacity, Placement.ANY_CORE));
    } catch (Throwable e) {
      directory.close();
      throw e;
    }
  }

  /**
   * The same for a store that spills.
   *
   * @param capacity in bytes
   * @param folder where to make another, which takes what leaves memory and goes with the store
   * @param limit bytes that it may take there; 0 for no limit
   */
  static OwnStore startSpilling(long capacity, Path folder, long limit)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    // Private, as the store asks it.
    Path spill = Files.createTempDirectory(folder.toAbsolutePath(), "plasma-sort-");
    RunDirectory directory = RunDirectory.create();
    try {
      return new OwnStore(
          directory,
          StoreProcess.startSpilling(directory.file("store.sock"), capacity, spill, limit));
    } catch (Throwable e) {
      directory.close();
      Files.deleteIfExists(spill);
      throw e;
    }
  }

  /** Room for data several times over, but no more than there is. */
  static long capacityFor(long dataBytes, int times) throws IOException {
    long free = Files.getFileStore(MOUNT).getUsableSpace();
    double wanted = (double) dataBytes * times + HEADROOM;
    return (long) Math.min(wanted, free * StoreCommand.SHARE_OF_MOUNT);
  }

  Path socket() {
    return store.socket();
  }

  /** A file beside the socket that goes with the store. */
  Path file(String name) {
    return directory.file(name);
  }

  @Override
  public void close() {
    try (directory) {
      store.close();
    }
  }
}
