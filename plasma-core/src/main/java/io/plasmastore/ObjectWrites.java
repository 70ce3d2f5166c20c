package io.plasmastore;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.plasmastore.memory.SealMark;
import io.plasmastore.memory.SealMarks;
import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The writing half of a client: objects from their create to their seal or abort, and their
 * deletion. {@link PlasmaClient} says what each call promises. From any thread.
 */
final class ObjectWrites {
  private static final byte[] NO_NAME = {};
  private static final byte[] NO_METADATA = {};

  /** What has no more bytes is written one by one. */
  private static final int SHORT = 128;

  /**
   * A writer seals once: sealed already is our own seal, asked again since the store died before it
   * could answer.
   */
  private static final Set<ErrorCode> SEALED_ALREADY = EnumSet.of(ErrorCode.OBJECT_SEALED);

  /** With a mark it was sealed, whoever has deleted it since. */
  private static final Set<ErrorCode> SEALED_FOR_SURE =
      EnumSet.of(ErrorCode.OBJECT_SEALED, ErrorCode.OBJECT_NOT_FOUND);

  private final PlasmaClient client;
  private final ClientMemory memory;
  private final Asker asker;
  private final Pins pins;
  private final LostCreates lostCreates;

  ObjectWrites(PlasmaClient client, ClientMemory memory, Asker asker, Pins pins) {
    this.client = client;
    this.memory = memory;
    this.asker = asker;
    this.pins = pins;
    this.lostCreates = new LostCreates(pins);
  }

  /** The session goes on with another store: undoes what creates left whose answer never came. */
  void settleLost() {
    lostCreates.settle();
  }

  ObjectWriter create(ObjectId id, long size, byte[] metadata, boolean keep) {
    return create(id, size, new WriterFamily(metadata.clone(), keep), false);
  }

  /** Another object of an id that this client is writing already. */
  ObjectWriter createAgain(ObjectId id, long size, WriterFamily family) {
    return create(id, size, family, true);
  }

  private ObjectWriter create(ObjectId id, long size, WriterFamily family, boolean again) {
    checkMayWrite();
    Request request =
        new Request.Create(
            id, size, ByteBuffer.wrap(family.metadata()), name(id), family.keep(), 0, again);
    boolean answered = false;
    lostCreates.begin(id);
    try {
      ObjectWriter writer = writer(id, size, family, asker.ask(Reply.Created.class, request));
      answered = true;
      return writer;
    } catch (PlasmaException e) {
      answered = isAnswer(e);
      throw e;
    } finally {
      lostCreates.end(id, answered);
    }
  }

  ObjectWriter create(ObjectId id, long size, ObjectOptions options) throws InterruptedException {
    checkMayWrite();
    long timeoutMillis = Timeouts.millis(options.timeout());
    WriterFamily family = new WriterFamily(options.metadata(), options.keep());
    Request request =
        new Request.Create(
            id, size, ByteBuffer.wrap(family.metadata()), name(id), family.keep(), timeoutMillis);
    boolean answered = false;
    lostCreates.begin(id);
    try {
      ObjectWriter writer =
          writer(id, size, family, asker.await(Reply.Created.class, request, timeoutMillis));
      answered = true;
      return writer;
    } catch (PlasmaException e) {
      answered = isAnswer(e);
      throw e;
    } finally {
      lostCreates.end(id, answered);
    }
  }

  /** All of them, or none: as many round trips as their names need. */
  List<ObjectWriter> createAll(List<NewObject> objects, boolean keep) {
    checkMayWrite();
    List<Request.CreateAll> requests = requests(objects, keep);
    List<ObjectWriter> writers = new ArrayList<>(objects.size());
    try {
      for (Request.CreateAll request : requests) {
        createAll(request, writers);
      }
      return writers;
    } catch (Throwable e) {
      for (ObjectWriter writer : writers) {
        try {
          writer.close();
        } catch (RuntimeException left) {
          e.addSuppressed(left);
        }
      }
      throw e;
    }
  }

  private static List<Request.CreateAll> requests(List<NewObject> objects, boolean keep) {
    List<Request.CreateAll> requests = new ArrayList<>();
    List<Request.CreateAll.Entry> entries = new ArrayList<>();
    long cost = 0;
    for (NewObject object : objects) {
      Request.CreateAll.Entry entry =
          new Request.CreateAll.Entry(object.id(), object.size(), name(object.id()));
      if (cost + entry.batchCost() > Limits.MAX_BATCH
          || entries.size() == Limits.MAX_IDS_PER_REQUEST) {
        requests.add(new Request.CreateAll(entries, keep));
        entries.clear();
        cost = 0;
      }
      entries.add(entry);
      cost += entry.batchCost();
    }
    if (!entries.isEmpty()) {
      requests.add(new Request.CreateAll(entries, keep));
    }
    return requests;
  }

  /** Adds the writers of what one request creates. */
  private void createAll(Request.CreateAll request, List<ObjectWriter> writers) {
    boolean answered = false;
    request.entries().forEach(entry -> lostCreates.begin(entry.id()));
    try {
      Reply.CreatedAll created = asker.ask(Reply.CreatedAll.class, request);
      if (created.entries().size() != request.entries().size()) {
        throw new PlasmaException(
            ErrorCode.PROTOCOL_ERROR,
            "not as many objects as asked: found=%d wanted=%d"
                .formatted(created.entries().size(), request.entries().size()));
      }
      // All of them first, or those behind one that fails would be known to nobody.
      created.entries().forEach(entry -> pins.writing(entry.slot(), entry.generation()));
      for (int i = 0; i < created.entries().size(); i++) {
        Request.CreateAll.Entry wanted = request.entries().get(i);
        Reply.CreatedAll.Entry entry = created.entries().get(i);
        writers.add(
            opened(
                wanted.id(),
                wanted.dataSize(),
                new WriterFamily(NO_METADATA, request.keep()),
                entry.slot(),
                entry.generation(),
                entry.dataOffset(),
                created.clear()));
      }
      answered = true;
    } catch (PlasmaException e) {
      answered = isAnswer(e);
      throw e;
    } finally {
      for (Request.CreateAll.Entry entry : request.entries()) {
        lostCreates.end(entry.id(), answered);
      }
    }
    if (asker.isClosed()) {
      // As for a single one, below.
      throw Asker.clientClosed();
    }
  }

  void createAndSeal(ObjectId id, MemorySegment data, byte[] metadata, boolean keep) {
    if (data.byteSize() > Limits.MAX_INLINE_DATA) {
      try (ObjectWriter writer = create(id, data.byteSize(), metadata, keep)) {
        writer.data().copyFrom(data);
        writer.seal();
      }
      return;
    }
    Request request =
        new Request.CreateAndSeal(id, ByteBuffer.wrap(metadata), name(id), bytes(data), keep, 0);
    var unused = asker.ask(Reply.Done.class, request);
  }

  List<@Nullable ErrorCode> deleteAll(List<ObjectId> ids) {
    List<@Nullable ErrorCode> errors = new ArrayList<>(ids.size());
    for (int from = 0; from < ids.size(); from += Limits.MAX_IDS_PER_REQUEST) {
      int to = Math.min(ids.size(), from + Limits.MAX_IDS_PER_REQUEST);
      BatchCreate.addErrors(
          errors, asker.ask(Reply.Outcomes.class, new Request.Delete(ids.subList(from, to))));
    }
    return errors;
  }

  /**
   * Changes the size of what is being written; answers all of its data, the same segment if there
   * was no room.
   */
  MemorySegment resize(ObjectWriter writer, long least, long most, byte[] metadata) {
    Request request =
        new Request.Resize(
            writer.slot(),
            writer.generation(),
            least,
            most,
            ByteBuffer.wrap(metadata),
            name(writer.id()),
            false);
    Reply.Resized resized = asker.ask(Reply.Resized.class, request);
    MemorySegment before = writer.data();
    if (resized.dataSize() == 0) {
      return before;
    }
    MemorySegment data = memory.writable(writer.dataOffset(), resized.dataSize());
    if (resized.clear() && data.byteSize() > before.byteSize()) {
      data.asSlice(before.byteSize()).fill((byte) 0);
    }
    return data;
  }

  /**
   * Seals what is no larger than it was. The mark does it; the store is told only where somebody
   * waits, and no reply is waited for.
   */
  void seal(ObjectWriter writer, long size, byte[] metadata) {
    if (asker.isClosed()) {
      throw Asker.clientClosed();
    }
    WriterFamily family = writer.family();
    family.choose(writer);
    boolean marked = false;
    boolean sealed = false;
    try {
      marked = mark(writer, size, metadata);
      if (!marked) {
        askToSeal(writer, size, metadata);
      } else if (memory.index().isListening() && !asker.tellMarked()) {
        // The store that takes over has seen the mark, or will when this session is there again.
        ask(
            Reply.Done.class,
            new Request.Seal(writer.slot(), writer.generation()),
            SEALED_FOR_SURE);
      }
      sealed = true;
    } finally {
      if (!marked && !sealed) {
        family.giveUp();
      }
    }
    // The others are undone with it, and nobody will say more of them.
    for (ObjectWriter member : family.members()) {
      pins.written(member.slot(), member.generation());
    }
    pins.leaveIfClosed();
  }

  /**
   * Puts a seal mark.
   *
   * @return false, and nothing has changed, if the store must be asked: the new tail would lie
   *     where the one is that the store knows of
   */
  private boolean mark(ObjectWriter writer, long size, byte[] metadata) {
    byte[] before = writer.family().metadata();
    String text = name(writer.id());
    byte[] name = text == null ? NO_NAME : text.getBytes(UTF_8);
    SealMark mark = new SealMark(writer.generation(), size, metadata.length, name.length);
    if (!SealMarks.canHold(mark)) {
      return false;
    }
    if (size == writer.size() && metadata.length == before.length) {
      if (metadata != before) {
        memory
            .writable(writer.dataOffset() + size, metadata.length)
            .copyFrom(MemorySegment.ofArray(metadata));
      }
    } else if (size + metadata.length + name.length <= writer.size()) {
      MemorySegment tail = writer.data().asSlice(size);
      write(metadata, tail, 0);
      write(name, tail, metadata.length);
    } else {
      return false;
    }
    memory.marks().mark(writer.slot(), mark);
    memory.page().countMark();
    return true;
  }

  /** A few bytes, mostly; and with cold caches the general copy costs more than all of them. */
  private static void write(byte[] bytes, MemorySegment target, long offset) {
    if (bytes.length > SHORT) {
      MemorySegment.copy(bytes, 0, target, JAVA_BYTE, offset, bytes.length);
      return;
    }
    for (int i = 0; i < bytes.length; i++) {
      target.set(JAVA_BYTE, offset + i, bytes[i]);
    }
  }

  private void askToSeal(ObjectWriter writer, long size, byte[] metadata) {
    if (metadata == writer.family().metadata()) {
      ask(Reply.Done.class, new Request.Seal(writer.slot(), writer.generation()), SEALED_ALREADY);
      return;
    }
    Request request =
        new Request.Resize(
            writer.slot(),
            writer.generation(),
            size,
            size,
            ByteBuffer.wrap(metadata),
            name(writer.id()),
            true);
    ask(Reply.Resized.class, request, SEALED_ALREADY);
  }

  private void ask(Class<? extends Reply> expected, Request request, Set<ErrorCode> fine) {
    try {
      var unused = asker.ask(expected, request);
    } catch (PlasmaException e) {
      if (!fine.contains(e.code())) {
        throw e;
      }
    }
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
      pins.written(slot, generation);
      if (!told) {
        pins.endWrite(slot, generation);
      }
    }
  }

  private static boolean isAnswer(PlasmaException e) {
    return e.code() != ErrorCode.STORE_GONE && e.code() != ErrorCode.CLIENT_CLOSED;
  }

  // The store refuses too; but one that took over from another may not know what this client asked
  // for.
  private void checkMayWrite() {
    if (!memory.access().mayWrite()) {
      throw new PlasmaException(
          ErrorCode.ACCESS_DENIED, "this client may only read: client=" + client.options().name());
    }
  }

  private ObjectWriter writer(ObjectId id, long size, WriterFamily family, Reply.Created created) {
    pins.writing(created.slot(), created.generation());
    ObjectWriter writer =
        opened(
            id,
            size,
            family,
            created.slot(),
            created.generation(),
            created.dataOffset(),
            created.clear());
    // The store has entered by now that this client writes, as close() looks for that after it has
    // set the flag: one of the two sees the other.
    if (asker.isClosed()) {
      writer.close();
      throw Asker.clientClosed();
    }
    return writer;
  }

  private ObjectWriter opened(
      ObjectId id,
      long size,
      WriterFamily family,
      int slot,
      long generation,
      long dataOffset,
      boolean clear) {
    MemorySegment data = memory.writable(dataOffset, size);
    if (clear) {
      data.fill((byte) 0);
    }
    ObjectWriter writer = new ObjectWriter(client, id, slot, generation, dataOffset, data, family);
    family.add(writer);
    return writer;
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
