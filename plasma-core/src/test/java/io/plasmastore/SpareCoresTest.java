package io.plasmastore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SpareCoresTest {
  private static final long NEVER = Long.MAX_VALUE / 2;

  @Test
  void aThreadIsKeptOffOneCore() throws Exception {
    BitSet all = allowedCores(Path.of("/proc/self/status"));
    SpareCores cores = new SpareCores(1, NEVER);
    // The first time it is new, the second time it is woken up.
    for (int i = 0; i < 2; i++) {
      BitSet allowed = call(cores, () -> allowedCores(Path.of("/proc/thread-self/status")));
      BitSet others = (BitSet) allowed.clone();
      others.andNot(all);
      assertTrue(others.isEmpty(), "more than the process may use: " + others);
      assertEquals(Math.max(1, all.cardinality() - 1), allowed.cardinality());
    }
  }

  @Test
  void aThreadThatIsCalledGoesOnWithItsTaskOnTheCallersCore() throws Exception {
    BitSet all = allowedCores(Path.of("/proc/self/status"));
    SpareCores cores = new SpareCores(1, NEVER);
    CompletableFuture<Thread> begun = new CompletableFuture<>();
    CountDownLatch called = new CountDownLatch(1);
    CompletableFuture<BitSet> allowed = new CompletableFuture<>();
    cores.execute(
        () -> {
          begun.complete(Thread.currentThread());
          await(called);
          allowed.complete(allowedCores(Path.of("/proc/thread-self/status")));
        });
    cores.callHere(begun.get(30, TimeUnit.SECONDS));
    // Somebody else's.
    cores.callHere(Thread.currentThread());
    called.countDown();
    assertEquals(1, allowed.get(30, TimeUnit.SECONDS).cardinality());
    assertEquals(all, allowedCores(Path.of("/proc/self/status")), "of the caller's process");
    BitSet next = call(cores, () -> allowedCores(Path.of("/proc/thread-self/status")));
    assertEquals(Math.max(1, all.cardinality() - 1), next.cardinality());
  }

  @Test
  void whatFindsNoThreadWaitsForOne() throws Exception {
    SpareCores cores = new SpareCores(2, NEVER);
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch all = new CountDownLatch(10);
    for (int i = 0; i < 10; i++) {
      cores.execute(
          () -> {
            await(release);
            all.countDown();
          });
    }
    assertEquals(2, cores.threads());
    release.countDown();
    await(all);
    assertEquals(2, cores.threads());
  }

  @Test
  void aThreadThatIsIdleEnds() throws Exception {
    SpareCores cores = new SpareCores(1, 1);
    Thread first = call(cores, Thread::currentThread);
    first.join();
    assertEquals(0, cores.threads());
    assertFalse(call(cores, Thread::currentThread) == first);
  }

  @Test
  void aThreadOutlivesATaskThatThrowsAndItsInterrupt() throws Exception {
    SpareCores cores = new SpareCores(1, NEVER);
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Error error = new Error("of a test");
    Thread thread = call(cores, Thread::currentThread);
    cores.execute(
        () -> {
          Thread.currentThread().setUncaughtExceptionHandler((any, e) -> thrown.complete(e));
          Thread.currentThread().interrupt();
          throw error;
        });
    assertSame(error, thrown.get(30, TimeUnit.SECONDS));
    assertFalse(call(cores, () -> Thread.currentThread().isInterrupted()));
    assertSame(thread, call(cores, Thread::currentThread));
  }

  @Test
  void eachTaskIsDoneOnceWhileThreadsComeAndGo() throws Exception {
    int callers = 4;
    int tasks = 2_000;
    SpareCores cores = new SpareCores(2, 1);
    AtomicIntegerArray done = new AtomicIntegerArray(callers * tasks);
    CountDownLatch all = new CountDownLatch(callers * tasks);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      int first = i * tasks;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int task = first; task < first + tasks; task++) {
                      int number = task;
                      cores.execute(
                          () -> {
                            done.incrementAndGet(number);
                            all.countDown();
                          });
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    await(all);
    for (int task = 0; task < done.length(); task++) {
      assertEquals(1, done.get(task), "task " + task);
    }
  }

  private static <T> T call(SpareCores cores, java.util.function.Supplier<T> task)
      throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    cores.execute(() -> result.complete(task.get()));
    return result.get(30, TimeUnit.SECONDS);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS), () -> "still to come: " + latch.getCount());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** As proc(5) lists them: {@code Cpus_allowed_list: 0-3,8}. */
  private static BitSet allowedCores(Path status) {
    try (var lines = Files.lines(status)) {
      String list =
          lines
              .filter(line -> line.startsWith("Cpus_allowed_list:"))
              .findFirst()
              .orElseThrow()
              .split(":", 2)[1];
      BitSet cores = new BitSet();
      for (String range : list.strip().split(",", -1)) {
        String[] ends = range.split("-", 2);
        cores.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
      }
      return cores;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
