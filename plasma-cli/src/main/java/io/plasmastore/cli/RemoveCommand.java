package io.plasmastore.cli;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Deletes objects. */
@Command(
    name = "rm",
    header = "Delete objects.",
    description =
        "One that is held open is hidden at once, and its memory is free when it is let go. If one"
            + " can't be deleted, the others are all the same.",
    footer = {"Examples:", "  plasma rm name:flights"})
final class RemoveCommand implements Callable<Integer> {
  @Mixin private final SocketOption socket = new SocketOption();

  @Parameters(arity = "1..*", paramLabel = "ID", description = "40 hex digits, or name:NAME.")
  private List<String> ids = List.of();

  @Override
  public Integer call() {
    List<ObjectId> objects = ObjectIdConverter.all(ids);
    List<String> failures = new ArrayList<>();
    try (PlasmaClient client = socket.connect("rm")) {
      for (ObjectId id : objects) {
        try {
          if (!client.delete(id)) {
            failures.add("no such object: id=" + id);
          }
        } catch (PlasmaException e) {
          if (e.code() != ErrorCode.OBJECT_NOT_SEALED) {
            throw e;
          }
          failures.add(FailureReport.line(e));
        }
      }
    }
    if (!failures.isEmpty()) {
      throw new CommandFailure(String.join("; ", failures));
    }
    return PlasmaCommand.DONE;
  }
}
