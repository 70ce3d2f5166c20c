package io.plasmastore;

import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
 * STORE_GONE when the store has stopped, or when it died and no other took over in time ({@link
 * ClientOptions#patience}); what is held stays readable.
 */
public final class PlasmaClient implements AutoCloseable {
  /** A timeout without end. Any negative duration means the same. */
  public static final Duration FOREVER = Duration.ofMillis(-1);

  private static final byte[] NO_METADATA = new byte[0];

  private static final int MAX_NAMED_IN_ERROR = 10;

  private final ClientOptions options;
  private final ClientMemory memory;
  private final Connection connection;
  private final Asker asker;
  private final Pins pins;
  private final ObjectReads reads;
  private final ObjectWrites writes;

  private PlasmaClient(
      ClientOptions options, Reply.Welcome welcome, Lane sessionLane, ClientMemory memory) {
    this.options = options;
    this.memory = memory;
    ObjectIndex index = memory.index();
    this.connection = new Connection(options, welcome.token(), index, sessionLane);
    this.asker = new Asker(connection, index, options.patience());
    this.pins = new Pins(memory, connection, asker);
    this.reads = new ObjectReads(index, asker, pins);
    this.writes = new ObjectWrites(this, memory, asker, pins);
    connection.whenJoinedAgain(writes::settleLost);
  }

  /**
   * Connects to the store that serves a socket.
   *
   * @param socket path of the socket
   * @return a client; the caller closes it
   * @throws PlasmaException STORE_GONE if nobody serves there, ACCESS_DENIED if it does not admit
   *     this user, VERSION_MISMATCH if it speaks another version, STORE_FULL if it has no room for
   *     one more client, LIMIT_EXCEEDED if it has as many as it may
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
                  Limits.PROTOCOL_VERSION,
                  ProcessHandle.current().pid(),
                  options.name(),
                  options.readOnly()));
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
    return writes.create(id, size, metadata, keep);
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
    return writes.create(id, size, options);
  }

  /**
   * Creates many objects without metadata, all of them or none: one round trip for up to 4,096 of
   * them, if their names together have no more than some hundred kilobytes.
   *
   * @param objects which, in order; each id once
   * @param keep whether they are never dropped to make room, only deleted
   * @return where to write them, in that order; the caller seals or closes each
   * @throws PlasmaException as {@link #create(ObjectId, long)}, if one of them can't be created;
   *     then none is
   */
  public List<ObjectWriter> createAll(List<NewObject> objects, boolean keep) {
    return writes.createAll(objects, keep);
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
   * Creates an object of bytes that are there already, and seals it: in one round trip.
   *
   * @param id what to call it
   * @param data its bytes, copied
   * @param metadata at most 64 KiB that go along with the data
   * @throws IllegalArgumentException if the metadata is too long
   * @throws PlasmaException as {@link #create(ObjectId, long)}
   */
  public void createAndSeal(ObjectId id, MemorySegment data, byte[] metadata) {
    createAndSeal(id, data, metadata, false);
  }

  /**
   * Creates an object of bytes that are there already, which may be one to be kept, and seals it.
   * As {@link #createAndSeal(ObjectId, MemorySegment, byte[])} otherwise.
   *
   * @param id what to call it
   * @param data its bytes, copied
   * @param metadata at most 64 KiB that go along with the data
   * @param keep whether it is never dropped to make room, only deleted
   * @throws IllegalArgumentException if the metadata is too long
   * @throws PlasmaException as {@link #create(ObjectId, long)}
   */
  public void createAndSeal(ObjectId id, MemorySegment data, byte[] metadata, boolean keep) {
    writes.createAndSeal(id, data, metadata, keep);
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
    return reads.get(id);
  }

  /**
   * Gets an object if it is there. Asks the store only if shared memory doesn't show it.
   *
   * @param id which
   * @return the object, which the caller closes; or null if there is none or it isn't sealed
   */
  public @Nullable SealedObject getIfPresent(ObjectId id) {
    return reads.getIfPresent(id);
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
    return reads.get(id, timeout);
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
    return reads.getAll(ids, timeout);
  }

  /**
   * Whether an object can be got.
   *
   * @param id which
   * @return true if it is sealed and not deleted
   */
  public boolean contains(ObjectId id) {
    return reads.contains(id);
  }

  /**
   * The CRC-32C of an object's data, as {@link SealedObject#hash} says: computed on demand, in this
   * process, from the memory where the object lies.
   *
   * @param id which
   * @return 0 to 2^32 − 1
   * @throws PlasmaException as {@link #get(ObjectId)}
   */
  public long hash(ObjectId id) {
    try (SealedObject object = get(id)) {
      return object.hash();
    }
  }

  /**
   * Deletes an object: nobody can get it any more, its id is free at once, and its memory when the
   * last who holds it lets go. Where the store dies meanwhile its successor is asked once more, and
   * answers for what it finds then: the object may have been deleted by the first.
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
    return writes.deleteAll(ids);
  }

  /**
   * Marks objects as just looked at, as a get does, so that they are dropped later than others.
   *
   * @param ids which; those that don't exist are passed over
   */
  public void refresh(List<ObjectId> ids) {
    reads.refresh(ids);
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
   * Has the store give free memory back to the operating system, wherever it lies, in whole pages
   * of 2 MB. What the store needs later it commits again.
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
    return reads.resolve(name);
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
    return new StoreListing(asker).holders(id, false);
  }

  /**
   * Who still holds deleted objects of an id, whose memory is free only when they let go.
   *
   * @param id which; another object may have it by now
   * @return a holder for each client that does; empty if there is no such object
   */
  public List<HolderInfo> holdersOfDeleted(ObjectId id) {
    return new StoreListing(asker).holders(id, true);
  }

  /**
   * Memory beside the objects that this process shares with whoever asks with the same token: the
   * first who asks makes it, full of zeros. One round trip.
   *
   * @param token what those who share it agreed on, best {@linkplain ObjectId#random random}
   * @param size in bytes, the same for all who ask; 1 byte to 16 MiB
   * @return the memory, for the caller to map and close
   * @throws IllegalArgumentException if the size is out of range
   * @throws PlasmaException ACCESS_DENIED if another user's process asked first, or this client may
   *     only read; OBJECT_EXISTS if it has another size; STORE_FULL if the mount has no room;
   *     LIMIT_EXCEEDED if there would be too much of it, or too many of this client's; STORE_GONE
   */
  public SharedPages sharedPages(ObjectId token, long size) {
    int descriptor = asker.askForDescriptor(new Request.SharePages(token, size));
    return new SharedPages(connection, token, size, descriptor);
  }

  /**
   * The store's books, read from shared memory, without asking.
   *
   * @return what they say now; of a store that is gone, what they said last
   */
  public StoreStats stats() {
    return reads.stats();
  }

  /**
   * Where the store's files lie, for {@link StoreFiles}.
   *
   * @return the directory as this process sees it; it can be read if the store is this user's
   */
  public Path directory() {
    return memory.directory();
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
   * client go. In a JVM with {@code -Dplasma.debug.leaks=true} the exception has, as suppressed
   * ones, the stack of each get whose object is held.
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
    List<String> held = pins.close();
    if (!held.isEmpty()) {
      IllegalStateException failure =
          new IllegalStateException(
              "client closed while objects are held: count=%d %s%s"
                  .formatted(
                      held.size(),
                      String.join(" ", held.subList(0, Math.min(held.size(), MAX_NAMED_IN_ERROR))),
                      held.size() > MAX_NAMED_IN_ERROR ? " …" : ""));
      if (OpenObjects.REMEMBERED) {
        OpenObjects.explain(failure, pins);
      }
      throw failure;
    }
  }

  @Override
  public String toString() {
    return "PlasmaClient[socket=" + options.socket() + (asker.isClosed() ? " closed]" : "]");
  }

  void abort(int slot, long generation) {
    writes.abort(slot, generation);
  }

  void seal(ObjectWriter writer, long size, byte[] metadata) {
    writes.seal(writer, size, metadata);
  }

  MemorySegment resize(ObjectWriter writer, long least, long most, byte[] metadata) {
    return writes.resize(writer, least, most, metadata);
  }

  ObjectWriter createAgain(ObjectId id, long size, WriterFamily family) {
    return writes.createAgain(id, size, family);
  }
}
