package io.plasmastore.bench.process;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of the same class path and flags that lives no longer than this one: it ends when its
 * standard input does ({@link #exitWithParent}), which the kernel sees to however this process
 * ends.
 */
public final class ChildProcess implements AutoCloseable {
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);

  /** Follows the last line that a child wrote. */
  private static final String END = "";

  private final String name;
  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private ChildProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    Thread.ofPlatform().name("plasma-bench-" + name).daemon(true).start(this::readLines);
  }

  /**
   * Starts a child. What it writes to standard error goes where this process's goes.
   *
   * @param main the class to run
   * @param placement on which cores
   * @param arguments for its main method
   * @return the child; the caller closes it
   * @throws IOException if it can't be started
   */
  public static ChildProcess start(Class<?> main, Placement placement, List<String> arguments)
      throws IOException {
    return start(main, placement, List.of(), arguments);
  }

  /**
   * The same with flags for its JVM.
   *
   * @param flags beside those of this JVM
   */
  public static ChildProcess start(
      Class<?> main, Placement placement, List<String> flags, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(placement.prefix());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new ChildProcess(main.getSimpleName(), process);
  }

  /** The flags of this JVM, which its children get too. */
  public static List<String> flags() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments();
  }

  /**
   * In the child: ends the JVM, with its shutdown hooks, when the parent closes the child or is
   * gone. What fails because of that is not told.
   */
  public static void exitWithParent() {
    Ending.silenceThreads();
    Thread.ofPlatform()
        .name("plasma-bench-parent")
        .daemon(true)
        .start(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // The parent says nothing but that it is there.
                }
              } catch (IOException e) {
                System.err.println("plasma bench: lost its parent: " + e);
              }
              System.exit(0);
            });
  }

  /**
   * The next line of the child's standard output.
   *
   * @param patience how long to wait for it
   * @throws IOException if the child ended or wrote none in time
   * @throws InterruptedException if this thread is interrupted while it waits
   */
  public String awaitLine(Duration patience) throws IOException, InterruptedException {
    String line = lines.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (line == null) {
      throw new IOException(
          "child process says nothing: name=" + name + " seconds=" + patience.toSeconds());
    }
    if (line.equals(END)) {
      lines.add(END);
      throw new IOException("child process has ended: name=" + name);
    }
    return line;
  }

  /**
   * Writes a line to the child's standard input, for one that reads it.
   *
   * @throws IOException if the child has ended
   */
  public void say(String line) throws IOException {
    BufferedWriter writer = process.outputWriter();
    writer.write(line);
    writer.newLine();
    writer.flush();
  }

  /** The child's process id. */
  public long pid() {
    return process.pid();
  }

  /** Ends the child as {@code kill -9} does, and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    int unused = process.waitFor();
  }

  /** Ends the child and waits until it is gone. Idempotent. */
  @Override
  public void close() {
    boolean interrupted = false;
    try {
      process.getOutputStream().close();
      if (!process.waitFor(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void readLines() {
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isEmpty()) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      // The stream of a process that is being closed ends in this way too.
      assert e.getMessage() != null;
    } finally {
      lines.add(END);
    }
  }
}
