package io.plasmastore.cli;

import io.plasmastore.ClientInfo;
import io.plasmastore.PlasmaClient;
import io.plasmastore.StoreFiles;
import io.plasmastore.StoreStats;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows how full a store is, and what it has done. */
@Command(
    name = "stat",
    header = "Show how full the store is, and what it has done.",
    description =
        "Shows the memory in bytes (capacity, used, free, largest free extent, committed), how many"
            + " objects and clients there are (this command is one), what is on disk, what was"
            + " counted since the start, and what each client has: what it holds open, what it is"
            + " writing, and the objects that it created. With --dir the files of a store are"
            + " read, which need not run: then of the clients there is only the count.",
    footer = {"Examples:", "  plasma stat", "  plasma stat --json | jq .used"})
final class StatCommand implements Callable<Integer> {
  private final Console console;

  @ArgGroup private @Nullable StoreChoice store;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  StatCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    StoreChoice chosen = store == null ? new StoreChoice() : store;
    if (chosen.directory() != null) {
      write(StoreFiles.stats(chosen.directory()), List.of());
      return PlasmaCommand.DONE;
    }
    try (PlasmaClient client = chosen.connect("stat")) {
      write(client.stats(), client.clients().toList());
    }
    return PlasmaCommand.DONE;
  }

  private void write(StoreStats stats, List<ClientInfo> clients) throws IOException {
    if (json) {
      writeJson(stats, clients);
      return;
    }
    writeTable(stats);
    if (!clients.isEmpty()) {
      console.text().println();
      ClientTable.write(console.text(), clients);
    }
  }

  private void writeJson(StoreStats stats, List<ClientInfo> clients) throws IOException {
    JsonText.object(
        console.text(),
        generator -> {
          generator.writeStartObject();
          generator.writeNumberField("capacity", stats.capacity());
          generator.writeNumberField("used", stats.used());
          generator.writeNumberField("free", stats.free());
          generator.writeNumberField("largestFree", stats.largestFree());
          generator.writeNumberField("committed", stats.committed());
          generator.writeNumberField("objects", stats.objects());
          generator.writeNumberField("clients", stats.clients());
          generator.writeNumberField("spilledObjects", stats.spilledObjects());
          generator.writeNumberField("spilledBytes", stats.spilledBytes());
          generator.writeNumberField("spillUsed", stats.spillUsed());
          generator.writeNumberField("sharedBytes", stats.sharedBytes());
          generator.writeObjectFieldStart("counters");
          for (Map.Entry<String, Long> counter : stats.counters().entrySet()) {
            generator.writeNumberField(counter.getKey(), counter.getValue());
          }
          generator.writeEndObject();
          generator.writeFieldName("byClient");
          ClientTable.writeJson(generator, clients);
          generator.writeEndObject();
        });
  }

  private void writeTable(StoreStats stats) {
    try (TextTable table =
        new TextTable(
            console.text(), TextTable.Side.LEFT, TextTable.Side.RIGHT, TextTable.Side.RIGHT)) {
      memory(table, "capacity", stats.capacity());
      memory(table, "used", stats.used());
      memory(table, "free", stats.free());
      memory(table, "largest free", stats.largestFree());
      memory(table, "committed", stats.committed());
      table.row("objects", Amount.count(stats.objects()), "");
      table.row("clients", Amount.count(stats.clients()), "");
      table.row("spilled objects", Amount.count(stats.spilledObjects()), "");
      memory(table, "spilled bytes", stats.spilledBytes());
      memory(table, "spill used", stats.spillUsed());
      memory(table, "shared bytes", stats.sharedBytes());
      stats.counters().forEach((name, count) -> table.row(name, Amount.count(count), ""));
    }
  }

  private static void memory(TextTable table, String name, long bytes) {
    table.row(name, Amount.count(bytes), Amount.bytes(bytes));
  }
}
