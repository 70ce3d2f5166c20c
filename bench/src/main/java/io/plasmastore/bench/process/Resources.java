package io.plasmastore.bench.process;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

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

  /** Closes everything; idempotent. Throws the first failure, with the others as suppressed. */
  @Override
  public void close() throws Exception {
    Exception failure = closeAll();
    if (failure != null) {
      throw failure;
    }
  }

  private @Nullable Exception closeAll() {
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
    return failure;
  }
}
