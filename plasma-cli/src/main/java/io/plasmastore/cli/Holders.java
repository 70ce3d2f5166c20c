package io.plasmastore.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.plasmastore.ClientInfo;
import io.plasmastore.HolderInfo;
import io.plasmastore.ObjectInfo;
import io.plasmastore.ObjectState;
import io.plasmastore.PlasmaClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who holds an object, or is writing it: each as one client of the store with its process. */
final class Holders {
  private final PlasmaClient client;
  private final Map<Integer, ClientInfo> clients = new HashMap<>();

  Holders(PlasmaClient client) {
    this.client = client;
    readClients();
  }

  /**
   * One holder.
   *
   * @param pins how often it holds the object
   * @param number the store's number for the client
   * @param client what the store says of it, or null if it has left meanwhile
   */
  record Holder(long pins, int number, @Nullable ClientInfo client) {}

  /** Who has an object at this moment; asks the store only if somebody may. */
  List<Holder> of(ObjectInfo object) {
    boolean writing = object.state() == ObjectState.CREATED;
    if (object.pins() == 0 && !writing) {
      return List.of();
    }
    List<HolderInfo> infos =
        object.state() == ObjectState.RETIRING
            ? client.holdersOfDeleted(object.id())
            : client.holders(object.id());
    List<Holder> holders = new ArrayList<>();
    for (HolderInfo info : infos) {
      if (!clients.containsKey(info.client())) {
        readClients();
      }
      holders.add(new Holder(info.pins(), info.client(), clients.get(info.client())));
    }
    return holders;
  }

  /** The line under an object. */
  static String line(ObjectInfo object, Holder holder, Instant now) {
    ClientInfo info = holder.client();
    String what =
        object.state() == ObjectState.CREATED
            ? "being written"
            : Amount.count(holder.pins(), "pin", "pins");
    if (info == null) {
      return "    client %d, which has left meanwhile: %s".formatted(holder.number(), what);
    }
    return "    pid %d  %s  \"%s\"  %s, connected %s ago"
        .formatted(
            info.pid(),
            ProcessText.shortCommand(info.pid()),
            ProcessText.oneLine(info.name()),
            what,
            Amount.age(Duration.between(info.connectedAt(), now)));
  }

  /** The same as an element of a JSON array. */
  static void write(JsonGenerator json, Holder holder) throws IOException {
    ClientInfo info = holder.client();
    json.writeStartObject();
    json.writeNumberField("client", holder.number());
    json.writeNumberField("pins", holder.pins());
    if (info != null) {
      json.writeNumberField("pid", info.pid());
      json.writeStringField("name", info.name());
      json.writeStringField("command", ProcessText.command(info.pid()));
      json.writeStringField("connectedAt", info.connectedAt().toString());
    }
    json.writeEndObject();
  }

  private void readClients() {
    client.clients().forEach(info -> clients.put(info.number(), info));
  }
}
