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
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The program of a worker process: does what its standard input says, see {@link WorkerProtocol}.
 */
final class SortWorker {
  private SortWorker() {}

  /** Arguments: the socket of the store, and the prefix of the sort's names. */
  static void main(String[] arguments) throws IOException {
    Path socket = Path.of(arguments[0]);
    JobNames names = new JobNames(arguments[1]);
    // Whatever else prints in this process is not to get between the answers.
    System.setOut(System.err);
    try (PlasmaClient client =
            PlasmaClient.connect(ClientOptions.of(socket).withName(names.prefix() + "/worker"));
        BufferAllocator allocator = new RootAllocator();
        BufferedReader tasks =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        OutputStream answers = new FileOutputStream(FileDescriptor.out)) {
      TaskRunner runner = new TaskRunner(ArrowClient.over(client, allocator).keeping(), names);
      say(answers, WorkerProtocol.READY);
      serve(tasks, answers, runner);
      JobSweep.run(client, names, Set.of());
    }
  }

  /** Does tasks until the sort has gone. */
  private static void serve(BufferedReader tasks, OutputStream answers, TaskRunner runner)
      throws IOException {
    for (String line = tasks.readLine(); line != null; line = tasks.readLine()) {
      String answer = answer(runner, line);
      try {
        say(answers, answer);
      } catch (IOException e) {
        // Nobody reads it: the sort has died during the task.
        return;
      }
    }
  }

  private static String answer(TaskRunner runner, String line) {
    try {
      return WorkerProtocol.formatDone(runner.run(WorkerProtocol.parseTask(line)));
    } catch (Throwable e) {
      // Memory that ran out included: the sort is told, and ends this process.
      e.printStackTrace();
      return WorkerProtocol.formatFailed(e);
    }
  }

  private static void say(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
