package io.plasmastore.bench.data;

import io.plasmastore.PlasmaClient;
import io.plasmastore.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a store takes beside the bytes of its objects.
 *
 * @param tables bytes of pages that the index, the seal marks and the clients' pages have in shared
 *     memory
 * @param objects bytes of the heap that objects take, rounded up as they are
 * @param javaHeap bytes of living Java objects in the store's process
 */
public record Footprint(long tables, long objects, long javaHeap) {
  private static final String HEAP_FILES = "heap-";

  /** Looks at a store, which collects its garbage for that. */
  public static Footprint of(PlasmaClient client) throws IOException, InterruptedException {
    // The capacity has no say in where the files are.
    Path directory = StoreOptions.of(client.options().socket(), 1).directory();
    List<String> du = new ArrayList<>(List.of("du", "--block-size=1", "--total"));
    try (Stream<Path> files = Files.list(directory)) {
      files
          .filter(file -> !file.getFileName().toString().startsWith(HEAP_FILES))
          .map(Path::toString)
          .forEach(du::add);
    }
    String pid = Files.readString(directory.resolve("lock")).strip();
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    return new Footprint(
        number(lastLine(du), 0),
        client.stats().used(),
        number(lastLine(List.of(jcmd, pid, "GC.class_histogram")), 2));
  }

  /** All of it. */
  public long total() {
    return tables + objects + javaHeap;
  }

  private static long number(String line, int word) {
    return Long.parseLong(line.strip().split("\\s+", -1)[word]);
  }

  private static String lastLine(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    String last = "";
    for (String line : process.inputReader().lines().toList()) {
      last = line.isBlank() ? last : line;
    }
    if (process.waitFor() != 0) {
      throw new IOException("command failed: command=" + command + " said=" + last);
    }
    return last;
  }
}
