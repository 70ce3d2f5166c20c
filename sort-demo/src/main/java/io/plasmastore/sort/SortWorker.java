package io.plasmastore.sort;

import io.plasmastore.ClientOptions;
import io.plasmastore.PlasmaClient;
import io.plasmastore.arrow.ArrowClient;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The program of a worker process: does what its standard input says, see {@link WorkerProtocol}.
 * One thread.
 */
final class SortWorker implements AutoCloseable {
  // At the start Arrow says at length how it allocates: those would be a worker's last words.
  private static final Logger ARROW = Logger.getLogger("org.apache.arrow");

  private final ArrowClient dataframes;

  /**
   * Kept from one sort to the next: new arrays of some megabytes are copied by the collector until
   * they have come to rest.
   */
  private final SortSpace space = new SortSpace();

  /** The sort that it works for, if any. */
  private @Nullable JobNames names;

  private @Nullable TaskRunner runner;

  private SortWorker(ArrowClient dataframes) {
    this.dataframes = dataframes;
  }

  /** Argument: the socket of the store. */
  static void main(String[] arguments) throws IOException {
    Path socket = Path.of(arguments[0]);
    ARROW.setLevel(Level.WARNING);
    // Whatever else prints in this process is not to get between the answers.
    System.setOut(System.err);
    try (PlasmaClient client =
            PlasmaClient.connect(ClientOptions.of(socket).withName("sort/worker"));
        BufferAllocator allocator = new RootAllocator();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        OutputStream answers = new FileOutputStream(FileDescriptor.out);
        SortWorker worker = new SortWorker(ArrowClient.over(client, allocator).keeping())) {
      say(answers, WorkerProtocol.READY);
      worker.serve(lines, answers);
      worker.sweep();
    }
  }

  @Override
  public void close() {
    if (runner != null) {
      runner.close();
      runner = null;
    }
  }

  /** Does what it is told until nobody tells it any more. */
  private void serve(BufferedReader lines, OutputStream answers) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String answer = answer(line);
      try {
        say(answers, answer);
      } catch (IOException e) {
        // Nobody reads it: the sort has died during the task.
        return;
      }
    }
  }

  private String answer(String line) {
    try {
      JobNames begun = WorkerProtocol.parseBegin(line);
      if (begun != null) {
        begin(begun);
        return WorkerProtocol.formatDone(List.of());
      }
      if (line.equals(WorkerProtocol.END)) {
        close();
        names = null;
        return WorkerProtocol.formatDone(List.of());
      }
      SortTask task = WorkerProtocol.parseTask(line);
      if (runner == null) {
        throw new IllegalStateException("no sort has begun: line=" + line);
      }
      return WorkerProtocol.formatDone(runner.run(task));
    } catch (Throwable e) {
      // Memory that ran out included: the sort is told, and ends.
      e.printStackTrace();
      return WorkerProtocol.formatFailed(e);
    }
  }

  private void begin(JobNames begun) {
    close();
    names = begun;
    runner = new TaskRunner(dataframes, begun, space);
  }

  /** Deletes what the sort has left whose process has gone. */
  private void sweep() {
    close();
    if (names != null) {
      JobSweep.run(dataframes.client(), names, Set.of());
    }
  }

  private static void say(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
