package io.plasmastore.cli;

import io.plasmastore.PlasmaClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Forgets what a name is bound to. */
@Command(
    name = "unbind",
    header = "Forget what a name is bound to.",
    description = "The object that the name was bound to stays.",
    footer = {"Examples:", "  plasma unbind latest"})
final class UnbindCommand implements Callable<Integer> {
  @Mixin private final SocketOption socket = new SocketOption();

  @Parameters(paramLabel = "NAME", description = "1 to 255 bytes of UTF-8.")
  private String name = "";

  @Override
  public Integer call() {
    try (PlasmaClient client = socket.connect("unbind")) {
      client.unbind(NameCheck.checked(name));
    }
    return PlasmaCommand.DONE;
  }
}
