package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ClientOptions;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopCommandTest {
  private static final Path SCRIPT = Path.of("/usr/bin/script");
  private static final String OTHER_SCREEN = "\033[?1049h";
  private static final String FIRST_SCREEN = "\033[?1049l";

  @TempDir private Path folder;

  private TestStore store;

  @BeforeEach
  void launches() {
    store = new TestStore(folder);
  }

  @AfterEach
  void closes() {
    store.close();
  }

  @Test
  void showsWhoHoldsMostAndWhatIsLargest() {
    store.client().createAndSeal(ObjectId.named("small"), new byte[1000]);
    store.client().createAndSeal(ObjectId.named("large"), new byte[16 << 20]);
    ClientOptions options = ClientOptions.of(Path.of(store.socket())).withName("holder");
    try (PlasmaClient holder = PlasmaClient.connect(options);
        SealedObject held = holder.get(ObjectId.named("large"))) {
      List<String> lines = store.run("top", "--once").done().lines();
      assertTrue(lines.get(0).startsWith("plasma top  " + store.socket() + "  "), lines.get(0));
      assertTrue(
          lines.get(2).matches("memory   \\[#{10}[=-]{30}\\] 16 MiB of 64 MiB used, .*"),
          lines.get(2));
      assertEquals("objects  2, clients 3", lines.get(3));
      assertEquals("rates    -", lines.get(4));
      assertTrue(lines.get(7).contains("  holder "), lines.get(7));
      int objects = lines.indexOf("") + 1;
      while (!lines.get(objects).startsWith("LARGEST OBJECTS")) {
        objects++;
      }
      assertTrue(lines.get(objects + 1).startsWith(held.id().toHex()), lines.toString());
      assertTrue(lines.get(objects + 1).endsWith("  large"), lines.toString());
      assertTrue(lines.get(objects + 2).endsWith("  small"), lines.toString());
    }
  }

  @Test
  void printsBlocksWithRatesWhereThereIsNoTerminal() {
    String out = store.run("top", "-n", "3", "--delay", "100ms").done().out();
    assertEquals(3, out.split("memory   \\[", -1).length - 1);
    assertTrue(
        out.contains("rates    gets asked 0/s, creates 0/s, evictions 0/s, evicted 0 B/s"), out);
    assertFalse(out.contains("\033"));
    assertTrue(CommandRun.of("top", "--delay", "1ms").misuse().contains("millis=1"));
    assertTrue(CommandRun.of("top", "-n", "0").misuse().contains("count=0"));
  }

  @Test
  void endsWhenItIsToldTo() throws Exception {
    try (CliProcess top = CliProcess.start("top", "-s", store.socket())) {
      assertTrue(top.line().startsWith("plasma top  "));
      top.signal("INT");
      assertEquals(0, top.exitCode());
      assertEquals("", top.err());
    }
  }

  @Test
  void givesTheTerminalBackAsItWas() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(SCRIPT), "needs script(1) for a terminal");
    Path before = folder.resolve("before");
    Path after = folder.resolve("after");
    Path code = folder.resolve("code");
    String top =
        String.join(
            " ",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                "'" + System.getProperty("java.class.path") + "'",
                PlasmaCommand.class.getName(),
                "top",
                "-s",
                store.socket(),
                "--delay",
                "100ms"));
    String command =
        "stty -g > %s; %s; echo $? > %s; stty -g > %s".formatted(before, top, code, after);
    ProcessBuilder builder =
        new ProcessBuilder(SCRIPT.toString(), "-qec", command, "/dev/null")
            .redirectErrorStream(true);
    builder.environment().put("TERM", "xterm");
    Process process = builder.start();
    try {
      StringBuilder screen = new StringBuilder();
      InputStream out = process.getInputStream();
      // Two pictures, so that it is in the middle of its work.
      while (screen.toString().split("plasma top  ", -1).length < 3) {
        read(out, screen);
      }
      process.getOutputStream().write('q');
      process.getOutputStream().flush();
      while (!screen.toString().contains(FIRST_SCREEN)) {
        read(out, screen);
      }
      assertTrue(process.waitFor(40, TimeUnit.SECONDS), screen::toString);
      assertTrue(screen.indexOf(OTHER_SCREEN) >= 0, screen::toString);
      assertTrue(screen.indexOf("rates    gets asked") > 0, screen::toString);
      assertEquals("0\n", Files.readString(code));
      assertEquals(Files.readString(before), Files.readString(after));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static void read(InputStream in, StringBuilder text) throws IOException {
    byte[] some = new byte[4096];
    int count = in.read(some);
    if (count < 0) {
      throw new AssertionError("it ended: " + text);
    }
    text.append(new String(some, 0, count, StandardCharsets.UTF_8));
  }
}
