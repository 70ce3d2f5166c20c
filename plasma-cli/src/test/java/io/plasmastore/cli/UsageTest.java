package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How the command line answers before it has done anything. */
class UsageTest {
  @TempDir private Path folder;

  static Set<String> verbs() {
    return CommandLines.verbs();
  }

  @Test
  void printsTheVerbsWhenNoneIsGiven() {
    CommandRun run = CommandRun.of();
    assertEquals(2, run.code());
    assertEquals("", run.out());
    assertTrue(run.err().startsWith("Usage: plasma "), run.err());
    for (String verb : verbs()) {
      assertTrue(run.err().lines().anyMatch(line -> line.startsWith("  " + verb + " ")), verb);
    }
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void helpsWithEachVerb(String verb) {
    String help = CommandRun.of("help", verb).done().out();
    if (!verb.equals("help")) {
      assertEquals(help, CommandRun.of(verb, "--help").done().out());
      assertEquals(help, CommandRun.of(verb, "-h").done().out());
      assertTrue(help.contains("Examples:\n  plasma " + verb), help);
      assertTrue(CommandRun.of(verb, "-V").done().out().startsWith("plasma "));
    }
    assertTrue(help.contains("Usage: plasma " + verb + " "), help);
    assertTrue(help.lines().allMatch(line -> line.length() <= 130), help);
  }

  @Test
  void saysWhichVersionItIs() {
    String version = CommandRun.of("--version").done().out();
    assertTrue(version.startsWith("plasma "), version);
    assertTrue(version.contains(Runtime.version().toString()), version);
  }

  @Test
  void namesWhatItDoesNotKnow() {
    assertTrue(CommandRun.of("frobnicate").misuse().contains("'frobnicate'"));
    assertTrue(CommandRun.of("ls", "--frobnicate").misuse().contains("'--frobnicate'"));
    assertTrue(CommandRun.of("help", "frobnicate").misuse().contains("'frobnicate'"));
    assertEquals(
        "Try 'plasma ls --help'.",
        CommandRun.of("ls", "--frobnicate").err().lines().skip(1).findFirst().orElse(""));
  }

  @Test
  void refusesAStoreThatMakesNoSense() {
    String socket = folder.resolve("p.sock").toString();
    assertEquals(
        "plasma store: capacity too small: capacity=1 min=65536",
        CommandRun.of("store", "-s", socket, "-m", "1").misuse());
    assertEquals(
        "plasma store: Invalid value for option '--memory': a size is like 4g, 512m, 64k or"
            + " bytes: text=lots",
        CommandRun.of("store", "-s", socket, "-m", "lots").misuse());
    assertEquals(
        "plasma store: socket mode is not 0600 to 0777: socketMode=0440; user is both allowed to"
            + " write and read-only: uid=5",
        CommandRun.of(
                "store",
                "-s",
                socket,
                "-m",
                "1m",
                "--socket-mode",
                "440",
                "--allow-uid",
                "5",
                "--read-only-uid",
                "4",
                "--read-only-uid",
                "5")
            .misuse());
    assertEquals(
        "plasma store: Invalid value for option '--socket-mode': a mode is octal, like 0660:"
            + " text=rw",
        CommandRun.of("store", "-s", socket, "--socket-mode", "rw").misuse());
    String deep = folder.resolve("x".repeat(120)).toString();
    assertTrue(
        CommandRun.of("store", "-s", deep, "-m", "1m").misuse().contains("socket path too long"));
  }

  @Test
  void showsTheStackTraceWhenAsked() {
    String nobody = folder.resolve("nobody.sock").toString();
    for (CommandRun run :
        Stream.of(
                CommandRun.of("--verbose", "ls", "-s", nobody),
                CommandRun.of("ls", "--verbose", "-s", nobody))
            .toList()) {
      assertEquals(1, run.code());
      assertTrue(run.err().startsWith("plasma: no store answers: socket=" + nobody), run.err());
      assertTrue(run.err().contains("\tat io.plasmastore."), run.err());
    }
    assertEquals(1, CommandRun.of("ls", "-s", nobody).err().lines().count());
  }
}
