package io.plasmastore.bench.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * On which cores the processes of a run may be. A hand-over between two processes that each sleep
 * on a core of their own costs a wake-up of that core, which on a virtual machine takes several
 * times as long as all the rest; so both cases are measured.
 */
public enum Placement {
  /** Wherever the kernel puts them. */
  ANY_CORE("any core"),

  /** All on one core. */
  ONE_CORE("one core");

  private static final String TASKSET = "taskset";
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ALLOWED = "Cpus_allowed_list:";

  private final String label;

  Placement(String label) {
    this.label = label;
  }

  /** As reports name it. */
  public String label() {
    return label;
  }

  /** Whether this machine can do it: pinning takes taskset(1) of util-linux. */
  public boolean isPossible() {
    return this == ANY_CORE
        || Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, TASKSET)));
  }

  /** What stands before a command line to place its process. */
  List<String> prefix() throws IOException {
    return switch (this) {
      case ANY_CORE -> List.of();
      case ONE_CORE -> List.of(TASKSET, "-c", lastAllowedCore());
    };
  }

  private static String lastAllowedCore() throws IOException {
    String list =
        Files.readAllLines(STATUS).stream()
            .filter(line -> line.startsWith(ALLOWED))
            .map(line -> line.substring(ALLOWED.length()).strip())
            .findFirst()
            .orElse("0");
    // "0-3,8-11": the last number is a core whatever the form.
    return list.substring(Math.max(list.lastIndexOf('-'), list.lastIndexOf(',')) + 1);
  }
}
