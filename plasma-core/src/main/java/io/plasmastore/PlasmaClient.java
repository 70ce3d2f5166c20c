package io.plasmastore;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.plasmastore.memory.ClientPage;
import io.plasmastore.memory.Counter;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.PinProtocol;
import io.plasmastore.memory.SlotState;
import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process's connection to a store. One is enough for any number of threads: a thread that waits
 * holds up no other.
 *
 * <p>Getting a sealed object and letting go of it touch shared memory alone: no system call, no
 * round trip, and the same cost for a kilobyte and for ten gigabytes. Everything else asks the
 * store, which takes one round trip.
 *
 * <p>A call that waits for an object ends when it is sealed, when its time is over, when its thread
 * is interrupted, and when the client is closed. The other calls wait for the store alone, and an
 * interrupt doesn't end them.
 *
 * <p>Each call throws a {@link PlasmaException} with CLIENT_CLOSED after {@link #close}, and with
 * STORE_GONE when it asks a store that has stopped or died; what is held stays readable.
 */
public final class PlasmaClient implements AutoCloseable {
  /** A timeout without end. Any negative duration means the same. */
  public static final Duration FOREVER = Duration.ofMillis(-1);

  private static final byte[] NO_METADATA = new byte[0];

  /** How much longer than asked a get waits for a store that doesn't say that the time is over. */
  private static final long GRACE_MILLIS = 2_000;

  private static final int MAX_NAMED_IN_ERROR = 10;

  private final ClientOptions options;
  private final Lane sessionLane;
  private final LanePool lanes;
  private final ClientMemory memory;
  private final ObjectIndex index;
  private final ClientPage page;
  private final Set<ObjectWriter> writers = ConcurrentHashMap.newKeySet();
  private final Object finishLock = new Object();
  private volatile boolean closed;
  private boolean finished;

  private PlasmaClient(
      ClientOptions options, Lane sessionLane, LanePool lanes, ClientMemory memory) {
    this.options = options;
    this.sessionLane = sessionLane;
    this.lanes = lanes;
    this.memory = memory;
    this.index = memory.index();
    this.page = memory.page();
  }

  /**
   * Connects to the store that serves a socket.
   *
   * @param socket path of the socket
   * @return a client; the caller closes it
   * @throws PlasmaException STORE_GONE if nobody serves there, ACCESS_DENIED if it is another
   *     user's, VERSION_MISMATCH if it speaks another version, STORE_FULL if it has no room for one
   *     more client
   */
  public static PlasmaClient connect(Path socket) {
    return connect(ClientOptions.of(socket));
  }

  /**
   * Connects to a store.
   *
   * @param options which, and as whom
   * @return a client; the caller closes it
   * @throws PlasmaException as {@link #connect(Path)}
   */
  public static PlasmaClient connect(ClientOptions options) {
    Lane lane = Lane.open(options.socket());
    try {
      Reply reply =
          lane.call(
              new Request.Hello(
                  Limits.PROTOCOL_VERSION, ProcessHandle.current().pid(), options.name()));
      Reply.Welcome welcome = expect(Reply.Welcome.class, reply);
      ClientMemory memory = ClientMemory.receive(lane, welcome);
      return new PlasmaClient(
          options, lane, new LanePool(options.socket(), welcome.token()), memory);
    } catch (RuntimeException e) {
      LanePool.close(lane);
      throw e;
    }
  }

  /**
   * Creates an object without metadata.
   *
   * @param id what to call it; a {@link ObjectId#named named} id is listed by its name
   * @param size of its data in bytes, 0 or more
   * @return where to write it; the caller seals or closes it
   * @throws IllegalArgumentException if the size is negative
   * @throws PlasmaException OBJECT_EXISTS, STORE_FULL, OBJECT_TOO_LARGE, LIMIT_EXCEEDED
   */
  public ObjectWriter create(ObjectId id, long size) {
    return create(id, size, NO_METADATA);
  }

  /**
   * Creates an object.
   *
   * @param id what to call it; a {@link ObjectId#named named} id is listed by its name
   * @param size of its data in bytes, 0 or more
   * @param metadata at most 64 KiB that go along with the data
   * @return where to write it; the caller seals or closes it
   * @throws IllegalArgumentException if the size is negative or the metadata too long
   * @throws PlasmaException OBJECT_EXISTS, STORE_FULL, OBJECT_TOO_LARGE, LIMIT_EXCEEDED
   */
  public ObjectWriter create(ObjectId id, long size, byte[] metadata) {
    Request request =
        new Request.Create(id, size, ByteBuffer.wrap(metadata), id.name().orElse(null));
    Reply.Created created = ask(Reply.Created.class, request);
    ObjectWriter writer =
        new ObjectWriter(
            this,
            id,
            created.slot(),
            created.generation(),
            memory.writable(created.dataOffset(), size));
    writers.add(writer);
    // After the entry, as close() looks for writers after it has set the flag.
    if (closed) {
      writer.close();
      throw clientClosed();
    }
    return writer;
  }

  /**
   * Creates an object of bytes that are there already, and seals it.
   *
   * @param id what to call it
   * @param data its bytes, copied
   * @throws PlasmaException as {@link #create(ObjectId, long)}
   */
  public void createAndSeal(ObjectId id, byte[] data) {
    createAndSeal(id, MemorySegment.ofArray(data), NO_METADATA);
  }

  /**
   * Creates an object of bytes that are there already, and seals it: in one round trip if they are
   * no more than 64 KiB, else in two.
   *
   * @param id what to call it
   * @param data its bytes, copied
   * @param metadata at most 64 KiB that go along with the data
   * @throws IllegalArgumentException if the metadata is too long
   * @throws PlasmaException as {@link #create(ObjectId, long)}
   */
  public void createAndSeal(ObjectId id, MemorySegment data, byte[] metadata) {
    if (data.byteSize() > Limits.MAX_INLINE_DATA) {
      try (ObjectWriter writer = create(id, data.byteSize(), metadata)) {
        writer.data().copyFrom(data);
        writer.seal();
      }
      return;
    }
    Request request =
        new Request.CreateAndSeal(
            id, ByteBuffer.wrap(metadata), id.name().orElse(null), bytes(data));
    ask(Reply.Done.class, request);
  }

  /**
   * Gets an object that must be there.
   *
   * @param id which
   * @return the object; the caller closes it
   * @throws PlasmaException OBJECT_NOT_FOUND, or OBJECT_NOT_SEALED while it is being written
   */
  public SealedObject get(ObjectId id) {
    SealedObject object = getIfPresent(id);
    if (object != null) {
      return object;
    }
    throw guarded(() -> shows(id, SlotState.CREATED))
        ? new PlasmaException(
            ErrorCode.OBJECT_NOT_SEALED, "object is still being written: id=" + id)
        : new PlasmaException(ErrorCode.OBJECT_NOT_FOUND, "no such object: id=" + id);
  }

  /**
   * Gets an object if it is there. Asks the store only if shared memory doesn't show it.
   *
   * @param id which
   * @return the object, which the caller closes; or null if there is none or it isn't sealed
   */
  public @Nullable SealedObject getIfPresent(ObjectId id) {
    SealedObject object = pin(id);
    while (object == null) {
      Reply.Got got = ask(Reply.Got.class, new Request.Get(List.of(id), 0));
      Reply.Got.Entry entry = got.entries().getFirst();
      if (!entry.isSealed()) {
        return null;
      }
      // It may be deleted between the store's answer and our pin: ask again.
      object = pin(id, entry.slot());
    }
    return object;
  }

  /**
   * Gets an object, waiting until it is sealed.
   *
   * @param id which
   * @param timeout how long to wait; 0 not at all, negative for ever
   * @return the object; the caller closes it
   * @throws PlasmaException TIMED_OUT
   * @throws InterruptedException if this thread is interrupted while it waits
   */
  public SealedObject get(ObjectId id, Duration timeout) throws InterruptedException {
    SealedObject object = pin(id);
    if (object == null) {
      object = getAll(List.of(id), timeout).getFirst();
    }
    if (object == null) {
      throw new PlasmaException(
          ErrorCode.TIMED_OUT,
          "object was not sealed in time: id=" + id + " timeoutMillis=" + timeout.toMillis());
    }
    return object;
  }

  /**
   * Gets many objects, waiting until all are sealed or the time is over.
   *
   * @param ids which; the same id may stand more than once
   * @param timeout how long to wait for all of them; 0 not at all, negative for ever
   * @return an object for each id in the order asked, each closed by the caller; null for one that
   *     was not sealed in time
   * @throws InterruptedException if this thread is interrupted while it waits; nothing is held then
   */
  public List<@Nullable SealedObject> getAll(List<ObjectId> ids, Duration timeout)
      throws InterruptedException {
    checkOpen();
    BatchGet batch = new BatchGet(ids, timeout);
    boolean completed = false;
    try {
      batch.run();
      completed = true;
      return batch.objects();
    } finally {
      if (!completed) {
        batch.release();
      }
    }
  }

  /**
   * Whether an object can be got.
   *
   * @param id which
   * @return true if it is sealed and not deleted
   */
  public boolean contains(ObjectId id) {
    return guarded(() -> shows(id, SlotState.SEALED))
        || ask(Reply.Answer.class, new Request.Contains(id)).value();
  }

  /**
   * Deletes an object: nobody can get it any more, its id is free at once, and its memory when the
   * last who holds it lets go.
   *
   * @param id which
   * @return false if there was none
   * @throws PlasmaException OBJECT_NOT_SEALED if it is being written
   */
  public boolean delete(ObjectId id) {
    return ask(Reply.Answer.class, new Request.Delete(id)).value();
  }

  /**
   * Lists the objects, asking for a page at a time. What changes meanwhile may or may not be seen.
   *
   * @return a stream for one use, in no order
   */
  public Stream<ObjectInfo> list() {
    return Stream.iterate(
            listFrom(0),
            Objects::nonNull,
            page -> page.nextSlot() == Reply.Listed.END ? null : listFrom(page.nextSlot()))
        .flatMap(page -> page.entries().stream())
        .map(PlasmaClient::info);
  }

  /**
   * The store's books, read from shared memory, without asking.
   *
   * @return what they say now; of a store that is gone, what they said last
   */
  public StoreStats stats() {
    return guarded(
        () -> {
          checkOpen();
          Map<String, Long> totals = new LinkedHashMap<>();
          for (Counter counter : Counter.values()) {
            if (counter.kind() == Counter.Kind.TOTAL) {
              totals.put(counter.label(), index.counter(counter));
            }
          }
          long capacity = index.counter(Counter.CAPACITY);
          long used = index.counter(Counter.USED);
          return new StoreStats(
              capacity,
              used,
              capacity - used,
              index.counter(Counter.LARGEST_FREE),
              index.counter(Counter.COMMITTED),
              index.counter(Counter.OBJECTS),
              index.counter(Counter.CLIENTS),
              totals);
        });
  }

  /**
   * What this client was connected with.
   *
   * @return the options
   */
  public ClientOptions options() {
    return options;
  }

  /**
   * Disconnects. Calls that wait end with CLIENT_CLOSED; objects that were not sealed are undone.
   * Idempotent.
   *
   * <p>What is still held stays readable until it is closed; only then does the store see this
   * client go.
   *
   * @throws IllegalStateException if something is still held, naming it; the client is closed all
   *     the same
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    lanes.close();
    List<String> held = finishUnlessHeld();
    if (!held.isEmpty()) {
      throw new IllegalStateException(
          "client closed while objects are held: count=%d %s%s"
              .formatted(
                  held.size(),
                  String.join(" ", held.subList(0, Math.min(held.size(), MAX_NAMED_IN_ERROR))),
                  held.size() > MAX_NAMED_IN_ERROR ? " …" : ""));
    }
  }

  @Override
  public String toString() {
    return "PlasmaClient[socket=" + options.socket() + (closed ? " closed]" : "]");
  }

  MemorySegment sealedBytes(long offset, long size) {
    return memory.sealed(offset, size);
  }

  void release(int slot) {
    try {
      if (PinProtocol.unpin(index, page, slot)) {
        tellUnpinned(slot, SlotState.generation(index.word(slot)));
      }
    } catch (IllegalStateException e) {
      if (!closed) {
        throw e;
      }
      // Another thread let go of the last thing held, and unmapped the memory, after our unpin. The
      // end of the session tells the store.
    }
    finishIfClosed();
  }

  void seal(ObjectWriter writer, int slot, long generation) {
    ask(Reply.Done.class, new Request.Seal(slot, generation));
    writers.remove(writer);
    finishIfClosed();
  }

  void abort(ObjectWriter writer, int slot, long generation) {
    try {
      ask(Reply.Done.class, new Request.Abort(slot, generation));
    } finally {
      writers.remove(writer);
      finishIfClosed();
    }
  }

  private @Nullable SealedObject pin(ObjectId id) {
    try {
      int slot = index.find(id);
      return slot == ObjectIndex.NOT_FOUND ? null : pinSlot(id, slot);
    } catch (IllegalStateException e) {
      throw closedOr(e);
    }
  }

  private @Nullable SealedObject pin(ObjectId id, int slot) {
    try {
      return pinSlot(id, slot);
    } catch (IllegalStateException e) {
      throw closedOr(e);
    }
  }

  private @Nullable SealedObject pinSlot(ObjectId id, int slot) {
    long word = index.word(slot);
    if (SlotState.state(word) != SlotState.SEALED || !index.holds(slot, id)) {
      return null;
    }
    long offset = index.dataOffset(slot);
    long size = index.dataSize(slot);
    int metadataSize = index.metadataSize(slot);
    if (!PinProtocol.pin(index, page, slot, word)) {
      release(slot);
      return null;
    }
    // After the pin, as close() looks for pins after it has set the flag: one of the two sees the
    // other.
    if (closed) {
      release(slot);
      throw clientClosed();
    }
    page.visit(slot);
    return new SealedObject(this, id, slot, offset, size, metadataSize);
  }

  private boolean shows(ObjectId id, int state) {
    checkOpen();
    int slot = index.find(id);
    return slot != ObjectIndex.NOT_FOUND
        && SlotState.state(index.word(slot)) == state
        && index.holds(slot, id);
  }

  // On the lane that ends last, so that it still works while a closed client lets go of what it
  // held.
  private void tellUnpinned(int slot, long generation) {
    try {
      synchronized (sessionLane) {
        var unused = sessionLane.call(new Request.Unpinned(slot, generation));
      }
    } catch (PlasmaException e) {
      if (e.code() != ErrorCode.STORE_GONE) {
        throw e;
      }
      // A store that is gone keeps no books of pins.
    }
  }

  private Reply.@Nullable Listed listFrom(int slot) {
    return ask(Reply.Listed.class, new Request.ListObjects(slot, Limits.MAX_OBJECTS_PER_LISTING));
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

  private <R extends Reply> R ask(Class<R> expected, Request request) {
    Lane lane = lanes.take();
    try {
      return expect(expected, lane.call(request));
    } catch (PlasmaException e) {
      throw closedOr(e);
    } finally {
      lanes.giveBack(lane);
    }
  }

  private Reply.Got await(Request.Get request) throws InterruptedException {
    Lane lane = lanes.take();
    try {
      long patience =
          request.timeoutMillis() < 0
              ? Lane.FOR_EVER
              : Math.min(request.timeoutMillis(), Long.MAX_VALUE - GRACE_MILLIS) + GRACE_MILLIS;
      return expect(Reply.Got.class, lane.callInterruptibly(request, patience));
    } catch (PlasmaException e) {
      throw closedOr(e);
    } finally {
      lanes.giveBack(lane);
    }
  }

  private static <R extends Reply> R expect(Class<R> expected, Reply reply) {
    if (!expected.isInstance(reply)) {
      throw new PlasmaException(
          ErrorCode.PROTOCOL_ERROR,
          "unexpected reply: found=" + reply.type() + " wanted=" + expected.getSimpleName());
    }
    return expected.cast(reply);
  }

  private <T> T guarded(Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalStateException e) {
      throw closedOr(e);
    }
  }

  // A lane that breaks, or memory that is unmapped, under a call is the close of this client if it
  // was closed.
  private RuntimeException closedOr(RuntimeException e) {
    return closed ? clientClosed() : e;
  }

  private void checkOpen() {
    if (closed) {
      throw clientClosed();
    }
  }

  /** Bytes of any kind of segment: one over an array of another type has no buffer. */
  private static ByteBuffer bytes(MemorySegment data) {
    boolean otherArray = data.heapBase().filter(base -> !(base instanceof byte[])).isPresent();
    return otherArray ? ByteBuffer.wrap(data.toArray(JAVA_BYTE)) : data.asByteBuffer();
  }

  static PlasmaException clientClosed() {
    return new PlasmaException(ErrorCode.CLIENT_CLOSED, "the client is closed");
  }

  private void finishIfClosed() {
    if (closed) {
      var unused = finishUnlessHeld();
    }
  }

  /** Leaves the session and unmaps the memory if nothing of it is in use; else says what is. */
  private List<String> finishUnlessHeld() {
    synchronized (finishLock) {
      if (finished) {
        return List.of();
      }
      List<String> held = new ArrayList<>();
      for (ObjectWriter writer : writers) {
        held.add("writing=" + writer.id());
      }
      for (int slot = 0; slot < index.slotLimit(); slot++) {
        if (page.pins(slot) != 0) {
          held.add("id=" + index.id(slot));
        }
      }
      if (held.isEmpty()) {
        finished = true;
        LanePool.close(sessionLane);
        memory.close();
      }
      return held;
    }
  }

  /** One {@link #getAll} under way: what is pinned so far, and what is still missing. */
  private final class BatchGet {
    private final List<ObjectId> ids;
    private final @Nullable SealedObject[] objects;
    private final Duration timeout;
    private final long start = System.nanoTime();

    BatchGet(List<ObjectId> ids, Duration timeout) {
      this.ids = List.copyOf(ids);
      this.timeout = timeout;
      this.objects = new SealedObject[this.ids.size()];
    }

    void run() throws InterruptedException {
      for (int i = 0; i < objects.length; i++) {
        objects[i] = pin(ids.get(i));
      }
      for (int from = 0; from < objects.length; from += Limits.MAX_IDS_PER_REQUEST) {
        waitFor(from, Math.min(objects.length, from + Limits.MAX_IDS_PER_REQUEST));
      }
    }

    private void waitFor(int from, int to) throws InterruptedException {
      List<Integer> missing = missing(from, to);
      boolean last = false;
      // A round more when an object is deleted between the store's answer and our pin; none once
      // the time is over.
      while (!missing.isEmpty() && !last) {
        long left = leftMillis();
        last = left == 0;
        Reply.Got got = await(new Request.Get(missing.stream().map(ids::get).toList(), left));
        for (int i = 0; i < missing.size(); i++) {
          Reply.Got.Entry entry = got.entries().get(i);
          if (entry.isSealed()) {
            int at = missing.get(i);
            objects[at] = pin(ids.get(at), entry.slot());
          }
        }
        missing = missing(from, to);
        last |= left > 0 && leftMillis() == 0;
      }
    }

    private List<Integer> missing(int from, int to) {
      List<Integer> missing = new ArrayList<>();
      for (int i = from; i < to; i++) {
        if (objects[i] == null) {
          missing.add(i);
        }
      }
      return missing;
    }

    private long leftMillis() {
      if (timeout.isNegative()) {
        return -1;
      }
      Duration left = timeout.minusNanos(System.nanoTime() - start);
      if (left.isNegative() || left.isZero()) {
        return 0;
      }
      // Rounded up: a wait that ends early would be one more round trip for nothing.
      return left.toSeconds() >= Long.MAX_VALUE / 1000 ? -1 : left.plusNanos(999_999).toMillis();
    }

    List<@Nullable SealedObject> objects() {
      return Arrays.asList(objects);
    }

    void release() {
      for (SealedObject object : objects) {
        if (object != null) {
          object.close();
        }
      }
    }
  }
}
