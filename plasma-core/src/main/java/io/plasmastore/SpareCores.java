package io.plasmastore;

import io.plasmastore.os.NativeCallException;
import io.plasmastore.os.Posix;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that take part in what their caller is doing, on other cores than its own. A kernel may
 * wake a thread up on the core of whoever woke it and leave it there for milliseconds, while
 * another core has nothing to do: the two then take turns, and a copy shared by them takes as long
 * as by one. So each of these threads is told to keep off its caller's core before it is woken.
 *
 * <p>Who executes a task must do without it as well: it may begin late, or when nothing is left to
 * do. There are as many threads as the machine has other cores, but no more than three, for the
 * whole process; they are daemons, and end when they have had nothing to do for a minute. From any
 * thread.
 */
public final class SpareCores implements Executor {
  /** A few threads use up what memory can do. */
  private static final int MAX_THREADS = 3;

  private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final Path CURRENT_THREAD = Path.of("/proc/thread-self");
  private static final int NO_THREAD = 0;
  private static final Logger LOG = System.getLogger(SpareCores.class.getName());
  private static final SpareCores OF_PROCESS =
      new SpareCores(
          Math.clamp(Runtime.getRuntime().availableProcessors() - 1, 1, MAX_THREADS), IDLE_NANOS);

  private final int maxThreads;
  private final long idleNanos;
  private final Object lock = new Object();
  private final Deque<Worker> idle = new ArrayDeque<>();
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final Map<Thread, Worker> workers = new ConcurrentHashMap<>();
  private int threads;

  /** Threads of their own, for tests. */
  SpareCores(int maxThreads, long idleNanos) {
    this.maxThreads = maxThreads;
    this.idleNanos = idleNanos;
  }

  /**
   * The threads of this process.
   *
   * @return the same each time
   */
  public static SpareCores ofProcess() {
    return OF_PROCESS;
  }

  /**
   * Has a thread do something: one that is idle, a new one, or the first that has time.
   *
   * @param task what; if it throws, the thread's handler for uncaught exceptions hears of it
   */
  @Override
  public void execute(Runnable task) {
    Objects.requireNonNull(task, "task");
    int core = Posix.core();
    Worker worker;
    synchronized (lock) {
      // The one that was busy last: its core is less asleep.
      worker = idle.pollLast();
      if (worker == null && threads == maxThreads) {
        waiting.add(task);
        return;
      }
      if (worker == null) {
        threads++;
      }
    }
    if (worker == null) {
      start(task, core);
    } else {
      worker.wake(task, core);
    }
  }

  /**
   * Has one of these threads go on with its task on the core of the calling thread, which is about
   * to sleep until that is done. For a thread that does not get on: whoever has its core may keep
   * it for some milliseconds more, and it may run nowhere else. With the next task it is kept off
   * its caller's core again.
   *
   * @param thread any; nothing happens if it is none of these
   */
  public void callHere(Thread thread) {
    Worker worker = workers.get(thread);
    if (worker != null) {
      worker.keepTo(Posix.core());
    }
  }

  /** How many threads there are. */
  int threads() {
    synchronized (lock) {
      return threads;
    }
  }

  private void start(Runnable task, int core) {
    boolean started = false;
    try {
      Thread thread =
          Thread.ofPlatform()
              .name("plasma-spare-core")
              .daemon(true)
              .inheritInheritableThreadLocals(false)
              .unstarted(new Worker(task, core));
      // Or the caller's would be kept for as long as the thread lives.
      thread.setContextClassLoader(SpareCores.class.getClassLoader());
      thread.start();
      started = true;
    } finally {
      if (!started) {
        synchronized (lock) {
          threads--;
        }
      }
    }
  }

  /** One thread. It belongs to whoever took it out of the idle ones, until it has the task. */
  private final class Worker implements Runnable {
    /** The core of whoever had it woken last. */
    private volatile int callersCore;

    private @Nullable Thread thread;
    private int threadId;
    private volatile @Nullable Runnable task;

    /** Whether it was called to a core, where it is to stay no longer than its task takes. */
    private volatile boolean called;

    Worker(Runnable task, int core) {
      this.task = task;
      this.callersCore = core;
    }

    void wake(Runnable next, int core) {
      callersCore = core;
      keepOff(core);
      task = next;
      LockSupport.unpark(thread);
    }

    @Override
    public void run() {
      Thread self = Thread.currentThread();
      thread = self;
      threadId = currentThreadId();
      keepOff(callersCore);
      workers.put(self, this);
      for (Runnable next = task; next != null; next = following()) {
        perform(next);
        if (called) {
          called = false;
          keepOff(callersCore);
        }
      }
      workers.remove(self);
    }

    void keepTo(int core) {
      if (threadId == NO_THREAD) {
        return;
      }
      try {
        Posix.keepTo(threadId, core);
        // Afterwards: if the task has ended in between, the next one's end undoes it.
        called = true;
      } catch (NativeCallException e) {
        LOG.log(Level.DEBUG, "a thread can't be called to a core: " + e.getMessage());
      }
    }

    /** The next task, or null if the thread is to end. */
    private @Nullable Runnable following() {
      task = null;
      synchronized (lock) {
        Runnable next = waiting.poll();
        if (next != null) {
          return next;
        }
        idle.addLast(this);
      }
      long since = System.nanoTime();
      while (true) {
        Runnable next = task;
        if (next != null) {
          return next;
        }
        long left = idleNanos - (System.nanoTime() - since);
        if (left > 0) {
          LockSupport.parkNanos(this, left);
          // Nobody's business here, and it would keep the thread from parking.
          boolean unused = Thread.interrupted();
        } else if (leaves()) {
          return null;
        } else {
          // Somebody has just taken it, and will say for what.
          Thread.onSpinWait();
        }
      }
    }

    private boolean leaves() {
      synchronized (lock) {
        boolean left = idle.remove(this);
        if (left) {
          threads--;
        }
        return left;
      }
    }

    private void keepOff(int core) {
      if (threadId == NO_THREAD) {
        return;
      }
      try {
        Posix.keepOff(threadId, core);
      } catch (NativeCallException e) {
        // It runs where the kernel puts it, as any thread.
        LOG.log(Level.DEBUG, "a thread can't be kept off a core: " + e.getMessage());
      }
    }
  }

  private static void perform(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    } finally {
      // Not the next one's business.
      boolean unused = Thread.interrupted();
    }
  }

  /**
   * What the kernel calls this thread, or {@link #NO_THREAD} if it doesn't say, or says it in the
   * words of another container.
   */
  private static int currentThreadId() {
    try {
      // As proc(5) has it: PID/task/TID.
      Path names = Files.readSymbolicLink(CURRENT_THREAD);
      boolean ours =
          names.getName(0).toString().equals(Long.toString(ProcessHandle.current().pid()));
      return ours
          ? Integer.parseInt(names.getName(names.getNameCount() - 1).toString())
          : NO_THREAD;
    } catch (IOException | NumberFormatException e) {
      LOG.log(Level.DEBUG, "a thread does not know its number: " + e);
      return NO_THREAD;
    }
  }
}
