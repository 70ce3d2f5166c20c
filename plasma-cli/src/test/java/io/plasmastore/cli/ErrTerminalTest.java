package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class ErrTerminalTest {
  private static final Path SCRIPT = Path.of("/usr/bin/script");

  @Test
  void showsABarOnATerminalOfThatWidth() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(SCRIPT), "needs script(1) for a terminal");
    String sort =
        String.join(
            " ",
            List.of(
                "stty cols 50;",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                "'" + System.getProperty("java.class.path") + "'",
                PlasmaCommand.class.getName(),
                "sort --rows 20k --no-baseline --threads --json > /dev/null"));
    Process process =
        new ProcessBuilder(SCRIPT.toString(), "-qec", sort, "/dev/null")
            .redirectErrorStream(true)
            .start();
    try {
      String screen = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(40, TimeUnit.SECONDS), screen);
      assertEquals(0, process.exitValue(), screen);
      List<String> lines =
          Arrays.stream(screen.split("\r"))
              .map(line -> line.replace(SortProgressView.CLEAR_TO_END, "").strip())
              .toList();
      assertTrue(lines.stream().anyMatch(line -> line.contains("] 100 %")), screen);
      assertTrue(lines.stream().allMatch(line -> line.length() < 50), screen);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
