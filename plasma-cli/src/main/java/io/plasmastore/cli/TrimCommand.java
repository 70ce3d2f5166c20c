package io.plasmastore.cli;

import io.plasmastore.PlasmaClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has a store give free memory back. */
@Command(
    name = "trim",
    header = "Give free memory back to the operating system.",
    description =
        "A store keeps the memory of deleted objects, since it is faster to use again. This gives"
            + " back what is free, in large pieces, and prints how much that was.",
    footer = {"Examples:", "  plasma trim"})
final class TrimCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final SocketOption socket = new SocketOption();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  TrimCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    long bytes;
    try (PlasmaClient client = socket.connect("trim")) {
      bytes = client.trim();
    }
    if (json) {
      JsonText.numbers(console.text(), "trimmed", bytes);
    } else {
      console.line("given back: " + Amount.bytes(bytes));
    }
    return PlasmaCommand.DONE;
  }
}
