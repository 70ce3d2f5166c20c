package io.plasmastore.cli;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Marks objects as just looked at. */
@Command(
    name = "refresh",
    header = "Mark objects as just used.",
    description =
        "When the store needs room it drops what was not used for long. If an object is unknown, the"
            + " others are marked all the same.",
    footer = {"Examples:", "  plasma refresh name:flights"})
final class RefreshCommand implements Callable<Integer> {
  @Mixin private final SocketOption socket = new SocketOption();

  @Parameters(arity = "1..*", paramLabel = "ID", description = "40 hex digits, or name:NAME.")
  private List<String> ids = List.of();

  @Override
  public Integer call() {
    List<ObjectId> objects = ObjectIdConverter.all(ids);
    List<String> failures;
    try (PlasmaClient client = socket.connect("refresh")) {
      failures =
          objects.stream()
              .filter(id -> !client.contains(id))
              .map(id -> "no such object: id=" + id)
              .toList();
      client.refresh(objects);
    }
    if (!failures.isEmpty()) {
      throw new CommandFailure(String.join("; ", failures));
    }
    return PlasmaCommand.DONE;
  }
}
