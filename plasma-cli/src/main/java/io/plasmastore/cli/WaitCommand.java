package io.plasmastore.cli;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Waits until objects are there. */
@Command(
    name = "wait",
    header = "Wait until objects are sealed.",
    description = "Ends when all of them can be got, or when the time is over.",
    footer = {
      "Examples:",
      "  plasma wait name:flights --timeout 30s && plasma head name:flights",
      "  plasma wait name:flights"
    })
final class WaitCommand implements Callable<Integer> {
  @Mixin private final SocketOption socket = new SocketOption();

  @Parameters(arity = "1..*", paramLabel = "ID", description = "40 hex digits, or name:NAME.")
  private List<String> ids = List.of();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description = "How long: 10s, 500ms, 2m, 1h, 0 or forever. Default: forever.")
  private Duration timeout = PlasmaClient.FOREVER;

  @Override
  public Integer call() throws InterruptedException {
    List<ObjectId> objects = ObjectIdConverter.all(ids);
    List<ObjectId> missing = new ArrayList<>();
    try (PlasmaClient client = socket.connect("wait")) {
      List<@Nullable SealedObject> got = client.getAll(objects, timeout);
      for (int i = 0; i < objects.size(); i++) {
        @Nullable SealedObject object = got.get(i);
        if (object == null) {
          missing.add(objects.get(i));
        } else {
          object.close();
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new CommandFailure(
          "not sealed in time: missing=%d timeoutMillis=%d %s"
              .formatted(
                  missing.size(),
                  timeout.toMillis(),
                  String.join(" ", missing.stream().map(id -> "id=" + id).toList())));
    }
    return PlasmaCommand.DONE;
  }
}
