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
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the objects of a store, as they come: its memory does not grow with their number. */
@Command(
    name = "ls",
    header = "List the objects.",
    description =
        "Shows id, name, state, size, rows (- if it is not a dataframe), age, and how often it is held"
            + " open. A name that is bound to an id is shown as NAME -> ID.",
    footer = {
      "Examples:",
      "  plasma ls",
      "  plasma ls --holders",
      "  plasma ls --json | jq -r '.[] | select(.rows > 1000) | .id'",
    })
final class ListCommand implements Callable<Integer> {
  private static final String NOTHING = "-";

  private final Console console;

  @Mixin private final SocketOption socket = new SocketOption();

  @Option(
      names = "--holders",
      description = "Name the processes that hold each object open, or are writing it.")
  private boolean holders;

  @Option(names = "--json", description = "Print a JSON array, an object a line.")
  private boolean json;

  ListCommand(Console console) {
    this.console = console;
  }

  /** What a sealed object says of itself. */
  private record Content(@Nullable ArrowMetadata dataframe, @Nullable Binding binding) {
    private static final Content UNKNOWN = new Content(null, null);
  }

  @Override
  public Integer call() throws IOException {
    try (PlasmaClient client = socket.connect("ls");
        Stream<ObjectInfo> objects = client.list()) {
      @Nullable Holders found = holders ? new Holders(client) : null;
      if (json) {
        JsonText.array(
            console.text(),
            generator -> {
              generator.writeStartArray();
              for (Iterator<ObjectInfo> i = objects.iterator(); i.hasNext(); ) {
                write(generator, client, i.next(), found);
              }
              generator.writeEndArray();
            });
      } else {
        table(client, objects, found);
      }
    }
    return PlasmaCommand.DONE;
  }

  private void table(PlasmaClient client, Stream<ObjectInfo> objects, @Nullable Holders found) {
    TextTable.Side left = TextTable.Side.LEFT;
    TextTable.Side right = TextTable.Side.RIGHT;
    try (TextTable table =
        new TextTable(console.text(), left, left, left, right, right, right, right)) {
      table.row("ID", "NAME", "STATE", "SIZE", "ROWS", "AGE", "PINS");
      Instant now = Instant.now();
      objects.forEach(
          object -> {
            Content content = content(client, object);
            table.row(
                object.id().toHex(),
                name(object, content),
                state(object),
                Amount.bytes(object.size()),
                content.dataframe == null ? NOTHING : Amount.count(content.dataframe.rows()),
                Amount.age(Duration.between(object.createdAt(), now)),
                Long.toString(object.pins()));
            if (found != null) {
              found.of(object).forEach(h -> table.line(Holders.line(object, h, now)));
            }
          });
    }
  }

  private static String name(ObjectInfo object, Content content) {
    return content.binding != null
        ? content.binding.text()
        : object.id().name().map(ProcessText::oneLine).orElse(NOTHING);
  }

  private static void write(
      JsonGenerator json, PlasmaClient client, ObjectInfo object, @Nullable Holders found)
      throws IOException {
    Content content = content(client, object);
    @Nullable ArrowMetadata dataframe = content.dataframe;
    @Nullable Binding binding = content.binding;
    json.writeStartObject();
    json.writeStringField("id", object.id().toHex());
    json.writeStringField("name", object.id().name().orElse(null));
    json.writeStringField("binding", binding == null ? null : binding.name());
    json.writeStringField("target", binding == null ? null : binding.target().toHex());
    json.writeStringField("state", state(object));
    json.writeNumberField("size", object.size());
    writeCount(json, "rows", dataframe == null ? null : dataframe.rows());
    writeCount(json, "batches", dataframe == null ? null : (long) dataframe.batches());
    json.writeNumberField("metadataSize", object.metadataSize());
    json.writeStringField("createdAt", object.createdAt().toString());
    json.writeStringField(
        "sealedAt", object.sealedAt() == null ? null : object.sealedAt().toString());
    json.writeNumberField("pins", object.pins());
    json.writeNumberField("holders", object.holders());
    if (found != null) {
      json.writeArrayFieldStart("heldBy");
      for (Holders.Holder holder : found.of(object)) {
        Holders.write(json, holder);
      }
      json.writeEndArray();
    }
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

  /** It may be gone since it was listed. */
  private static Content content(PlasmaClient client, ObjectInfo info) {
    if (info.state() != ObjectState.SEALED || info.metadataSize() == 0) {
      return Content.UNKNOWN;
    }
    try (@Nullable SealedObject object = client.getIfPresent(info.id())) {
      return object == null
          ? Content.UNKNOWN
          : new Content(
              ArrowMetadata.parse(object.metadata()).orElse(null), Binding.of(object).orElse(null));
    }
  }

  private static String state(ObjectInfo object) {
    return object.state().name().toLowerCase(Locale.ROOT);
  }
}
