package io.plasmastore.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.plasmastore.ClientInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The clients of a store and what each has, for people and for programs. */
final class ClientTable {
  private ClientTable() {}

  static void write(PrintWriter out, List<ClientInfo> clients) {
    TextTable.Side left = TextTable.Side.LEFT;
    TextTable.Side right = TextTable.Side.RIGHT;
    Instant now = Instant.now();
    try (TextTable table =
        new TextTable(
            out, right, left, right, right, right, right, right, right, right, right, right)) {
      table.row(
          "CLIENT",
          "NAME",
          "PID",
          "UID",
          "AGE",
          "REQUESTS",
          "PINS",
          "PINNED",
          "WRITING",
          "OBJECTS",
          "USED");
      for (ClientInfo client : clients) {
        table.row(
            Integer.toString(client.number()),
            client.name(),
            Long.toString(client.pid()),
            uid(client),
            Amount.age(Duration.between(client.connectedAt(), now)),
            Amount.count(client.requests()),
            Amount.count(client.pins()),
            Amount.bytes(client.pinnedBytes()),
            Amount.bytes(client.writingBytes()),
            Amount.count(client.objects()),
            used(client));
      }
    }
  }

  static void writeJson(JsonGenerator generator, List<ClientInfo> clients) throws IOException {
    generator.writeStartArray();
    for (ClientInfo client : clients) {
      generator.writeStartObject();
      generator.writeNumberField("number", client.number());
      generator.writeStringField("name", client.name());
      generator.writeNumberField("pid", client.pid());
      generator.writeNumberField("uid", client.uid());
      generator.writeBooleanField("readOnly", client.readOnly());
      generator.writeStringField("connectedAt", client.connectedAt().toString());
      generator.writeNumberField("lanes", client.lanes());
      generator.writeNumberField("requests", client.requests());
      generator.writeNumberField("pins", client.pins());
      generator.writeNumberField("pinnedBytes", client.pinnedBytes());
      generator.writeNumberField("writing", client.writing());
      generator.writeNumberField("writingBytes", client.writingBytes());
      generator.writeNumberField("objects", client.objects());
      generator.writeNumberField("usedBytes", client.usedBytes());
      generator.writeNumberField("quota", client.quota());
      generator.writeEndObject();
    }
    generator.writeEndArray();
  }

  private static String uid(ClientInfo client) {
    String uid = client.uid() < 0 ? "-" : Long.toString(client.uid());
    return client.readOnly() ? uid + " (reads)" : uid;
  }

  private static String used(ClientInfo client) {
    String used = Amount.bytes(client.usedBytes());
    return client.quota() == 0 ? used : used + " of " + Amount.bytes(client.quota());
  }
}
