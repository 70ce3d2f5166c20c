package io.plasmastore.bench.handover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What Python programs hand a dataframe over by, measured by a script in an interpreter. */
public enum PythonPeer {
  /** An Arrow IPC file in shared memory. */
  MMAP("pyarrow memory map of a file in /dev/shm", "pyarrow"),

  /** A block of shared memory. */
  SHM("multiprocessing.shared_memory with an Arrow stream", "pyarrow"),

  /** The object store of Ray. */
  RAY("Ray, put and get of a pyarrow Table", "ray");

  private static final String SCRIPT = "python_peers.py";
  private static final String PROPERTY = "plasma.bench.python";

  /** So many characters of what a failed script said. */
  private static final int LAST_WORDS = 400;

  private static final long PATIENCE_SECONDS = 15;

  private final String label;
  private final String library;

  PythonPeer(String label, String library) {
    this.label = label;
    this.library = library;
  }

  /**
   * What one did.
   *
   * @param said its library's version, or why it is skipped
   * @param figures by rows; empty if it is skipped
   * @param small nanoseconds of gets of 100 bytes; empty if they are not measured
   * @param asked nanoseconds of requests with rows and their answers; likewise
   */
  public record Outcome(
      String said, Map<Integer, List<HandedOver>> figures, List<Double> small, List<Double> asked) {
    private static Outcome none(String reason) {
      return new Outcome(reason, Map.of(), List.of(), List.of());
    }
  }

  /** What it is in two words, where versions stand elsewhere. */
  public String title() {
    return switch (this) {
      case MMAP -> "Python: pyarrow memory map";
      case SHM -> "Python: shared_memory";
      case RAY -> "Python: Ray";
    };
  }

  /** What it is. */
  public String label() {
    return label;
  }

  /** The interpreter: the one of {@link #use}, else python3 of the PATH, else null. */
  public static @Nullable Path interpreter() {
    String chosen = System.getProperty(PROPERTY);
    if (chosen != null) {
      return Path.of(chosen);
    }
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, "python3"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  /** Whether that may be an interpreter: a program, or a name to be looked for on the PATH. */
  public static boolean canBe(Path python) {
    return python.getParent() == null
        || (Files.isRegularFile(python) && Files.isExecutable(python));
  }

  /** Chooses the interpreter for this process. */
  public static void use(Path python) {
    System.setProperty(PROPERTY, python.toString());
  }

  /** What a process must be started with to choose the same. */
  public static List<String> flags() {
    Path python = interpreter();
    return python == null ? List.of() : List.of("-D" + PROPERTY + "=" + python);
  }

  /**
   * Has two Python processes hand over dataframes.
   *
   * @param folder in shared memory, which goes with the run
   * @param sizes in rows
   * @param rounds of each size
   */
  public Outcome run(Path folder, List<Integer> sizes, int rounds)
      throws IOException, InterruptedException {
    Path python = interpreter();
    if (python == null) {
      return Outcome.none("skipped: there is no python3 on the PATH");
    }
    Path script = folder.resolve(SCRIPT);
    Path errors = folder.resolve(name() + ".err");
    try (InputStream source =
        Objects.requireNonNull(PythonPeer.class.getResourceAsStream(SCRIPT), SCRIPT)) {
      Files.write(script, source.readAllBytes());
    }
    Process process;
    try {
      process =
          new ProcessBuilder(
                  python.toString(),
                  script.toString(),
                  name().toLowerCase(Locale.ROOT),
                  folder.toString(),
                  String.join(",", sizes.stream().map(String::valueOf).toList()),
                  Integer.toString(rounds))
              .redirectError(errors.toFile())
              .start();
    } catch (IOException e) {
      return Outcome.none("skipped: " + e.getMessage());
    }
    Thread hook = new Thread(() -> end(process), "plasma-bench-python");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      return code == 0
          ? outcome(new JsonMapper().readTree(said.substring(Math.max(0, said.indexOf('{')))))
          : Outcome.none("failed: exit=" + code + " said=[" + lastWords(errors) + "]");
    } finally {
      end(process);
      // What the hook was for is over, and so may the JVM be.
      try {
        boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        assert e.getMessage() != null;
      }
    }
  }

  /** Lets it give back what it has, if it does so soon. */
  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private Outcome outcome(JsonNode said) {
    if (said.has("missing")) {
      List<String> missing = new ArrayList<>();
      said.get("missing").forEach(name -> missing.add(name.asText()));
      return Outcome.none("skipped: no module " + String.join(", ", missing));
    }
    Map<Integer, List<HandedOver>> figures = new LinkedHashMap<>();
    said.get("figures")
        .properties()
        .forEach(size -> figures.put(Integer.valueOf(size.getKey()), handedOver(size.getValue())));
    return new Outcome(
        library + " " + said.get("version").asText(),
        figures,
        numbers(said.path("small")),
        numbers(said.path("asked")));
  }

  private static List<Double> numbers(JsonNode array) {
    List<Double> numbers = new ArrayList<>();
    array.forEach(number -> numbers.add(number.asDouble()));
    return numbers;
  }

  private static List<HandedOver> handedOver(JsonNode size) {
    List<HandedOver> samples = new ArrayList<>();
    for (int i = 0; i < size.get("total").size(); i++) {
      samples.add(
          new HandedOver(
              size.get("total").get(i).asLong(),
              size.get("put").get(i).asLong(),
              new long[] {size.get("open").get(i).asLong()}));
    }
    return samples;
  }

  private static String lastWords(Path errors) throws IOException {
    String text = Files.readString(errors).strip().replaceAll("\\s*\\R\\s*", " | ");
    return text.substring(Math.max(0, text.length() - LAST_WORDS));
  }
}
