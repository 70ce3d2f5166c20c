package io.plasmastore.cli;

import io.plasmastore.PlasmaClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has a store drop objects. */
@Command(
    name = "evict",
    header = "Drop objects that nobody holds.",
    description =
        "Drops the least looked at first, until so many bytes are free more, and prints how much"
            + " that was: less if there is no more that may be dropped. What is held open or was put"
            + " to be kept is not dropped.",
    footer = {"Examples:", "  plasma evict 512m"})
final class EvictCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final SocketOption socket = new SocketOption();

  @Parameters(
      paramLabel = "SIZE",
      converter = MemorySize.class,
      description = "How much: 4g, 512m, 64k or bytes.")
  private long size;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  EvictCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    long bytes;
    try (PlasmaClient client = socket.connect("evict")) {
      bytes = client.evict(size);
    }
    if (json) {
      JsonText.numbers(console.text(), "wanted", size, "evicted", bytes);
    } else {
      console.line("dropped: " + Amount.bytes(bytes));
    }
    return PlasmaCommand.DONE;
  }
}
