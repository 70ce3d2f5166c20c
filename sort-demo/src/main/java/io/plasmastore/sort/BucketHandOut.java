package io.plasmastore.sort;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Hands the buckets of a sort to a listener, in order, in a thread of its own, so that a slow
 * listener holds up no worker. Without a listener it does nothing. Any thread.
 */
final class BucketHandOut implements AutoCloseable {
  private final BucketListener listener;
  private final Map<Integer, CompletableFuture<SortResult.Bucket>> buckets =
      new ConcurrentHashMap<>();
  private final int count;
  private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
  private final @Nullable Thread thread;

  BucketHandOut(BucketListener listener, int count) {
    this.listener = listener;
    this.count = count;
    if (listener == BucketListener.NONE) {
      thread = null;
      end.complete(null);
    } else {
      thread = Thread.ofPlatform().daemon().name("sort-buckets").start(this::handOut);
    }
  }

  /**
   * A bucket was made.
   *
   * @throws RuntimeException what the listener threw at an earlier one
   */
  void made(int number, SortResult.Bucket bucket) {
    if (thread == null) {
      return;
    }
    if (end.isCompletedExceptionally()) {
      throw failure();
    }
    awaited(number).complete(bucket);
  }

  /**
   * Returns when the listener has had all buckets, which have all been made.
   *
   * @throws RuntimeException what the listener threw
   */
  void finish() throws InterruptedException {
    try {
      end.get();
    } catch (ExecutionException e) {
      throw failure();
    }
  }

  /** Ends the listener's thread, and waits for that. Idempotent. */
  @Override
  public void close() {
    if (thread == null) {
      return;
    }
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void handOut() {
    try {
      for (int number = 0; number < count; number++) {
        listener.ready(number, awaited(number).get());
        buckets.remove(number);
      }
      end.complete(null);
    } catch (Throwable e) {
      end.completeExceptionally(e);
    }
  }

  private CompletableFuture<SortResult.Bucket> awaited(int number) {
    return buckets.computeIfAbsent(number, unused -> new CompletableFuture<>());
  }

  private RuntimeException failure() {
    return switch (Objects.requireNonNull(end.exceptionNow())) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      case Throwable e -> new IllegalStateException("the listener was interrupted by itself", e);
    };
  }
}
