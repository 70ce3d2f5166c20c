package io.plasmastore.sort;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A worker that is a process: a JVM with this one's program and class path, connected to the same
 * store. It speaks {@link WorkerProtocol}. That it has ended is seen at once; that it hangs, after
 * a time that goes by the rows of its task.
 */
final class ProcessWorker implements Worker {
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final Duration TASK_PATIENCE = Duration.ofSeconds(60);
  private static final Duration END_PATIENCE = Duration.ofSeconds(30);

  /** A hundred times what a row takes. */
  private static final long PATIENCE_MICROS_PER_ROW = 10;

  private static final Duration LAST_WORDS_PATIENCE = Duration.ofSeconds(5);
  private static final int LAST_WORDS = 10;

  /** Names a file of what worker processes have in common, made by an earlier run; see JEP 514. */
  static final String AOT_CACHE = "plasma.sort.aot.cache";

  /** Names the file that this run makes, of its only worker. */
  private static final String AOT_RECORD = "plasma.sort.aot.record";

  /** Stands behind the last line of the output, which no line equals. */
  private static final String END = "\n";

  private final Process process;
  private final @Nullable SortWorkers home;
  private final BlockingQueue<String> output = new LinkedBlockingQueue<>();
  private final Deque<String> lastWords = new ArrayDeque<>();
  private final Thread errors;

  /** Whether it owes an answer. Written by the thread that asks, read when that has ended. */
  private volatile boolean busy;

  private ProcessWorker(Process process, @Nullable SortWorkers home) {
    this.process = process;
    this.home = home;
    listen(process.getInputStream(), "output", output::add, END);
    this.errors = listen(process.getErrorStream(), "errors", this::remember, "");
  }

  /**
   * Starts a worker, and returns when it is ready for a sort.
   *
   * @param home where it goes when it is closed with nothing to do, if anywhere
   * @throws WorkerDiedException if it ends before it is
   * @throws InterruptedException if this thread is interrupted; the process has ended then
   */
  static ProcessWorker start(Path socket, @Nullable SortWorkers home)
      throws WorkerDiedException, InterruptedException {
    ProcessWorker worker = launch(socket, home);
    worker.awaitReady();
    return worker;
  }

  /**
   * Starts a worker and does not wait for it: somebody calls {@link #awaitReady} before anything
   * else.
   */
  static ProcessWorker launch(Path socket, @Nullable SortWorkers home) {
    try {
      return new ProcessWorker(new ProcessBuilder(command(socket)).start(), home);
    } catch (IOException e) {
      throw new WorkerFailedException(
          "a worker process could not be started: " + e.getMessage(), e);
    }
  }

  /**
   * Returns when it is ready for a sort.
   *
   * @throws WorkerDiedException if it ends before it is
   * @throws InterruptedException if this thread is interrupted; the process has ended then
   */
  void awaitReady() throws WorkerDiedException, InterruptedException {
    boolean ready = false;
    try {
      long deadline = System.nanoTime() + START_PATIENCE.toNanos();
      while (!ready) {
        ready = nextLine(deadline, "starting").equals(WorkerProtocol.READY);
      }
    } finally {
      if (!ready) {
        kill();
      }
    }
  }

  /**
   * Makes it ready for the tasks of a sort whose job is in the store.
   *
   * @return this
   */
  ProcessWorker begin(JobNames names) throws WorkerDiedException, InterruptedException {
    boolean begun = false;
    try {
      ask(WorkerProtocol.formatBegin(names), 0);
      begun = true;
      return this;
    } finally {
      if (!begun) {
        kill();
      }
    }
  }

  @Override
  public List<Long> run(SortTask task) throws WorkerDiedException, InterruptedException {
    return ask(WorkerProtocol.format(task), task.rows());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  private List<Long> ask(String line, long rows) throws WorkerDiedException, InterruptedException {
    long patience =
        TASK_PATIENCE.toNanos() + TimeUnit.MICROSECONDS.toNanos(PATIENCE_MICROS_PER_ROW * rows);
    long deadline = System.nanoTime() + patience;
    busy = true;
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw died(line, e);
    }
    while (true) {
      String said = nextLine(deadline, line);
      busy = !WorkerProtocol.isAnswer(said);
      List<Long> answer = WorkerProtocol.parseAnswer(said, line);
      if (answer != null) {
        return answer;
      }
    }
  }

  @Override
  public long pid() {
    return process.pid();
  }

  /**
   * Gives it back if it has nothing to do and somebody keeps it. Else kills it: it has nothing that
   * is worth saving, and what it was making is undone by the store.
   */
  @Override
  public void close() {
    if (home == null || !isIdleAgain() || !home.giveBack(this)) {
      kill();
    }
  }

  /** Has it forget the sort. */
  private boolean isIdleAgain() {
    if (busy || !isAlive()) {
      return false;
    }
    try {
      ask(WorkerProtocol.END, 0);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (WorkerDiedException | RuntimeException e) {
      // Not fit for another sort. Whatever is wrong with it, this one needs it no more.
      return false;
    }
  }

  /** Kills it, and waits for that. Idempotent. */
  void kill() {
    if (recorded() == null || !endsByItself()) {
      process.destroyForcibly();
    }
    boolean ended =
        Waiting.uninterruptibly(
            END_PATIENCE, nanos -> process.waitFor(nanos, TimeUnit.NANOSECONDS));
    if (!ended) {
      throw new IllegalStateException(
          "a worker process was killed and does not end: pid=" + process.pid());
    }
  }

  /** Has it end by itself, as only such a JVM writes down what it has learnt. */
  private boolean endsByItself() {
    if (!isIdleAgain()) {
      return false;
    }
    try {
      process.getOutputStream().close();
      return true;
    } catch (IOException e) {
      // It has ended otherwise.
      return false;
    }
  }

  private static List<String> command(Path socket) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    // The threads of another collector would be in the way of the other workers.
    command.add("-XX:+UseSerialGC");
    command.add("-XX:+DisplayVMOutputToStderr");
    String recorded = recorded();
    String cache = System.getProperty(AOT_CACHE);
    if (recorded != null) {
      command.add("-XX:AOTCacheOutput=" + recorded);
    } else if (cache != null && Files.isReadable(Path.of(cache))) {
      // One that does not fit is left aside: it is of another JVM or other jars, and no failure.
      command.add("-XX:AOTCache=" + cache);
      command.add("-Xlog:aot*=off,cds*=off");
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(SortWorker.class.getName());
    command.add(socket.toString());
    return command;
  }

  /** The file that this run is to make for others to start with, if it is to. */
  private static @Nullable String recorded() {
    return System.getProperty(AOT_RECORD);
  }

  private Thread listen(InputStream in, String what, Consumer<String> hear, String end) {
    return Thread.ofPlatform()
        .daemon()
        .name("sort-worker-" + process.pid() + "-" + what)
        .start(
            () -> {
              try (BufferedReader lines =
                  new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                lines.lines().forEach(hear);
              } catch (IOException | UncheckedIOException e) {
                // A pipe that breaks is the end of the process too.
                remember(e.toString());
              } finally {
                hear.accept(end);
              }
            });
  }

  private String nextLine(long deadline, String task)
      throws WorkerDiedException, InterruptedException {
    String line = output.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    if (line == null) {
      throw new WorkerDiedException(
          "a worker process does not answer: pid=%d task=[%s] said=[%s]"
              .formatted(process.pid(), task, said()));
    }
    if (line.equals(END)) {
      throw died(task, null);
    }
    return line;
  }

  private WorkerDiedException died(String task, @Nullable Exception e) throws InterruptedException {
    // Its last words may still be on their way, though its output has ended.
    errors.join(LAST_WORDS_PATIENCE);
    WorkerDiedException died =
        new WorkerDiedException(
            "a worker process ended: pid=%d exit=%s task=[%s] said=[%s]"
                .formatted(
                    process.pid(),
                    process.isAlive() ? "none yet" : process.exitValue(),
                    task,
                    said()));
    if (e != null) {
      died.initCause(e);
    }
    return died;
  }

  private void remember(String line) {
    synchronized (lastWords) {
      if (line.isEmpty()) {
        return;
      }
      if (lastWords.size() == LAST_WORDS) {
        lastWords.removeFirst();
      }
      lastWords.addLast(line);
    }
  }

  private String said() {
    synchronized (lastWords) {
      return String.join(" | ", lastWords);
    }
  }
}
