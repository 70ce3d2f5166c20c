package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs scripts with pyarrow, where there is one. */
final class Python {
  private static final long DEADLINE_SECONDS = 50;

  private final Path folder;

  private Python(Path folder) {
    this.folder = folder;
  }

  /**
   * Skips the test where there is no pyarrow, or not all more modules. Output goes to the folder.
   */
  static Python in(Path folder, String... modules) throws Exception {
    Python python = new Python(folder);
    assumeTrue(python.exit("import pyarrow") == 0, "there is no python3 with pyarrow");
    for (String module : modules) {
      assumeTrue(python.exit("import " + module) == 0, "there is no python3 with " + module);
    }
    return python;
  }

  /** Runs a script to its end, which must be a good one, and gives what it printed. */
  String run(String script, Object... arguments) throws Exception {
    assertEquals(0, exit(script, arguments), () -> text("stderr"));
    return text("stdout").strip();
  }

  private int exit(String script, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("python3", "-c", script));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Process python;
    try {
      python =
          new ProcessBuilder(command)
              .redirectOutput(folder.resolve("stdout").toFile())
              .redirectError(folder.resolve("stderr").toFile())
              .start();
    } catch (IOException noPython) {
      return -1;
    }
    boolean ended = python.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS);
    python.destroyForcibly();
    assertTrue(ended, "python is still running");
    return python.exitValue();
  }

  private String text(String name) {
    try {
      return Files.readString(folder.resolve(name), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
