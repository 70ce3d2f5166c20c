package io.plasmastore.cli;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints what a name is bound to. */
@Command(
    name = "resolve",
    header = "Print the id that a name is bound to.",
    description = "The object of that id need not exist.",
    footer = {
      "Examples:",
      "  plasma resolve latest",
      "  plasma get $(plasma resolve latest) --out latest.arrow",
    })
final class ResolveCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final SocketOption socket = new SocketOption();

  @Parameters(paramLabel = "NAME", description = "1 to 255 bytes of UTF-8.")
  private String name = "";

  ResolveCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ObjectId id;
    try (PlasmaClient client = socket.connect("resolve")) {
      id = client.resolve(NameCheck.checked(name));
    }
    if (id == null) {
      throw new CommandFailure("nothing is bound: name=" + name);
    }
    console.line(id.toHex());
    return PlasmaCommand.DONE;
  }
}
