package io.plasmastore;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.SlotState;
import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
 * <p>When the store dies and another takes its memory over, calls wait for that one and go on. A
 * create that was under way fails with STORE_GONE, since it may have been done or not.
 *
 * <p>Each call throws a {@link PlasmaException} with CLIENT_CLOSED after {@link #close}, and with
 * STORE_GONE when the store has stopped, or when it died and no other took over within ten seconds;
 * what is held stays readable.
 */
public final class PlasmaClient implements AutoCloseable {
  /** A timeout without end. Any negative duration means the same. */
  public static final Duration FOREVER = Duration.ofMillis(-1);

  private static final byte[] NO_METADATA = new byte[0];

  private static final int MAX_NAMED_IN_ERROR = 10;

  private final ClientOptions options;
  private final ClientMemory memory;
  private final ObjectIndex index;
  private final Asker asker;
  private final Pins pins;
  private final LostCreates lostCreates;

  private PlasmaClient(
      ClientOptions options, Reply.Welcome welcome, Lane sessionLane, ClientMemory memory) {
    this.options = options;
    this.memory = memory;
    this.index = memory.index();
    Connection connection = new Connection(options.socket(), welcome.token(), index, sessionLane);
    this.asker = new Asker(connection, index);
    this.pins = new Pins(this, memory, connection, asker);
    this.lostCreates = new LostCreates(pins);
    connection.whenJoinedAgain(lostCreates::settle);
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
      Reply.Welcome welcome = Asker.expect(Reply.Welcome.class, reply);
      ClientMemory memory = ClientMemory.receive(lane, welcome);
      return new PlasmaClient(options, welcome, lane, memory);
    } catch (RuntimeException e) {
      Connection.shut(lane);
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
    return create(id, size, metadata, false);
  }

  /**
   * Creates an object that may be one to be kept.
   *
   * @param id what to call it; a {@link ObjectId#named named} id is listed by its name
   * @param size of its data in bytes, 0 or more
   * @param metadata at most 64 KiB that go along with the data
   * @param keep whether it is never dropped to make room, only deleted
   * @return where to write it; the caller seals or closes it
   * @throws IllegalArgumentException if the size is negative or the metadata too long
   * @throws PlasmaException OBJECT_EXISTS, STORE_FULL, OBJECT_TOO_LARGE, LIMIT_EXCEEDED
   */
  public ObjectWriter create(ObjectId id, long size, byte[] metadata, boolean keep) {
    Request request = new Request.Create(id, size, ByteBuffer.wrap(metadata), name(id), keep, 0);
    boolean answered = false;
    lostCreates.begin(id);
    try {
      ObjectWriter writer = writer(id, size, asker.ask(Reply.Created.class, request));
      answered = true;
      return writer;
    } catch (PlasmaException e) {
      answered = isAnswer(e);
      throw e;
    } finally {
      lostCreates.end(id, answered);
    }
  }

  /**
   * Creates an object, waiting for room if the options say so.
   *
   * @param id what to call it; a {@link ObjectId#named named} id is listed by its name
   * @param size of its data in bytes, 0 or more
   * @param options its metadata, whether it is kept, and how long to wait
   * @return where to write it; the caller seals or closes it
   * @throws IllegalArgumentException if the size is negative or the metadata too long
   * @throws PlasmaException OBJECT_EXISTS, STORE_FULL (after the wait, too), OBJECT_TOO_LARGE,
   *     LIMIT_EXCEEDED
   * @throws InterruptedException if this thread is interrupted while it waits; nothing was created
   *     then
   */
  public ObjectWriter create(ObjectId id, long size, ObjectOptions options)
      throws InterruptedException {
    long timeoutMillis = Timeouts.millis(options.timeout());
    Request request =
        new Request.Create(
            id, size, ByteBuffer.wrap(options.metadata()), name(id), options.keep(), timeoutMillis);
    boolean answered = false;
    lostCreates.begin(id);
    try {
      ObjectWriter writer =
          writer(id, size, asker.await(Reply.Created.class, request, timeoutMillis));
      answered = true;
      return writer;
    } catch (PlasmaException e) {
      answered = isAnswer(e);
      throw e;
    } finally {
      lostCreates.end(id, answered);
    }
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
        new Request.CreateAndSeal(id, ByteBuffer.wrap(metadata), name(id), bytes(data), false, 0);
    var unused = asker.ask(Reply.Done.class, request);
  }

  /**
   * Creates and seals many small objects: as few round trips as their bytes allow, about 10,000
   * objects of 100 bytes in each.
   *
   * @param objects which, in order
   * @param timeout how long each round trip may wait for room; 0 not at all, negative for ever
   * @return what became of each, in order: null for one that is sealed now, else why it is not
   * @throws IllegalArgumentException if an object's data or metadata is over 64 KiB
   * @throws InterruptedException if this thread is interrupted while it waits; those before are
   *     sealed then
   */
  public List<@Nullable ErrorCode> createAndSealAll(List<NewSealedObject> objects, Duration timeout)
      throws InterruptedException {
    return new BatchCreate(asker, Timeouts.millis(timeout)).run(objects);
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
    SealedObject object = pins.pin(id);
    while (object == null) {
      Reply.Got got = asker.ask(Reply.Got.class, new Request.Get(List.of(id), 0));
      Reply.Got.Entry entry = got.entries().getFirst();
      if (!entry.isSealed()) {
        return null;
      }
      // It may be deleted between the store's answer and our pin: ask again.
      object = pins.pin(id, entry.slot());
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
    SealedObject object = pins.pin(id);
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
    BatchGet batch = new BatchGet(asker, pins, ids, timeout);
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
        || asker.ask(Reply.Answer.class, new Request.Contains(id)).value();
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
    ErrorCode error = deleteAll(List.of(id)).getFirst();
    if (error == null) {
      return true;
    }
    if (error == ErrorCode.OBJECT_NOT_FOUND) {
      return false;
    }
    throw new PlasmaException(error, "object is still being written: id=" + id);
  }

  /**
   * Deletes many objects, 4096 in each round trip.
   *
   * @param ids which
   * @return what became of each, in order: null for one that is deleted now, else OBJECT_NOT_FOUND
   *     or OBJECT_NOT_SEALED
   */
  public List<@Nullable ErrorCode> deleteAll(List<ObjectId> ids) {
    List<@Nullable ErrorCode> errors = new ArrayList<>(ids.size());
    for (int from = 0; from < ids.size(); from += Limits.MAX_IDS_PER_REQUEST) {
      int to = Math.min(ids.size(), from + Limits.MAX_IDS_PER_REQUEST);
      BatchCreate.addErrors(
          errors, asker.ask(Reply.Outcomes.class, new Request.Delete(ids.subList(from, to))));
    }
    return errors;
  }

  /**
   * Marks objects as just looked at, as a get does, so that they are dropped later than others.
   *
   * @param ids which; those that don't exist are passed over
   */
  public void refresh(List<ObjectId> ids) {
    for (ObjectId id : ids) {
      SealedObject object = pins.pin(id);
      if (object != null) {
        object.close();
      }
    }
  }

  /**
   * Drops objects that nobody holds, the least looked at first.
   *
   * @param bytes how much to drop
   * @return how much was dropped: less if there was no more that may be dropped
   * @throws IllegalArgumentException if the number is negative
   */
  public long evict(long bytes) {
    return asker.ask(Reply.Count.class, new Request.Evict(bytes)).value();
  }

  /**
   * Has the store give free memory back to the operating system: what lies free at the end of the
   * heap.
   *
   * @return bytes given back
   */
  public long trim() {
    return asker.ask(Reply.Count.class, new Request.Trim()).value();
  }

  /**
   * Points a name at an object, at once for everybody: who resolves it gets the one before or this
   * one. Who holds the one before goes on undisturbed. Binding neither keeps the object nor needs
   * it to exist.
   *
   * @param name 1 to 255 bytes of UTF-8
   * @param id what to point it at
   * @throws PlasmaException STORE_FULL if there is no room for the binding
   */
  public void bind(String name, ObjectId id) {
    var unused = asker.ask(Reply.Done.class, new Request.Bind(name, id));
  }

  /**
   * Forgets what a name is bound to.
   *
   * @param name 1 to 255 bytes of UTF-8
   * @throws PlasmaException OBJECT_NOT_FOUND if it is bound to nothing
   */
  public void unbind(String name) {
    var unused = asker.ask(Reply.Done.class, new Request.Bind(name, null));
  }

  /**
   * What a name is bound to. Read from shared memory, like a get.
   *
   * @param name 1 to 255 bytes of UTF-8
   * @return the id, which need not exist; or null if the name is bound to nothing
   */
  public @Nullable ObjectId resolve(String name) {
    SealedObject binding = getIfPresent(ObjectId.ofBinding(name));
    if (binding == null) {
      return null;
    }
    try (binding) {
      return ObjectId.copyFrom(binding.data(), 0);
    }
  }

  /**
   * Listens for what happens to objects from now on.
   *
   * @return notices; the caller closes it
   */
  public Subscription subscribe() {
    Lane lane = asker.take();
    try {
      var unused = Asker.expect(Reply.Done.class, lane.call(new Request.Subscribe()));
      return new Subscription(asker, lane);
    } catch (PlasmaException e) {
      Connection.shut(lane);
      asker.giveBack(lane);
      throw asker.closedOr(e);
    }
  }

  /**
   * Lists the objects, asking for a page at a time. What changes meanwhile may or may not be seen.
   *
   * @return a stream for one use, in no order
   */
  public Stream<ObjectInfo> list() {
    return new StoreListing(asker).objects();
  }

  /**
   * Lists the clients, this one among them.
   *
   * @return a stream for one use, in the order in which they connected
   */
  public Stream<ClientInfo> clients() {
    return new StoreListing(asker).clients();
  }

  /**
   * Who holds an object, or is writing it.
   *
   * @param id which
   * @return a holder for each client that does; empty if there is no such object
   */
  public List<HolderInfo> holders(ObjectId id) {
    return new StoreListing(asker).holders(id);
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
          return StoreListing.stats(index);
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
   * Disconnects. Calls that wait end with CLIENT_CLOSED; objects that were not sealed are undone
   * when their writer is closed, or with this process. Idempotent.
   *
   * <p>What is still held stays readable until it is closed; only then does the store see this
   * client go.
   *
   * @throws IllegalStateException if something is still held or being written, naming it; the
   *     client is closed all the same
   */
  @Override
  public void close() {
    if (asker.isClosed()) {
      return;
    }
    asker.close();
    List<String> held = pins.leaveUnlessHeld();
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
    return "PlasmaClient[socket=" + options.socket() + (asker.isClosed() ? " closed]" : "]");
  }

  MemorySegment sealedBytes(long offset, long size) {
    return memory.sealed(offset, size);
  }

  void release(int slot) {
    pins.release(slot);
  }

  void seal(int slot, long generation) {
    try {
      var unused = asker.ask(Reply.Done.class, new Request.Seal(slot, generation));
    } catch (PlasmaException e) {
      // A writer seals once: sealed already is our own seal, asked again since the store died
      // before it could answer.
      if (e.code() != ErrorCode.OBJECT_SEALED) {
        throw e;
      }
    }
    pins.written(slot);
    pins.leaveIfClosed();
  }

  void abort(int slot, long generation) {
    boolean told = false;
    try {
      var unused = asker.ask(Reply.Done.class, new Request.Abort(slot, generation));
      told = true;
    } catch (PlasmaException e) {
      // Not found is our own abort, asked again; or a store that took over has dropped it by
      // itself.
      if (e.code() != ErrorCode.OBJECT_NOT_FOUND) {
        throw e;
      }
    } finally {
      pins.written(slot);
      if (!told) {
        pins.endWrite(slot, generation);
      }
    }
  }

  private ObjectWriter writer(ObjectId id, long size, Reply.Created created) {
    pins.writing(created.slot());
    ObjectWriter writer =
        new ObjectWriter(
            this,
            id,
            created.slot(),
            created.generation(),
            memory.writable(created.dataOffset(), size));
    // The store's pin on what is written is there by now, as close() looks for pins after it has
    // set
    // the flag: one of the two sees the other.
    if (asker.isClosed()) {
      writer.close();
      throw Asker.clientClosed();
    }
    return writer;
  }

  private static boolean isAnswer(PlasmaException e) {
    return e.code() != ErrorCode.STORE_GONE && e.code() != ErrorCode.CLIENT_CLOSED;
  }

  private boolean shows(ObjectId id, int state) {
    checkOpen();
    int slot = index.find(id);
    return slot != ObjectIndex.NOT_FOUND
        && SlotState.state(index.word(slot)) == state
        && index.holds(slot, id);
  }

  private void checkOpen() {
    if (asker.isClosed()) {
      throw Asker.clientClosed();
    }
  }

  private <T> T guarded(Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalStateException e) {
      throw asker.closedOr(e);
    }
  }

  /** Bytes of any kind of segment: one over an array of another type has no buffer. */
  static ByteBuffer bytes(MemorySegment data) {
    boolean otherArray = data.heapBase().filter(base -> !(base instanceof byte[])).isPresent();
    return otherArray ? ByteBuffer.wrap(data.toArray(JAVA_BYTE)) : data.asByteBuffer();
  }

  private static @Nullable String name(ObjectId id) {
    return id.name().orElse(null);
  }
}
