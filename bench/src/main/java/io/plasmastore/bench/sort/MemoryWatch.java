package io.plasmastore.bench.sort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Looks again and again how much memory a process and its descendants have of their own (RssAnon of
 * proc(5): heap, scratch and stacks, not what is shared), and whatever else is told. Shorter peaks
 * than {@value #MILLIS} ms may go unseen.
 */
final class MemoryWatch implements AutoCloseable {
  static final long MILLIS = 50;

  private static final String FIELD = "RssAnon:";
  private static final long KILO = 1024;

  private final ProcessHandle process;
  private final Set<Long> others;
  private final LongSupplier more;
  private final Thread thread;
  private volatile long peak;
  private volatile boolean closed;
  private volatile boolean paused;

  /**
   * Begins to look.
   *
   * @param process whose descendants count too
   * @param more bytes that count besides
   */
  MemoryWatch(ProcessHandle process, LongSupplier more) {
    this(process, Set.of(), more);
  }

  /**
   * Begins to look.
   *
   * @param process whose descendants count too
   * @param others descendants that don't
   * @param more bytes that count besides
   */
  MemoryWatch(ProcessHandle process, Set<Long> others, LongSupplier more) {
    this.process = process;
    this.others = Set.copyOf(others);
    this.more = more;
    this.thread = Thread.ofPlatform().daemon().name("plasma-bench-memory").start(this::look);
  }

  /** What comes until {@link #resume} does not count. */
  void pause() {
    paused = true;
  }

  /** It counts again. */
  void resume() {
    paused = false;
  }

  /** Ends it. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
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

  /** The most that was seen. */
  long peak() {
    return peak;
  }

  private void look() {
    while (!closed) {
      long bytes = more.getAsLong();
      try (Stream<ProcessHandle> all = Stream.concat(Stream.of(process), process.descendants())) {
        bytes +=
            all.filter(one -> !others.contains(one.pid()))
                .mapToLong(MemoryWatch::privateBytes)
                .sum();
      }
      if (!paused) {
        peak = Math.max(peak, bytes);
      }
      LockSupport.parkNanos(MILLIS * 1_000_000);
    }
  }

  private static long privateBytes(ProcessHandle process) {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      return lines
          .filter(line -> line.startsWith(FIELD))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KILO)
          .sum();
    } catch (IOException | java.io.UncheckedIOException e) {
      // It has ended.
      return 0;
    }
  }
}
