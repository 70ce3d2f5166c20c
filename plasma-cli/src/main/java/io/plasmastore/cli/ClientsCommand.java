package io.plasmastore.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.plasmastore.ClientInfo;
import io.plasmastore.PlasmaClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists who is connected to a store. */
@Command(
    name = "clients",
    header = "List the clients.",
    description =
        "Shows process id, user id, the name that the client gave itself, how long it is connected,"
            + " how often it holds objects and of how many bytes these are, the bytes of the objects"
            + " that it has created, how many it is writing, and its command (this one too).",
    footer = {
      "Examples:",
      "  plasma clients",
      "  plasma clients --json | jq 'max_by(.pinnedBytes).pid'",
    })
final class ClientsCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final SocketOption socket = new SocketOption();

  @Option(names = "--json", description = "Print a JSON array, a client a line.")
  private boolean json;

  ClientsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (PlasmaClient client = socket.connect("clients");
        Stream<ClientInfo> clients = client.clients()) {
      if (json) {
        JsonText.array(
            console.text(),
            generator -> {
              generator.writeStartArray();
              for (Iterator<ClientInfo> i = clients.iterator(); i.hasNext(); ) {
                write(generator, i.next());
              }
              generator.writeEndArray();
            });
      } else {
        try (ClientTable table = new ClientTable(console.text(), Instant.now())) {
          clients.forEach(table::row);
        }
      }
    }
    return PlasmaCommand.DONE;
  }

  private static void write(JsonGenerator json, ClientInfo info) throws IOException {
    @Nullable Integer uid = ProcessText.uid(info.pid());
    json.writeStartObject();
    json.writeNumberField("number", info.number());
    json.writeNumberField("pid", info.pid());
    if (uid == null) {
      json.writeNullField("uid");
    } else {
      json.writeNumberField("uid", uid);
    }
    json.writeStringField("name", info.name());
    json.writeStringField("command", ProcessText.command(info.pid()));
    json.writeStringField("connectedAt", info.connectedAt().toString());
    json.writeNumberField("lanes", info.lanes());
    json.writeNumberField("pins", info.pins());
    json.writeNumberField("pinnedBytes", info.pinnedBytes());
    json.writeNumberField("usedBytes", info.usedBytes());
    json.writeNumberField("writing", info.writing());
    json.writeEndObject();
  }

  /** Clients as rows. */
  static final class ClientTable implements AutoCloseable {
    private final TextTable table;
    private final Instant now;

    ClientTable(java.io.PrintWriter out, Instant now) {
      TextTable.Side left = TextTable.Side.LEFT;
      TextTable.Side right = TextTable.Side.RIGHT;
      this.table = new TextTable(out, right, right, left, right, right, right, right, right, left);
      this.now = now;
      table.row("PID", "UID", "NAME", "CONNECTED", "PINS", "HELD", "CREATED", "WRITING", "COMMAND");
    }

    void row(ClientInfo info) {
      @Nullable Integer uid = ProcessText.uid(info.pid());
      table.row(
          Long.toString(info.pid()),
          uid == null ? "-" : Integer.toString(uid),
          ProcessText.oneLine(info.name()),
          Amount.age(Duration.between(info.connectedAt(), now)),
          Amount.count(info.pins()),
          Amount.bytes(info.pinnedBytes()),
          Amount.bytes(info.usedBytes()),
          Amount.count(info.writing()),
          ProcessText.shortCommand(info.pid()));
    }

    @Override
    public void close() {
      table.close();
    }
  }
}
