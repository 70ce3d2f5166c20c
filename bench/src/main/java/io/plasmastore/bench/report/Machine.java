package io.plasmastore.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where and with what a run was made.
 *
 * @param processor model of the processor
 * @param cores that this process may use
 * @param memory of the machine, as the kernel says
 * @param kernel its version
 * @param hugePages what the kernel does with huge pages for private and for shared memory
 * @param load average of the last minute when the run began: other work makes figures worse
 * @param java version of the JVM
 * @param flags of every JVM in the run; of files that they name, only the names
 * @param commit of the sources, or "unknown"
 * @param date when the run began
 */
public record Machine(
    String processor,
    int cores,
    String memory,
    String kernel,
    String hugePages,
    String load,
    String java,
    List<String> flags,
    String commit,
    String date) {

  private static final String UNKNOWN = "unknown";

  /** From the first slash of an absolute path to its last. */
  private static final Pattern FOLDERS = Pattern.compile("(?<=^|[=:,])/(?:[^/:,=]+/)*");

  /** This machine, now. */
  public static Machine current(List<String> flags) {
    return new Machine(
        field(Path.of("/proc/cpuinfo"), "model name"),
        Runtime.getRuntime().availableProcessors(),
        field(Path.of("/proc/meminfo"), "MemTotal"),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        "private: " + chosen("enabled") + ", shared: " + chosen("shmem_enabled"),
        firstLine(Path.of("/proc/loadavg")).split(" ", 2)[0],
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
        flags.stream().map(Machine::withoutFolders).toList(),
        Commit.ofSources(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** Some lines, as people read them. */
  public String text() {
    return """
        machine     %s, %d cores, %s
        kernel      %s; huge pages: %s
        load        %s in the minute before
        JVM         %s
        flags       %s
        commit      %s
        date        %s
        """
        .formatted(
            processor,
            cores,
            memory,
            kernel,
            hugePages,
            load,
            java,
            String.join(" ", flags),
            commit,
            date);
  }

  /** Where files lie on this machine is nobody's business who reads the result. */
  static String withoutFolders(String flag) {
    return FOLDERS.matcher(flag).replaceAll("");
  }

  private static String field(Path file, String name) {
    return lines(file).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(UNKNOWN);
  }

  /** "always [madvise] never": the word in brackets. */
  private static String chosen(String file) {
    String line = firstLine(Path.of("/sys/kernel/mm/transparent_hugepage", file));
    int open = line.indexOf('[');
    int close = line.indexOf(']');
    return open < 0 || close < open ? UNKNOWN : line.substring(open + 1, close);
  }

  private static String firstLine(Path file) {
    return lines(file).stream().findFirst().orElse(UNKNOWN);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      // A kernel that doesn't say is no reason not to measure.
      return List.of();
    }
  }
}
