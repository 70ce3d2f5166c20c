package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.memory.Counter;
import io.plasmastore.memory.ExtentAllocator;
import io.plasmastore.memory.IndexLayout;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.MappedFile;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.PinProtocol;
import io.plasmastore.memory.SealMark;
import io.plasmastore.memory.SealMarks;
import io.plasmastore.memory.SlotState;
import io.plasmastore.os.NativeCallException;
import io.plasmastore.protocol.Access;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.TestStore;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The store without its socket, on real shared memory with a clock moved by hand, against a map: a
 * hundred thousand random steps of a few clients, which read as clients do.
 */
class StoreCoreModelTest {
  private static final int STEPS = 100_000;
  private static final int CLIENTS = 4;
  private static final int MAX_SLOTS = 150;
  private static final long CAPACITY = 1 << 20;

  private final long seed = Long.getLong("plasma.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Queue<Runnable> loop = new LinkedBlockingQueue<>();
  private final Clock clock = new Clock();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private IndexWriter index;
  private Heap heap;
  private StoreCore core;
  private SealMarks marks;

  private boolean roomInPieces;

  // The model.
  private final List<ObjectId> ids =
      IntStream.range(0, 200).mapToObj(i -> ObjectId.named("model/" + i)).toList();
  private final Session[] clients = new Session[CLIENTS];
  private final Map<ObjectId, Model> visible = new HashMap<>();
  private final Set<Model> retiring = new HashSet<>();
  private final List<Pin> pins = new ArrayList<>();
  private final List<Wait> waits = new ArrayList<>();

  private static final class Model {
    final ObjectId id;
    int size;
    long extent;
    final byte fill;
    final int slot;
    final long generation;
    @Nullable Session writer;
    int pins;

    Model(ObjectId id, int size, long extent, byte fill, int slot, long generation) {
      this.id = id;
      this.size = size;
      this.extent = extent;
      this.fill = fill;
      this.slot = slot;
      this.generation = generation;
    }
  }

  private record Pin(Session client, Model object) {}

  private static final class Wait {
    final Session client;
    final List<ObjectId> asked;
    final Set<ObjectId> missing;
    final long deadline;
    final AtomicReference<Reply> reply = new AtomicReference<>();
    Runnable cancel = () -> {};

    Wait(Session client, List<ObjectId> asked, Set<ObjectId> missing, long deadline) {
      this.client = client;
      this.asked = asked;
      this.missing = missing;
      this.deadline = deadline;
    }
  }

  @BeforeEach
  void open() throws Exception {
    Path path = TestStore.options(Path.of("/tmp"), CAPACITY).directory();
    StoreDirectory directory = StoreDirectory.open(path);
    opened.add(directory);
    MappedFile file =
        MappedFile.create(directory.file(StoreDirectory.INDEX), IndexLayout.fileSize(MAX_SLOTS));
    opened.add(file);
    AtomicReference<StoreCore> listener = new AtomicReference<>();
    heap =
        new Heap(
            MappedFile.create(directory.file(StoreDirectory.HEAP), CAPACITY),
            new ExtentAllocator(CAPACITY),
            loop::add,
            new Heap.GrowthListener() {
              @Override
              public void grew() {
                listener.get().grew();
              }

              @Override
              public void couldNotGrow(NativeCallException reason) {
                listener.get().couldNotGrow(reason);
              }
            });
    opened.add(heap);
    MappedFile seals =
        MappedFile.create(directory.file(StoreDirectory.SEALS), SealMarks.fileSize(MAX_SLOTS));
    opened.add(seals);
    Sessions sessions =
        new Sessions(directory, seals, MAX_SLOTS, new Sessions.Rules(CLIENTS, 0, false));
    opened.add(sessions::closeAll);
    marks = sessions.marks();
    index = new IndexWriter(file.segment(), file, MAX_SLOTS, CAPACITY, 1, 0);
    core = new StoreCore(index, heap, sessions, Spill.off(), clock, () -> clock.now);
    listener.set(core);
    for (int i = 0; i < CLIENTS; i++) {
      clients[i] = core.open(new NewClient(i, 0, "client " + i, Access.READ_WRITE));
    }
    // One step commits all of it; from here on nothing happens in the background.
    heap.growAhead();
    Eventually.holds("the heap to be committed", () -> !loop.isEmpty());
    loop.remove().run();
    assertEquals(CAPACITY, heap.committed());
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  @Test
  void aHundredThousandStepsEqualAMap() {
    try {
      for (int i = 0; i < STEPS; i++) {
        step();
        checkBooks();
        if (i % 1000 == 0) {
          checkListing();
        }
      }
      endOfAll();
      assertTrue(index.index().counter(Counter.MOVES) > 100, "objects were moved");
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed=" + seed, e);
    }
  }

  private void step() {
    Session client = clients[random.nextInt(CLIENTS)];
    ObjectId id = ids.get(random.nextInt(ids.size()));
    switch (random.nextInt(21)) {
      case 0, 1, 2 -> create(client, id);
      case 3, 4 -> createAndSeal(client, id);
      case 5, 6, 7 -> seal(client, id);
      case 8 -> abort(client, id);
      case 9, 10, 11 -> delete(client, id);
      case 12, 13, 14 -> get(client, id);
      case 15, 16 -> release();
      case 17 -> await(client);
      case 18 -> advance();
      case 19 -> resize(client, id);
      default -> {
        if (random.nextInt(50) == 0) {
          reconnect(random.nextInt(CLIENTS));
        } else {
          assertEquals(
              new Reply.Answer(visible.containsKey(id) && visible.get(id).writer == null),
              ask(client, new Request.Contains(id)));
        }
      }
    }
  }

  private void create(Session client, ObjectId id) {
    int size = size();
    ByteBuffer metadata = ByteBuffer.allocate(random.nextInt(3) * 40);
    boolean named = random.nextBoolean();
    String name = named ? id.name().orElseThrow() : null;
    long extent = extent(size, metadata, name);
    ErrorCode wanted = refusal(id, extent);
    Reply reply = askThatMayWait(client, new Request.Create(id, size, metadata, name, true, 0));
    if (refusedRightly(wanted, reply)) {
      return;
    }
    Reply.Created created = (Reply.Created) reply;
    Model object = new Model(id, size, extent, fill(), created.slot(), created.generation());
    object.writer = client;
    assertEquals(0, created.dataOffset() % 64);
    heap.segment().asSlice(created.dataOffset(), size).fill(object.fill);
    visible.put(id, object);
  }

  private void createAndSeal(Session client, ObjectId id) {
    byte fill = fill();
    byte[] data = new byte[random.nextInt(3000)];
    java.util.Arrays.fill(data, fill);
    ByteBuffer metadata = ByteBuffer.allocate(0);
    long extent = extent(data.length, metadata, null);
    ErrorCode wanted = refusal(id, extent);
    Reply reply =
        askThatMayWait(
            client, new Request.CreateAndSeal(id, metadata, null, ByteBuffer.wrap(data), true, 0));
    if (refusedRightly(wanted, reply)) {
      return;
    }
    assertEquals(new Reply.Done(), reply);
    int slot = index.index().find(id);
    long generation = SlotState.generation(index.index().word(slot));
    visible.put(id, new Model(id, data.length, extent, fill, slot, generation));
    sealed(id);
  }

  /** The error that a create must get, or null; with room in pieces, STORE_FULL is none yet. */
  private @Nullable ErrorCode refusal(ObjectId id, long extent) {
    roomInPieces = false;
    if (visible.containsKey(id)) {
      return ErrorCode.OBJECT_EXISTS;
    } else if (extent > CAPACITY) {
      return ErrorCode.OBJECT_TOO_LARGE;
    } else if (visible.size() + retiring.size() == MAX_SLOTS) {
      return ErrorCode.LIMIT_EXCEEDED;
    } else if (extent > CAPACITY - index.index().counter(Counter.USED)) {
      return ErrorCode.STORE_FULL;
    }
    roomInPieces = extent > index.index().counter(Counter.LARGEST_FREE);
    return null;
  }

  private boolean refusedRightly(@Nullable ErrorCode wanted, Reply reply) {
    ErrorCode found = reply instanceof Reply.Failure failure ? failure.code() : null;
    if (roomInPieces && found == ErrorCode.STORE_FULL) {
      return true;
    }
    assertEquals(wanted, found);
    return wanted != null;
  }

  private void seal(Session client, ObjectId id) {
    Model object = visible.get(id);
    if (object == null) {
      return;
    }
    if (object.writer == client && random.nextBoolean()) {
      mark(client, object);
      object.writer = null;
      sealed(id);
      return;
    }
    Reply reply = ask(client, new Request.Seal(object.slot, object.generation));
    if (object.writer == client) {
      assertEquals(new Reply.Done(), reply);
      object.writer = null;
      sealed(id);
    } else {
      assertFailed(
          object.writer == null ? ErrorCode.OBJECT_SEALED : ErrorCode.OBJECT_NOT_FOUND, reply);
    }
  }

  /** Seals as a client does that has it mapped; then the store is told, or looks by itself. */
  private void mark(Session client, Model object) {
    ObjectIndex seen = index.index();
    int slot = object.slot;
    marks.mark(
        slot,
        new SealMark(
            object.generation, seen.dataSize(slot), seen.metadataSize(slot), seen.nameSize(slot)));
    client.page().countMark();
    assertTrue(waits.isEmpty() || seen.isListening(), "who waits must be told");
    if (seen.isListening()) {
      var unused =
          core.handle(
              client,
              new Request.Marked(),
              reply -> {
                throw new AssertionError("no reply is waited for: " + reply);
              });
    } else {
      clock.advance(SealLooks.LOOK_MILLIS);
    }
  }

  private void resize(Session client, ObjectId id) {
    Model object = visible.get(id);
    if (object == null) {
      return;
    }
    long least = 1L + random.nextInt(20_000);
    long most = least + (random.nextBoolean() ? 0 : random.nextInt(100_000));
    ByteBuffer metadata = ByteBuffer.allocate(random.nextInt(3) * 40);
    String name = random.nextBoolean() ? id.name().orElseThrow() : null;
    boolean sealing = random.nextInt(4) == 0;
    ObjectIndex seen = index.index();
    long offset = seen.dataOffset(object.slot);
    Request request =
        new Request.Resize(object.slot, object.generation, least, most, metadata, name, sealing);
    Reply reply = ask(client, request);
    if (object.writer != client) {
      assertFailed(
          object.writer == null ? ErrorCode.OBJECT_SEALED : ErrorCode.OBJECT_NOT_FOUND, reply);
      return;
    }
    long resized = ((Reply.Resized) reply).dataSize();
    if (object.extent > 0 && extent(most, metadata, name) <= object.extent) {
      assertEquals(most, resized);
    }
    long size = resized == 0 ? object.size : resized;
    if (resized != 0) {
      assertTrue(size >= least && size <= most, "size=" + size);
      object.extent = extent(size, metadata, name);
      assertEquals(metadata.remaining(), seen.metadataSize(object.slot));
    }
    assertEquals(size, seen.dataSize(object.slot));
    assertEquals(offset, seen.dataOffset(object.slot));
    MemorySegment data = heap.segment().asSlice(offset, size);
    if (Math.min(object.size, size) > 0) {
      assertEquals(object.fill, data.get(ValueLayout.JAVA_BYTE, Math.min(object.size, size) - 1));
    }
    data.fill(object.fill);
    object.size = (int) size;
    if (sealing && resized != 0) {
      object.writer = null;
      sealed(id);
    }
  }

  private void abort(Session client, ObjectId id) {
    Model object = visible.get(id);
    if (object == null) {
      return;
    }
    Reply reply = ask(client, new Request.Abort(object.slot, object.generation));
    if (object.writer == client) {
      assertEquals(new Reply.Done(), reply);
      visible.remove(id);
    } else {
      assertFailed(
          object.writer == null ? ErrorCode.OBJECT_SEALED : ErrorCode.OBJECT_NOT_FOUND, reply);
    }
  }

  private void delete(Session client, ObjectId id) {
    Model object = visible.get(id);
    Reply.Outcomes reply = (Reply.Outcomes) ask(client, new Request.Delete(List.of(id)));
    if (object != null && object.writer != null) {
      assertEquals(ErrorCode.OBJECT_NOT_SEALED, reply.error(0));
      return;
    }
    assertEquals(object == null ? ErrorCode.OBJECT_NOT_FOUND : null, reply.error(0));
    if (object != null) {
      visible.remove(id);
      if (object.pins > 0) {
        retiring.add(object);
      }
    }
  }

  private void get(Session client, ObjectId id) {
    ObjectIndex seen = index.index();
    Model object = visible.get(id);
    int slot = seen.find(id);
    if (object == null) {
      assertEquals(ObjectIndex.NOT_FOUND, slot);
      return;
    }
    assertEquals(object.slot, slot);
    long word = seen.word(slot);
    boolean pinned = PinProtocol.pin(seen, client.page(), slot, word);
    assertEquals(object.writer == null, pinned);
    if (!pinned) {
      assertEquals(false, PinProtocol.unpin(seen, client.page(), slot));
      return;
    }
    object.pins++;
    pins.add(new Pin(client, object));
  }

  private void release() {
    if (pins.isEmpty()) {
      return;
    }
    Pin pin = pins.remove(random.nextInt(pins.size()));
    assertReadable(pin.object());
    pin.object().pins--;
    boolean lastOfClient =
        pins.stream()
            .noneMatch(other -> other.client() == pin.client() && other.object() == pin.object());
    boolean tell = PinProtocol.unpin(index.index(), pin.client().page(), pin.object().slot);
    assertEquals(lastOfClient && retiring.contains(pin.object()), tell);
    if (tell) {
      assertEquals(
          new Reply.Done(),
          ask(pin.client(), new Request.Unpinned(pin.object().slot, pin.object().generation)));
    }
    if (pin.object().pins == 0) {
      retiring.remove(pin.object());
    }
  }

  private void await(Session client) {
    List<ObjectId> asked = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      asked.add(ids.get(random.nextInt(ids.size())));
    }
    long timeout = random.nextInt(4) == 0 ? -1 : random.nextInt(50);
    Set<ObjectId> missing = new HashSet<>();
    for (ObjectId id : asked) {
      if (!visible.containsKey(id) || visible.get(id).writer != null) {
        missing.add(id);
      }
    }
    Wait wait =
        new Wait(client, asked, missing, timeout < 0 ? Long.MAX_VALUE : clock.now + timeout);
    wait.cancel = core.handle(client, new Request.Get(asked, timeout), wait.reply::set);
    if (missing.isEmpty() || timeout == 0) {
      assertGot(wait);
    } else {
      assertNull(wait.reply.get());
      waits.add(wait);
    }
  }

  private void sealed(ObjectId id) {
    for (Wait wait : List.copyOf(waits)) {
      wait.missing.remove(id);
      if (wait.missing.isEmpty()) {
        assertGot(wait);
        waits.remove(wait);
      } else {
        assertNull(wait.reply.get());
      }
    }
  }

  private void advance() {
    clock.advance(random.nextInt(10));
    for (Wait wait : List.copyOf(waits)) {
      if (wait.deadline <= clock.now) {
        assertGot(wait);
        waits.remove(wait);
      } else {
        assertNull(wait.reply.get());
      }
    }
  }

  private void assertGot(Wait wait) {
    Reply.Got got = (Reply.Got) wait.reply.get();
    assertNotNull(got);
    List<Reply.Got.Entry> wanted = new ArrayList<>();
    for (ObjectId id : wait.asked) {
      Model object = visible.get(id);
      wanted.add(
          object == null || object.writer != null
              ? Reply.Got.Entry.NOT_SEALED
              : new Reply.Got.Entry(
                  object.slot, SlotState.generation(index.index().word(object.slot))));
    }
    assertEquals(wanted, got.entries());
  }

  private void reconnect(int number) {
    Session client = clients[number];
    for (Wait wait : List.copyOf(waits)) {
      if (wait.client == client) {
        wait.cancel.run();
        waits.remove(wait);
      }
    }
    core.end(client);
    visible.values().removeIf(object -> object.writer == client);
    for (Pin pin : List.copyOf(pins)) {
      if (pin.client() == client) {
        pins.remove(pin);
        pin.object().pins--;
        if (pin.object().pins == 0) {
          retiring.remove(pin.object());
        }
      }
    }
    clients[number] =
        core.open(new NewClient(number, 0, "client again " + number, Access.READ_WRITE));
  }

  private void endOfAll() {
    while (!pins.isEmpty()) {
      release();
    }
    for (ObjectId id : ids) {
      Model object = visible.get(id);
      if (object != null && object.writer == null) {
        assertReadable(object);
        delete(clients[0], id);
      }
    }
    for (int i = 0; i < CLIENTS; i++) {
      reconnect(i);
    }
    checkBooks();
    assertEquals(0, index.index().counter(Counter.USED));
    assertEquals(0, index.index().counter(Counter.OBJECTS));
    assertEquals(CAPACITY, index.index().counter(Counter.LARGEST_FREE));
    clock.advance(1_000_000);
    assertEquals(0, clock.due.size());
  }

  private void checkBooks() {
    long used = 0;
    for (Model object : visible.values()) {
      used += object.extent;
    }
    for (Model object : retiring) {
      used += object.extent;
    }
    assertEquals(used, index.index().counter(Counter.USED));
    assertEquals(visible.size() + retiring.size(), index.index().counter(Counter.OBJECTS));
    assertEquals(CLIENTS, index.index().counter(Counter.CLIENTS));
  }

  private void checkListing() {
    Map<ObjectId, Reply.Listed.Entry> listed = new HashMap<>();
    // Deleted while it was held, an object is listed until its last release; its id may name
    // another by then.
    List<String> listedRetiring = new ArrayList<>();
    Reply.Listed page;
    int from = 0;
    do {
      page = (Reply.Listed) ask(clients[0], new Request.ListObjects(from, 7));
      assertTrue(page.entries().size() <= 7);
      for (Reply.Listed.Entry entry : page.entries()) {
        if (entry.state() == SlotState.RETIRING) {
          listedRetiring.add(entry.id() + " " + entry.dataSize() + " " + entry.pins());
        } else {
          assertNull(listed.put(entry.id(), entry));
        }
      }
      from = page.nextSlot();
    } while (from != Reply.Listed.END);
    assertEquals(
        retiring.stream().map(it -> it.id + " " + it.size + " " + it.pins).sorted().toList(),
        listedRetiring.stream().sorted().toList());
    assertEquals(visible.keySet(), listed.keySet());
    for (Model object : visible.values()) {
      Reply.Listed.Entry entry = listed.get(object.id);
      assertEquals(object.size, entry.dataSize());
      assertEquals(object.writer == null ? SlotState.SEALED : SlotState.CREATED, entry.state());
      assertEquals(object.pins, entry.pins());
      if (object.writer == null) {
        assertReadable(object);
      }
    }
  }

  private void assertReadable(Model object) {
    MemorySegment data = heap.segment().asSlice(index.index().dataOffset(object.slot), object.size);
    assertEquals(object.size, index.index().dataSize(object.slot));
    if (object.size > 0) {
      assertEquals(object.fill, data.get(ValueLayout.JAVA_BYTE, 0));
      assertEquals(object.fill, data.get(ValueLayout.JAVA_BYTE, object.size - 1));
    }
  }

  private int size() {
    return switch (random.nextInt(20)) {
      case 0 -> 0;
      case 1 -> (int) CAPACITY + 1;
      case 2 -> random.nextInt((int) CAPACITY);
      default -> random.nextInt(20_000);
    };
  }

  private static long extent(long size, ByteBuffer metadata, @Nullable String name) {
    long bytes = size + metadata.remaining() + (name == null ? 0 : name.length());
    return (bytes + 63) / 64 * 64;
  }

  private byte fill() {
    return (byte) random.nextInt(256);
  }

  /** Asks what is answered later when objects must be moved first; others go on in the meantime. */
  private Reply askThatMayWait(Session client, Request request) {
    AtomicReference<Reply> reply = new AtomicReference<>();
    var unused = core.handle(client, request, reply::set);
    while (reply.get() == null) {
      for (int i = random.nextInt(3); i > 0; i--) {
        Session other = clients[random.nextInt(CLIENTS)];
        ObjectId id = ids.get(random.nextInt(ids.size()));
        switch (random.nextInt(4)) {
          case 0 -> delete(other, id);
          case 1 -> seal(other, id);
          case 2 -> get(other, id);
          default -> release();
        }
        if (reply.get() == null) {
          checkBooks();
        }
      }
      if (reply.get() == null) {
        Eventually.holds("the next batch to be moved", () -> !loop.isEmpty());
        loop.remove().run();
      }
    }
    return reply.get();
  }

  private Reply ask(Session client, Request request) {
    AtomicReference<Reply> reply = new AtomicReference<>();
    var unused = core.handle(client, request, reply::set);
    assertNotNull(reply.get(), "a reply at once");
    return reply.get();
  }

  private static void assertFailed(ErrorCode code, Reply reply) {
    assertEquals(code, ((Reply.Failure) reply).code());
  }

  /** Time that passes when it is told to. */
  private static final class Clock implements StoreCore.Timer {
    private final List<Alarm> due = new ArrayList<>();
    private long now = 1;

    private record Alarm(long at, Runnable action) {}

    @Override
    public Runnable schedule(long delayMillis, Runnable action) {
      Alarm alarm = new Alarm(now + delayMillis, action);
      due.add(alarm);
      return () -> due.remove(alarm);
    }

    void advance(long millis) {
      now += millis;
      for (Alarm alarm : List.copyOf(due)) {
        if (alarm.at() <= now && due.remove(alarm)) {
          alarm.action().run();
        }
      }
    }
  }
}
