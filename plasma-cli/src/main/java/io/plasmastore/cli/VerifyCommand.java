package io.plasmastore.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.plasmastore.PlasmaClient;
import io.plasmastore.StoreFiles;
import io.plasmastore.VerifyReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks the memory of a store. */
@Command(
    name = "verify",
    header = "Check the memory of a store, running or dead.",
    description =
        "Walks every slot, extent, table entry and pin, and checks each rule of the format. The files"
            + " are only read. Exit code 1 if a rule is broken, with a line for each fault.",
    footer = {
      "Examples:",
      "  plasma verify",
      "  plasma verify --dir /dev/shm/plasma-ada-2b0d9c1f7a55",
    })
final class VerifyCommand implements Callable<Integer> {
  private final Console console;

  @ArgGroup private @Nullable StoreChoice store;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path directory = directory();
    VerifyReport report = StoreFiles.verify(directory);
    if (json) {
      JsonText.object(console.text(), generator -> write(generator, directory, report));
    } else {
      print(report);
    }
    if (!report.faults().isEmpty()) {
      throw new CommandFailure(
          "the store's memory is damaged: faults=%d dir=%s"
              .formatted(report.faults().size() + report.moreFaults(), directory));
    }
    return PlasmaCommand.DONE;
  }

  private Path directory() {
    StoreChoice chosen = store == null ? new StoreChoice() : store;
    if (chosen.directory() != null) {
      return chosen.directory();
    }
    try (PlasmaClient client = chosen.connect("verify")) {
      return client.directory();
    }
  }

  private void print(VerifyReport report) {
    report.faults().forEach(fault -> console.line(fault.rule() + ": " + fault.text()));
    report.notes().forEach(note -> console.line("note: " + note));
    if (!report.countersCompared() && report.faults().isEmpty()) {
      console.line("note: the store never stood still: its counters were not compared");
    }
    console.line(
        "%s: %s sealed, %s being written, %s deleted but held; %s; %s; %s with %s; store %s"
            .formatted(
                report.faults().isEmpty() ? "ok" : "damaged",
                Amount.count(report.sealed(), "object", "objects"),
                Amount.count(report.created()),
                Amount.count(report.retiring()),
                Amount.bytes(report.bytes()),
                Amount.count(report.entries(), "table entry", "table entries"),
                Amount.count(report.pages(), "client", "clients"),
                Amount.count(report.pins(), "pin", "pins"),
                report.live() ? "running" : "not running"));
  }

  private static void write(JsonGenerator json, Path directory, VerifyReport report)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("dir", directory.toString());
    json.writeBooleanField("live", report.live());
    json.writeNumberField("sealed", report.sealed());
    json.writeNumberField("created", report.created());
    json.writeNumberField("retiring", report.retiring());
    json.writeNumberField("bytes", report.bytes());
    json.writeNumberField("entries", report.entries());
    json.writeNumberField("pages", report.pages());
    json.writeNumberField("pins", report.pins());
    json.writeNumberField("passes", report.passes());
    json.writeBooleanField("countersCompared", report.countersCompared());
    json.writeArrayFieldStart("notes");
    for (String note : report.notes()) {
      json.writeString(note);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("faults");
    for (VerifyReport.Fault fault : report.faults()) {
      json.writeStartObject();
      json.writeStringField("rule", fault.rule());
      json.writeStringField("text", fault.text());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("moreFaults", report.moreFaults());
    json.writeEndObject();
  }
}
