package io.plasmastore;

import io.plasmastore.memory.Counter;
import io.plasmastore.memory.SlotState;
import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What a store says of itself, a page at a time, in the words of the public API. */
final class StoreListing {
  private final Asker asker;

  StoreListing(Asker asker) {
    this.asker = asker;
  }

  Stream<ObjectInfo> objects() {
    return Stream.iterate(
            objectsFrom(0),
            Objects::nonNull,
            page -> page.nextSlot() == Reply.Listed.END ? null : objectsFrom(page.nextSlot()))
        .flatMap(page -> page.entries().stream())
        .map(StoreListing::info);
  }

  Stream<ClientInfo> clients() {
    return Stream.iterate(
            clientsFrom(0),
            Objects::nonNull,
            page ->
                page.nextNumber() == Reply.ClientsListed.END
                    ? null
                    : clientsFrom(page.nextNumber()))
        .flatMap(page -> page.entries().stream())
        .map(StoreListing::info);
  }

  List<HolderInfo> holders(ObjectId id, boolean deleted) {
    return asker
        .ask(Reply.HoldersListed.class, new Request.ListHolders(id, deleted))
        .entries()
        .stream()
        .map(entry -> new HolderInfo(entry.clientNumber(), entry.pins()))
        .toList();
  }

  static StoreStats stats(ToLongFunction<Counter> counters) {
    Map<String, Long> totals = new LinkedHashMap<>();
    for (Counter counter : Counter.values()) {
      if (counter.kind() == Counter.Kind.TOTAL) {
        totals.put(counter.label(), counters.applyAsLong(counter));
      }
    }
    long capacity = counters.applyAsLong(Counter.CAPACITY);
    long used = counters.applyAsLong(Counter.USED);
    return new StoreStats(
        capacity,
        used,
        capacity - used,
        counters.applyAsLong(Counter.LARGEST_FREE),
        counters.applyAsLong(Counter.COMMITTED),
        counters.applyAsLong(Counter.OBJECTS),
        counters.applyAsLong(Counter.CLIENTS),
        counters.applyAsLong(Counter.SPILLED_OBJECTS),
        counters.applyAsLong(Counter.SPILLED_BYTES),
        counters.applyAsLong(Counter.SPILL_USED),
        counters.applyAsLong(Counter.SHARED),
        totals);
  }

  private Reply.Listed objectsFrom(int slot) {
    return asker.ask(
        Reply.Listed.class, new Request.ListObjects(slot, Limits.MAX_OBJECTS_PER_LISTING));
  }

  private Reply.ClientsListed clientsFrom(int number) {
    return asker.ask(Reply.ClientsListed.class, new Request.ListClients(number));
  }

  private static ObjectInfo info(Reply.Listed.Entry entry) {
    return new ObjectInfo(
        entry.id().withName(entry.name()),
        SlotState.named(entry.state()),
        entry.dataSize(),
        entry.metadataSize(),
        Instant.ofEpochMilli(entry.createdMillis()),
        entry.sealedMillis() == 0 ? null : Instant.ofEpochMilli(entry.sealedMillis()),
        entry.pins(),
        entry.holders());
  }

  private static ClientInfo info(Reply.ClientsListed.Entry entry) {
    return new ClientInfo(
        entry.number(),
        entry.pid(),
        entry.name(),
        Instant.ofEpochMilli(entry.connectedMillis()),
        entry.lanes(),
        entry.pins(),
        entry.pinnedBytes(),
        entry.usedBytes(),
        entry.writing(),
        entry.uid(),
        !entry.access().mayWrite(),
        entry.requests(),
        entry.objects(),
        entry.writingBytes(),
        entry.quota());
  }
}
