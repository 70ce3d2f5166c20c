package io.plasmastore.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.plasmastore.ObjectNotice;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.Subscription;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints what happens to objects. */
@Command(
    name = "watch",
    header = "Print what happens to objects, as it happens.",
    description =
        "A line for each object that is sealed, deleted or evicted (dropped to make room): the time,"
            + " what happened, the id and the size. SIGINT (Ctrl-C) or SIGTERM end it, with exit"
            + " code 0.",
    footer = {
      "Examples:",
      "  plasma watch",
      "  plasma watch --json | jq -r --unbuffered 'select(.kind == \"sealed\").id'",
    })
final class WatchCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final SocketOption socket = new SocketOption();

  @Option(names = "--json", description = "Print a JSON object a line.")
  private boolean json;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "COUNT",
      description = "End after so many. Default: go on.")
  private long count = Long.MAX_VALUE;

  WatchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (count < 1) {
      throw new UsageException("--count is at least 1: count=" + count);
    }
    try (PlasmaClient client = socket.connect("watch");
        Subscription subscription = client.subscribe();
        StopSignal stop = StopSignal.handledBy(subscription::close)) {
      try {
        // A pipe that nobody reads any more ends it too.
        for (long left = count; left > 0 && !console.text().checkError(); left--) {
          ObjectNotice notice = Objects.requireNonNull(subscription.next(PlasmaClient.FOREVER));
          console.line(json ? json(notice) : text(notice));
        }
      } catch (PlasmaException e) {
        if (!stop.received()) {
          throw e;
        }
      }
    }
    return PlasmaCommand.DONE;
  }

  private static String text(ObjectNotice notice) {
    return "%s  %-7s  %s  %s"
        .formatted(Instant.now(), kind(notice), notice.id().toHex(), Amount.bytes(notice.size()));
  }

  private static String json(ObjectNotice notice) throws IOException {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(line)) {
      json.writeStartObject();
      json.writeNumberField("sequence", notice.sequence());
      json.writeStringField("at", Instant.now().toString());
      json.writeStringField("kind", kind(notice));
      json.writeStringField("id", notice.id().toHex());
      json.writeNumberField("size", notice.size());
      json.writeEndObject();
    }
    return line.toString();
  }

  private static String kind(ObjectNotice notice) {
    return notice.kind().name().toLowerCase(Locale.ROOT);
  }
}
