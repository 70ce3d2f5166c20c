package io.plasmastore.cli;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.ArrowInput;
import io.plasmastore.arrow.InvalidArrowDataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts Arrow files into the store. */
@Command(
    name = "put",
    header = "Put Arrow IPC files or streams into the store.",
    description =
        "Each becomes one object; their ids are printed, one a line. Files and streams are told apart"
            + " by their content. It stops at the first that can't be put; nothing of that one is"
            + " in the store then.",
    footer = {
      "Examples:",
      "  plasma put flights.arrow",
      "  plasma put flights.arrow --name flights",
      "  plasma put - --name flights < flights.arrows",
      "  plasma put flights.arrow --keep --timeout 10s",
    })
final class PutCommand implements Callable<Integer> {
  private static final String STANDARD_INPUT = "-";

  private final Console console;

  @Mixin private final SocketOption socket = new SocketOption();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "What to put; - is standard input.")
  private List<String> files = List.of();

  @ArgGroup private @Nullable ChosenId chosen;

  @Option(names = "--keep", description = "Never drop it to make room; only rm removes it.")
  private boolean keep;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description =
          "How long to wait for room in a full store: 10s, 500ms, 2m, 1h, 0 or forever. Default: 0.")
  private Duration timeout = Duration.ZERO;

  /** At most one of the two. */
  private static final class ChosenId {
    @Option(
        names = "--id",
        paramLabel = "HEX40",
        description = "The object's id, 40 hex digits. Default: a random one.")
    private @Nullable String hex;

    @Option(
        names = "--name",
        paramLabel = "NAME",
        description = "The object's name, from which its id is made.")
    private @Nullable String name;

    private ObjectId id() {
      try {
        return name != null ? ObjectId.named(name) : ObjectId.fromHex(String.valueOf(hex));
      } catch (IllegalArgumentException e) {
        throw new UsageException(e);
      }
    }
  }

  PutCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (chosen != null && files.size() > 1) {
      throw new UsageException("--id and --name are for one file: files=" + files.size());
    }
    @Nullable ObjectId id = chosen == null ? null : chosen.id();
    try (PlasmaClient client = socket.connect("put");
        BufferAllocator allocator = new RootAllocator()) {
      ArrowClient plain = ArrowClient.over(client, allocator);
      ArrowClient dataframes = keep ? plain.keeping() : plain;
      for (String file : files) {
        ObjectId own = id == null ? ObjectId.random() : id;
        put(dataframes, own, file);
        console.line(own.toHex());
      }
    }
    return PlasmaCommand.DONE;
  }

  private void put(ArrowClient dataframes, ObjectId id, String file)
      throws IOException, InterruptedException {
    boolean standard = file.equals(STANDARD_INPUT);
    try (ArrowInput input =
            standard ? ArrowInput.read(console.in()) : ArrowInput.open(Path.of(file));
        ArrowReader reader = input.reader(dataframes.allocator())) {
      dataframes.put(id, reader, timeout);
    } catch (InvalidArrowDataException
        | UnsupportedOperationException
        | IllegalArgumentException
        | UncheckedIOException e) {
      String line = FailureReport.line(e);
      String where = " file=" + file;
      throw new CommandFailure("can't be put: " + (line.endsWith(where) ? line : line + where), e);
    }
  }
}
