package io.plasmastore.cli;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Points a name at an object. */
@Command(
    name = "bind",
    header = "Point a name at an object.",
    description =
        "At once for everybody: who resolves the name gets what it was bound to before, or this one."
            + " The object need not exist.",
    footer = {"Examples:", "  plasma bind latest name:flights/2026-11-22"})
final class BindCommand implements Callable<Integer> {
  @Mixin private final SocketOption socket = new SocketOption();

  @Parameters(index = "0", paramLabel = "NAME", description = "1 to 255 bytes of UTF-8.")
  private String name = "";

  @Parameters(
      index = "1",
      paramLabel = "ID",
      converter = ObjectIdConverter.class,
      description = "40 hex digits, or name:NAME.")
  private @Nullable ObjectId id;

  @Override
  public Integer call() {
    try (PlasmaClient client = socket.connect("bind")) {
      client.bind(NameCheck.checked(name), Objects.requireNonNull(id));
    }
    return PlasmaCommand.DONE;
  }
}
