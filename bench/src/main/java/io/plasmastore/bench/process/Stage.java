package io.plasmastore.bench.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a measurement needs around it: a store and an echo, each in a process of its own, and a
 * folder for their sockets. All of it goes when this is closed or this JVM is told to end.
 */
public final class Stage implements AutoCloseable {
  private final Placement placement;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Thread exitHook = new Thread(this::closeOpened, "plasma-bench-exit");
  private final Path storeSocket;
  private final Path echoSocket;

  private Stage(RunDirectory directory, Placement placement) {
    this.placement = placement;
    this.storeSocket = directory.file("store.sock");
    this.echoSocket = directory.file("echo.sock");
    opened.push(directory);
  }

  /**
   * Starts the processes.
   *
   * @param capacity of the store in bytes
   * @param placement on which cores they are
   * @return the stage; the caller closes it
   */
  public static Stage open(long capacity, Placement placement)
      throws IOException, InterruptedException {
    Stage stage = new Stage(RunDirectory.create(), placement);
    Runtime.getRuntime().addShutdownHook(stage.exitHook);
    try {
      stage.open(StoreProcess.start(stage.storeSocket, capacity, placement));
      stage.open(EchoProcess.start(stage.echoSocket, placement));
      return stage;
    } catch (IOException | InterruptedException | RuntimeException e) {
      stage.close();
      throw e;
    }
  }

  /** On which cores everything is. */
  public Placement placement() {
    return placement;
  }

  /** Where the store listens. */
  public Path storeSocket() {
    return storeSocket;
  }

  /** Where the echo listens. */
  public Path echoSocket() {
    return echoSocket;
  }

  /** Adds something that goes with the stage. */
  public synchronized <T extends AutoCloseable> T open(T resource) {
    opened.push(resource);
    return resource;
  }

  @Override
  public void close() {
    closeOpened();
    try {
      Runtime.getRuntime().removeShutdownHook(exitHook);
    } catch (IllegalStateException e) {
      // The JVM is on its way out, and the hook will find nothing left to close.
      assert e.getMessage() != null;
    }
  }

  private synchronized void closeOpened() {
    while (!opened.isEmpty()) {
      AutoCloseable resource = opened.pop();
      try {
        resource.close();
      } catch (Exception e) {
        System.err.println("plasma bench: can't clean up: what=" + resource + " reason=" + e);
      }
    }
  }
}
