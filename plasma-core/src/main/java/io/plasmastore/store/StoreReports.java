package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.Counter;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the store tells of itself: its gauges, its objects, its clients and who holds what. The
 * core's, on the event loop.
 */
final class StoreReports {
  /**
   * How many slots are looked at for one page, or a few more: each client costs a look at every
   * slot, and nobody else is served meanwhile.
   */
  private static final int SLOTS_PER_PAGE = 4 << 20;

  private static final int CLIENTS_PER_PAGE = 16;

  private final IndexWriter counters;
  private final ObjectTable objects;
  private final Heap heap;
  private final Sessions sessions;
  private final SharedFiles shared;
  private final Spill spill;

  StoreReports(
      IndexWriter counters,
      ObjectTable objects,
      Heap heap,
      Sessions sessions,
      SharedFiles shared,
      Spill spill) {
    this.counters = counters;
    this.objects = objects;
    this.heap = heap;
    this.sessions = sessions;
    this.shared = shared;
    this.spill = spill;
  }

  /** Writes the gauges where every client reads them. */
  void publish() {
    counters.set(Counter.CAPACITY, heap.capacity());
    counters.set(Counter.USED, heap.used());
    counters.set(Counter.LARGEST_FREE, heap.largestFree());
    counters.set(Counter.COMMITTED, heap.committed());
    counters.set(Counter.OBJECTS, objects.count());
    counters.set(Counter.CLIENTS, sessions.count());
    counters.set(Counter.SHARED, shared.bytes());
    spill.publish(counters);
  }

  /** Answers a request. */
  void answer(Consumer<Reply> caller, Reply reply) {
    // Before the reply: who has it may look at the counters next.
    publish();
    caller.accept(reply);
  }

  /** The reply that tells a client of an error, counted. */
  Reply.Failure failure(PlasmaException e) {
    counters.add(Counter.FAILURES, 1);
    if (e.code() == ErrorCode.STORE_FULL) {
      counters.add(Counter.STORE_FULL, 1);
    }
    return Reply.Failure.of(e.code(), String.valueOf(e.getMessage()));
  }

  /** A page of the objects: those with a slot, and behind all slots those on disk alone. */
  Reply objects(Request.ListObjects request) {
    List<Reply.Listed.Entry> entries = new ArrayList<>();
    int slot = request.fromSlot();
    int limit = objects.slotLimit();
    for (; slot < limit && entries.size() < request.limit(); slot++) {
      Reply.Listed.Entry entry = objects.entry(slot);
      if (entry != null) {
        entries.add(entry);
      }
    }
    if (slot < limit) {
      return new Reply.Listed(slot, entries);
    }
    int spilledFrom = objects.maxSlots();
    SpillCopies copies = spill.copies();
    Integer number = copies.numberFrom(Math.max(0, slot - spilledFrom));
    while (number != null && entries.size() < request.limit()) {
      entries.add(copies.entry(number));
      number = copies.numberFrom(number + 1);
    }
    return new Reply.Listed(number == null ? Reply.Listed.END : spilledFrom + number, entries);
  }

  /**
   * A page of the clients, in the order of their numbers. O(slots) for each: their pins are
   * counted.
   */
  Reply clients(Request.ListClients request) {
    List<Reply.ClientsListed.Entry> entries = new ArrayList<>();
    int most = Math.clamp(SLOTS_PER_PAGE / Math.max(1, objects.slotLimit()), 1, CLIENTS_PER_PAGE);
    for (Session session : sessions.all()) {
      if (session.number() < request.fromNumber()) {
        continue;
      }
      if (entries.size() == most) {
        return new Reply.ClientsListed(session.number(), entries);
      }
      entries.add(client(session));
    }
    return new Reply.ClientsListed(Reply.ClientsListed.END, entries);
  }

  /** Who holds an object, or is writing it, or holds the deleted ones of its id. */
  Reply holders(Request.ListHolders request) {
    List<Reply.HoldersListed.Entry> entries = new ArrayList<>();
    List<Integer> slots = slots(request);
    for (Session session : sessions.all()) {
      int pins = 0;
      for (int slot : slots) {
        pins += session.page().pins(slot) + (session.writing().get(slot) ? 1 : 0);
      }
      if (pins > 0 && entries.size() < Limits.MAX_HOLDERS_PER_LISTING) {
        entries.add(new Reply.HoldersListed.Entry(session.number(), pins));
      }
    }
    return new Reply.HoldersListed(entries);
  }

  private List<Integer> slots(Request.ListHolders request) {
    if (request.deleted()) {
      return objects.retiring(request.id());
    }
    int slot = objects.find(request.id());
    return slot == ObjectIndex.NOT_FOUND ? List.of() : List.of(slot);
  }

  private Reply.ClientsListed.Entry client(Session session) {
    long pins = 0;
    long pinnedBytes = 0;
    for (int slot = 0; slot < objects.slotLimit(); slot++) {
      int here = session.page().pins(slot);
      if (here > 0) {
        pins += here;
        pinnedBytes += objects.size(slot);
      }
    }
    return new Reply.ClientsListed.Entry(
        session.number(),
        session.owner().pid(),
        session.owner().name(),
        session.owner().connectedMillis(),
        session.lanes(),
        pins,
        pinnedBytes,
        session.usedBytes(),
        session.writing().cardinality(),
        session.uid(),
        session.access(),
        session.requests(),
        session.objects(),
        session.writing().stream().mapToLong(objects::size).sum(),
        session.quota());
  }
}
