package io.plasmastore.bench.process;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What is closed together, the last one first. For one thread. */
public final class Resources implements AutoCloseable {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** Of nothing yet. */
  public Resources() {}

  /** Adds something that is to be closed. */
  public <T extends AutoCloseable> T open(T resource) {
    opened.push(resource);
    return resource;
  }

  /**
   * Closes everything; idempotent. Throws the first failure as {@link #close(AutoCloseable)} does,
   * with the others as suppressed.
   */
  @Override
  public void close() throws IOException {
    close(this::closeAll);
  }

  /**
   * Closes something of which it is not known how it fails: a checked exception becomes the cause
   * of an IOException.
   */
  public static void close(AutoCloseable resource) throws IOException {
    try {
      resource.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while something is closed", e);
    } catch (Exception e) {
      throw new IOException("can't close: reason=" + e, e);
    }
  }

  private void closeAll() throws Exception {
    Exception failure = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
