package io.plasmastore.sort;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Closes many things whatever some of them throw. */
final class Closing {
  private Closing() {}

  /**
   * Closes all, in order; throws what the first that failed threw, the others' suppressed in it.
   */
  static void all(List<? extends AutoCloseable> resources) {
    RuntimeException failure = null;
    for (AutoCloseable resource : resources) {
      failure = run(resource, failure);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static @Nullable RuntimeException run(
      AutoCloseable resource, @Nullable RuntimeException before) {
    try {
      resource.close();
      return before;
    } catch (Exception e) {
      RuntimeException failure =
          e instanceof RuntimeException unchecked
              ? unchecked
              : new IllegalStateException("closing failed: what=" + resource, e);
      if (before == null) {
        return failure;
      }
      before.addSuppressed(failure);
      return before;
    }
  }
}
