package io.plasmastore.sort;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
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

  private static final int LAST_WORDS = 10;

  /** Stands behind the last line of the output, which no line equals. */
  private static final String END = "\n";

  private final Process process;
  private final BlockingQueue<String> output = new LinkedBlockingQueue<>();
  private final Deque<String> lastWords = new ArrayDeque<>();

  private ProcessWorker(Process process) {
    this.process = process;
    listen(process.getInputStream(), "output", output::add, END);
    listen(process.getErrorStream(), "errors", this::remember, "");
  }

  /**
   * Starts a worker, and returns when it is ready.
   *
   * @throws WorkerDiedException if it ends before it is
   * @throws InterruptedException if this thread is interrupted; the process has ended then
   */
  static ProcessWorker start(Path socket, JobNames names)
      throws WorkerDiedException, InterruptedException {
    ProcessWorker worker;
    try {
      worker = new ProcessWorker(new ProcessBuilder(command(socket, names)).start());
    } catch (IOException e) {
      throw new WorkerFailedException(
          "a worker process could not be started: " + e.getMessage(), e);
    }
    boolean ready = false;
    try {
      long deadline = System.nanoTime() + START_PATIENCE.toNanos();
      while (!ready) {
        ready = worker.nextLine(deadline, "starting").equals(WorkerProtocol.READY);
      }
      return worker;
    } finally {
      if (!ready) {
        worker.close();
      }
    }
  }

  @Override
  public List<Long> run(SortTask task) throws WorkerDiedException, InterruptedException {
    String line = WorkerProtocol.format(task);
    long patience =
        TASK_PATIENCE.toNanos()
            + TimeUnit.MICROSECONDS.toNanos(PATIENCE_MICROS_PER_ROW * task.rows());
    long deadline = System.nanoTime() + patience;
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw died(line, e);
    }
    while (true) {
      List<Long> answer = WorkerProtocol.parseAnswer(nextLine(deadline, line), task);
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
   * Kills it: it has nothing that is worth saving, and what it was making is undone by the store.
   */
  @Override
  public void close() {
    process.destroyForcibly();
    boolean ended =
        Waiting.uninterruptibly(
            END_PATIENCE, nanos -> process.waitFor(nanos, TimeUnit.NANOSECONDS));
    if (!ended) {
      throw new IllegalStateException(
          "a worker process was killed and does not end: pid=" + process.pid());
    }
  }

  private static List<String> command(Path socket, JobNames names) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        // The threads of another collector would be in the way of the other workers.
        "-XX:+UseSerialGC",
        "-XX:+DisplayVMOutputToStderr",
        "-cp",
        System.getProperty("java.class.path"),
        SortWorker.class.getName(),
        socket.toString(),
        names.prefix());
  }

  private void listen(InputStream in, String what, Consumer<String> hear, String end) {
    Thread.ofPlatform()
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

  private WorkerDiedException died(String task, @Nullable Exception e) {
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
