package io.plasmastore.bench.sort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The peers in Python, each in a process of its own that runs {@code sort_peers.py}. What is not
 * installed is skipped, and said by name.
 */
final class PythonPeers {
  private static final String SCRIPT = "sort_peers.py";
  private static final int LAST_WORDS = 300;

  private final @Nullable Path python;

  /** By an interpreter, or by none. */
  PythonPeers(@Nullable Path python) {
    this.python = python;
  }

  /** By the {@code python3} that is on the PATH, if one is. */
  static PythonPeers found() {
    return new PythonPeers(
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(folder -> Path.of(folder, "python3"))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null));
  }

  /**
   * Has one of them sort.
   *
   * @param atEnd takes what ends its process, for whoever ends this one
   * @param rows an Arrow IPC stream, in a folder that goes with the run and takes the script too
   * @param keys as {@code k0:asc,k1:desc}
   */
  Outcome run(Consumer<AutoCloseable> atEnd, Peer peer, Path rows, String keys, Effort effort)
      throws IOException, InterruptedException {
    if (python == null) {
      return Outcome.failed(peer.label(), "skipped: there is no python3 on the PATH");
    }
    Path script = rows.resolveSibling(SCRIPT);
    Path errors = rows.resolveSibling(peer.label() + ".err");
    try (InputStream source =
        Objects.requireNonNull(PythonPeers.class.getResourceAsStream(SCRIPT), SCRIPT)) {
      Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
      return run(atEnd, peer, command(script, peer, rows, keys, effort), errors);
    } finally {
      Files.deleteIfExists(script);
      Files.deleteIfExists(errors);
    }
  }

  private List<String> command(Path script, Peer peer, Path rows, String keys, Effort effort) {
    List<String> command = new ArrayList<>();
    command.add(Objects.requireNonNull(python).toString());
    command.add(script.toString());
    command.add(peer.label());
    command.add(rows.toString());
    command.add(keys);
    command.add(Integer.toString(effort.rounds()));
    command.add(Double.toString(effort.budgetSeconds()));
    return command;
  }

  private static Outcome run(
      Consumer<AutoCloseable> atEnd, Peer peer, List<String> command, Path errors)
      throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    } catch (IOException e) {
      return Outcome.failed(peer.label(), "skipped: " + e.getMessage());
    }
    atEnd.accept(process::destroyForcibly);
    String last = "";
    try (MemoryWatch memory = new MemoryWatch(process.toHandle(), () -> 0);
        BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line;
        // What the check takes is not the peer's.
        if (line.contains("\"pause\"")) {
          memory.pause();
        } else if (line.contains("\"resume\"")) {
          memory.resume();
        }
      }
      int code = process.waitFor();
      if (code != 0) {
        return Outcome.failed(peer.label(), "exit=" + code + " said=[" + lastWords(errors) + "]");
      }
      return outcome(peer, new JsonMapper().readTree(last), memory.peak());
    } finally {
      process.destroyForcibly();
    }
  }

  private static Outcome outcome(Peer peer, JsonNode said, long peak) {
    if (said.has("missing")) {
      List<String> missing = new ArrayList<>();
      said.get("missing").forEach(name -> missing.add(name.asText()));
      return Outcome.failed(
          peer.label(), "skipped: this python3 has no module " + String.join(", ", missing));
    }
    List<Double> seconds = new ArrayList<>();
    said.get("seconds").forEach(each -> seconds.add(each.asDouble()));
    return new Outcome(
        peer.label(),
        said.get("version").asText(),
        seconds,
        said.get("rows").asLong(),
        said.get("sum").bigIntegerValue().longValue(),
        said.get("disordered").asLong(),
        peak,
        0,
        null,
        null);
  }

  private static String lastWords(Path errors) throws IOException {
    String text = Files.readString(errors).strip().replaceAll("\\s*\\R\\s*", " | ");
    return text.substring(Math.max(0, text.length() - LAST_WORDS));
  }
}
