package io.plasmastore.cli;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.InvalidArrowDataException;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes an object's bytes to a file. */
@Command(
    name = "get",
    header = "Write an object as Arrow IPC.",
    description =
        "A file is there whole or not at all: it is written beside its place and renamed.",
    footer = {
      "Examples:",
      "  plasma get name:flights --out flights.arrow",
      "  plasma get name:flights --out - | python3 -c 'import pyarrow as pa, sys;"
          + " print(pa.ipc.open_stream(sys.stdin.buffer).read_pandas())'",
    })
final class GetCommand implements Callable<Integer> {
  private static final String STANDARD_OUTPUT = "-";

  private final Console console;

  @Mixin private final SocketOption socket = new SocketOption();

  @Parameters(
      paramLabel = "ID",
      converter = ObjectIdConverter.class,
      description = "40 hex digits, or name:NAME.")
  private @Nullable ObjectId id;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "FILE",
      description = "Where to write; - is standard output.")
  private String out = STANDARD_OUTPUT;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = OutputFormat.Converter.class,
      description =
          "stream: the object's bytes as they lie; file: with the index that the Arrow IPC file"
              + " format adds. Default: file if FILE ends in .arrow or .feather, else stream.")
  private @Nullable OutputFormat format;

  GetCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (PlasmaClient client = socket.connect("get");
        SealedObject object = client.get(Objects.requireNonNull(id))) {
      if (out.equals(STANDARD_OUTPUT)) {
        write(object, console.bytes());
      } else {
        OutputFile.write(Path.of(out), channel -> write(object, channel));
      }
    }
    return PlasmaCommand.DONE;
  }

  private void write(SealedObject object, WritableByteChannel channel) throws IOException {
    OutputFormat chosen = format == null ? OutputFormat.ofName(out) : format;
    if (chosen == OutputFormat.STREAM) {
      // As they lie, whatever they are: raw objects have bytes too.
      OutputFile.writeBytes(object.data(), channel);
      return;
    }
    try {
      chosen.write(List.of(object.data()), channel);
    } catch (InvalidArrowDataException e) {
      throw new CommandFailure(
          "the object is not a dataframe, --format stream writes its bytes: id=%s size=%d reason=%s"
              .formatted(object.id(), object.size(), e.getMessage()),
          e);
    }
  }
}
