package io.plasmastore.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.plasmastore.ObjectInfo;
import io.plasmastore.ObjectState;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.ArrowMetadata;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the objects of a store. */
@Command(
    name = "ls",
    header = "List the objects.",
    description =
        "Shows id, name, state, size, rows (- if it is not a dataframe), age, and how often it is held"
            + " open.",
    footer = {
      "Examples:",
      "  plasma ls",
      "  plasma ls --json | jq -r '.[] | select(.rows > 1000) | .id'",
    })
final class ListCommand implements Callable<Integer> {
  private static final String NOTHING = "-";

  private final Console console;

  @Mixin private final SocketOption socket = new SocketOption();

  @Option(names = "--json", description = "Print a JSON array, an object a line.")
  private boolean json;

  ListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (PlasmaClient client = socket.connect("ls");
        Stream<ObjectInfo> objects = client.list()) {
      if (json) {
        JsonText.array(
            console.text(),
            generator -> {
              generator.writeStartArray();
              for (Iterator<ObjectInfo> i = objects.iterator(); i.hasNext(); ) {
                write(generator, client, i.next());
              }
              generator.writeEndArray();
            });
      } else {
        table(client, objects);
      }
    }
    return PlasmaCommand.DONE;
  }

  private void table(PlasmaClient client, Stream<ObjectInfo> objects) {
    TextTable.Side left = TextTable.Side.LEFT;
    TextTable.Side right = TextTable.Side.RIGHT;
    try (TextTable table =
        new TextTable(console.text(), left, left, left, right, right, right, right)) {
      table.row("ID", "NAME", "STATE", "SIZE", "ROWS", "AGE", "PINS");
      Instant now = Instant.now();
      objects.forEach(
          object ->
              table.row(
                  object.id().toHex(),
                  object.id().name().map(ListCommand::printable).orElse(NOTHING),
                  state(object),
                  Amount.bytes(object.size()),
                  dataframe(client, object)
                      .map(dataframe -> Amount.count(dataframe.rows()))
                      .orElse(NOTHING),
                  Amount.age(Duration.between(object.createdAt(), now)),
                  Long.toString(object.pins())));
    }
  }

  private static void write(JsonGenerator json, PlasmaClient client, ObjectInfo object)
      throws IOException {
    Optional<ArrowMetadata> dataframe = dataframe(client, object);
    json.writeStartObject();
    json.writeStringField("id", object.id().toHex());
    json.writeStringField("name", object.id().name().orElse(null));
    json.writeStringField("state", state(object));
    json.writeNumberField("size", object.size());
    writeCount(json, "rows", dataframe.map(ArrowMetadata::rows).orElse(null));
    writeCount(json, "batches", dataframe.map(d -> (long) d.batches()).orElse(null));
    json.writeNumberField("metadataSize", object.metadataSize());
    json.writeStringField("createdAt", object.createdAt().toString());
    json.writeStringField(
        "sealedAt", object.sealedAt() == null ? null : object.sealedAt().toString());
    json.writeNumberField("pins", object.pins());
    json.writeNumberField("holders", object.holders());
    json.writeEndObject();
  }

  private static void writeCount(JsonGenerator json, String name, @Nullable Long count)
      throws IOException {
    if (count == null) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, count);
    }
  }

  /** What a sealed object says of itself; it may be gone since it was listed. */
  private static Optional<ArrowMetadata> dataframe(PlasmaClient client, ObjectInfo info) {
    if (info.state() != ObjectState.SEALED || info.metadataSize() == 0) {
      return Optional.empty();
    }
    try (@Nullable SealedObject object = client.getIfPresent(info.id())) {
      return object == null ? Optional.empty() : ArrowMetadata.parse(object.metadata());
    }
  }

  private static String state(ObjectInfo object) {
    return object.state().name().toLowerCase(Locale.ROOT);
  }

  /** A name in full, but on one line. */
  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", " ");
  }
}
