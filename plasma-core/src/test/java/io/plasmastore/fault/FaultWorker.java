package io.plasmastore.fault;

import io.plasmastore.ErrorCode;
import io.plasmastore.NewObject;
import io.plasmastore.NewSealedObject;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectOptions;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.fault.Operation.Kind;
import io.plasmastore.fault.Operation.Outcome;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread of a {@link FaultClient}: random calls, each in the journal, and each object that it
 * gets looked at in full, when it is got and when it is let go.
 */
final class FaultWorker {
  private static final int MAX_WRITERS = 3;
  private static final int MAX_HELD = 6;
  private static final int MAX_BATCH = 8;
  private static final int SMALL = 2_000;
  private static final int LARGE = 60_000;
  private static final int LONGEST_WAIT_MILLIS = 20;

  /** Bursts of calls and pauses, as the checker must keep pace and keep all of a round. */
  private static final int CALLS_IN_A_ROW = 8;

  private static final int LONGEST_PAUSE_NANOS = 4_000_000;

  private final PlasmaClient client;
  private final Journal journal;
  private final ObjectId[] ids;
  private final AtomicLong versions;
  private final Random random;
  private final Room room;
  private final List<Action> mix;
  private final Deque<Writing> writers = new ArrayDeque<>();
  private final Deque<Held> held = new ArrayDeque<>();
  private volatile boolean stopping;

  /** What a worker may do, and how often. */
  private enum Action {
    CREATE(10),
    CREATE_ALL(3),
    SEAL(12),
    ABORT(2),
    CREATE_AND_SEAL(10),
    CREATE_AND_SEAL_ALL(3),
    GET(20),
    GET_ALL(6),
    RELEASE(20),
    CONTAINS(4),
    DELETE(10),
    DELETE_ALL(2),
    REFRESH(2),
    LIST(1),
    TRIM(1),
    EVICT(2);

    private final int weight;

    Action(int weight) {
      this.weight = weight;
    }
  }

  private record Writing(int object, long version, ObjectWriter writer, long size) {}

  private record Held(long version, SealedObject object) {}

  FaultWorker(
      PlasmaClient client,
      Journal journal,
      ObjectId[] ids,
      AtomicLong versions,
      long seed,
      Room room) {
    this.client = client;
    this.journal = journal;
    this.ids = ids;
    this.versions = versions;
    this.random = new Random(seed);
    this.room = room;
    this.mix =
        Arrays.stream(Action.values())
            .filter(action -> room.isEvicting() || action != Action.EVICT)
            .flatMap(action -> Collections.nCopies(action.weight, action).stream())
            .toList();
  }

  /** Works until it is told to stop, and then lets go of everything. */
  void run() throws InterruptedException {
    while (!stopping) {
      act(mix.get(random.nextInt(mix.size())));
      if (random.nextInt(CALLS_IN_A_ROW) == 0) {
        LockSupport.parkNanos(random.nextInt(LONGEST_PAUSE_NANOS));
      }
    }
    while (!held.isEmpty()) {
      release();
    }
    while (!writers.isEmpty()) {
      abort();
    }
  }

  void stop() {
    stopping = true;
  }

  private void act(Action action) throws InterruptedException {
    switch (action) {
      case CREATE -> create();
      case CREATE_ALL -> createAll();
      case SEAL -> seal();
      case ABORT -> abort();
      case CREATE_AND_SEAL -> createAndSeal();
      case CREATE_AND_SEAL_ALL -> createAndSealAll();
      case GET -> get();
      case GET_ALL -> getAll();
      case RELEASE -> release();
      case CONTAINS -> contains();
      case DELETE -> delete();
      case DELETE_ALL -> deleteAll();
      case REFRESH -> refresh();
      case LIST -> list();
      case TRIM -> trim();
      case EVICT -> evict();
    }
  }

  private void create() throws InterruptedException {
    if (writers.size() >= MAX_WRITERS) {
      return;
    }
    int object = anyObject();
    long version = versions.incrementAndGet();
    long size = anySize();
    ObjectOptions options =
        ObjectOptions.DEFAULT
            .withMetadata(Content.metadata(ids[object], version, size))
            .withTimeout(random.nextInt(4) == 0 ? anyWait() : Duration.ZERO);
    long call = journal.begin(Kind.CREATE, object, version);
    try {
      // Some begin with another size than they are to have.
      long room = size > 0 && random.nextInt(3) == 0 ? random.nextLong(2 * size) : size;
      ObjectWriter writer = client.create(ids[object], room, options);
      journal.end(call, Kind.CREATE, object, version, Outcome.DONE);
      writers.add(new Writing(object, version, writer, size));
    } catch (PlasmaException e) {
      journal.end(call, Kind.CREATE, object, version, outcome(e));
    }
  }

  private void createAll() {
    if (writers.size() >= MAX_WRITERS) {
      return;
    }
    List<Integer> objects = someObjects();
    List<NewObject> news = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    long[] versionOf = new long[objects.size()];
    long[] calls = new long[objects.size()];
    for (int i = 0; i < calls.length; i++) {
      int object = objects.get(i);
      versionOf[i] = versions.incrementAndGet();
      sizes.add(1L + anySize());
      // With room for the metadata, which come with the seal.
      int metadata = Content.metadata(ids[object], versionOf[i], sizes.get(i)).length;
      news.add(new NewObject(ids[object], sizes.get(i) + metadata));
      calls[i] = journal.begin(Kind.CREATE, object, versionOf[i]);
    }
    List<ObjectWriter> made;
    try {
      made = client.createAll(news, /* keep= */ false);
    } catch (PlasmaException e) {
      // None was made, whichever of them it was for.
      Outcome outcome = outcome(e) == Outcome.UNKNOWN ? Outcome.UNKNOWN : Outcome.REFUSED;
      for (int i = 0; i < calls.length; i++) {
        journal.end(calls[i], Kind.CREATE, objects.get(i), versionOf[i], outcome);
      }
      return;
    }
    for (int i = 0; i < calls.length; i++) {
      journal.end(calls[i], Kind.CREATE, objects.get(i), versionOf[i], Outcome.DONE);
      writers.add(new Writing(objects.get(i), versionOf[i], made.get(i), sizes.get(i)));
    }
  }

  private void seal() {
    Writing writing = writers.poll();
    if (writing == null) {
      return;
    }
    ObjectWriter writer = enlarged(writing);
    if (writer == null) {
      abort(writing);
      return;
    }
    Content.fill(
        writer.data().asSlice(0, writing.size()), ids[writing.object()], writing.version());
    long call = journal.begin(Kind.SEAL, writing.object(), writing.version());
    try {
      if (writer.size() == writing.size()) {
        writer.seal();
      } else {
        writer.seal(
            writing.size(),
            Content.metadata(ids[writing.object()], writing.version(), writing.size()));
      }
      journal.end(call, Kind.SEAL, writing.object(), writing.version(), Outcome.DONE);
    } catch (PlasmaException e) {
      journal.end(call, Kind.SEAL, writing.object(), writing.version(), outcome(e));
      if (writer != writing.writer()) {
        // Undone by the seal, or still there; the other says which.
        writing.writer().close();
      }
      abort(new Writing(writing.object(), writing.version(), writer, writing.size()));
    }
  }

  /** The writer, grown or moved if it has less room than it needs; null if there is none. */
  private ObjectWriter enlarged(Writing writing) {
    ObjectWriter writer = writing.writer();
    long size = writing.size();
    if (writer.size() >= size) {
      return writer;
    }
    try {
      if (random.nextBoolean() && writer.grow(size, size + random.nextInt(1000)) >= size) {
        return writer;
      }
      return writer.another(size + random.nextInt(1000));
    } catch (PlasmaException e) {
      return null;
    }
  }

  private void abort() {
    Writing writing = writers.poll();
    if (writing != null) {
      abort(writing);
    }
  }

  private void abort(Writing writing) {
    long call = journal.begin(Kind.ABORT, writing.object(), writing.version());
    try {
      writing.writer().abort();
      journal.end(call, Kind.ABORT, writing.object(), writing.version(), Outcome.DONE);
    } catch (PlasmaException e) {
      // Sealed already: by a seal whose answer was lost.
      Outcome outcome = e.code() == ErrorCode.OBJECT_SEALED ? Outcome.DONE : outcome(e);
      journal.end(call, Kind.ABORT, writing.object(), writing.version(), outcome);
    }
  }

  private void createAndSeal() {
    int object = anyObject();
    long version = versions.incrementAndGet();
    long call = journal.begin(Kind.CREATE_AND_SEAL, object, version);
    Outcome outcome = Outcome.DONE;
    try {
      MemorySegment data = data(object, version);
      client.createAndSeal(
          ids[object], data, Content.metadata(ids[object], version, data.byteSize()));
    } catch (PlasmaException e) {
      outcome = outcome(e);
    }
    journal.end(call, Kind.CREATE_AND_SEAL, object, version, outcome);
  }

  private void createAndSealAll() throws InterruptedException {
    List<Integer> objects = someObjects();
    List<NewSealedObject> news = new ArrayList<>();
    long[] versionOf = new long[objects.size()];
    long[] calls = new long[objects.size()];
    for (int i = 0; i < calls.length; i++) {
      int object = objects.get(i);
      versionOf[i] = versions.incrementAndGet();
      MemorySegment data = data(object, versionOf[i]);
      news.add(
          new NewSealedObject(
              ids[object],
              data,
              ObjectOptions.DEFAULT.withMetadata(
                  Content.metadata(ids[object], versionOf[i], data.byteSize()))));
      calls[i] = journal.begin(Kind.CREATE_AND_SEAL, object, versionOf[i]);
    }
    List<Outcome> outcomes;
    try {
      outcomes =
          client.createAndSealAll(news, Duration.ZERO).stream().map(FaultWorker::outcome).toList();
    } catch (PlasmaException e) {
      outcomes = Collections.nCopies(calls.length, outcome(e));
    }
    for (int i = 0; i < calls.length; i++) {
      journal.end(calls[i], Kind.CREATE_AND_SEAL, objects.get(i), versionOf[i], outcomes.get(i));
    }
  }

  private void get() {
    int object = anyObject();
    long call = journal.begin(Kind.GET, object, 0);
    try {
      got(call, object, client.getIfPresent(ids[object]), Outcome.NOT_FOUND);
    } catch (PlasmaException e) {
      journal.end(call, Kind.GET, object, 0, outcome(e));
    }
  }

  private void getAll() throws InterruptedException {
    List<Integer> objects = someObjects();
    // One of them twice.
    List<ObjectId> asked = new ArrayList<>(objects.stream().map(object -> ids[object]).toList());
    asked.add(asked.getFirst());
    long[] calls =
        objects.stream().mapToLong(object -> journal.begin(Kind.GET, object, 0)).toArray();
    Duration wait = random.nextInt(3) == 0 ? Duration.ZERO : anyWait();
    // What is on disk may not have come back in time.
    Outcome missing = room.isSpilling() && !wait.isZero() ? Outcome.UNKNOWN : Outcome.NOT_FOUND;
    try {
      List<SealedObject> found = client.getAll(asked, wait);
      SealedObject twice = found.getLast();
      if (twice != null) {
        twice.close();
      }
      for (int i = 0; i < calls.length; i++) {
        got(calls[i], objects.get(i), found.get(i), missing);
      }
    } catch (PlasmaException e) {
      for (int i = 0; i < calls.length; i++) {
        journal.end(calls[i], Kind.GET, objects.get(i), 0, outcome(e));
      }
    }
  }

  private void got(long call, int object, SealedObject found, Outcome missing) {
    if (found == null) {
      journal.end(call, Kind.GET, object, 0, missing);
      return;
    }
    if (!found.id().equals(ids[object])) {
      throw new AssertionError("got another id: wanted=" + ids[object] + " got=" + found);
    }
    long version = Content.check(found);
    journal.end(call, Kind.GET, object, version, Outcome.DONE);
    held.add(new Held(version, found));
    if (held.size() > MAX_HELD) {
      release();
    }
  }

  private void release() {
    Held oldest = held.poll();
    if (oldest != null) {
      long version = Content.check(oldest.object());
      if (version != oldest.version()) {
        throw new AssertionError(
            "held another version: got=%x is=%x".formatted(oldest.version(), version));
      }
      oldest.object().close();
    }
  }

  private void contains() {
    int object = anyObject();
    long call = journal.begin(Kind.CONTAINS, object, 0);
    Outcome outcome;
    try {
      outcome = client.contains(ids[object]) ? Outcome.DONE : Outcome.NOT_FOUND;
    } catch (PlasmaException e) {
      outcome = outcome(e);
    }
    journal.end(call, Kind.CONTAINS, object, 0, outcome);
  }

  private void delete() {
    delete(List.of(anyObject()));
  }

  private void deleteAll() {
    delete(someObjects());
  }

  private void delete(List<Integer> objects) {
    long[] calls =
        objects.stream().mapToLong(object -> journal.begin(Kind.DELETE, object, 0)).toArray();
    List<Outcome> outcomes;
    try {
      outcomes =
          client.deleteAll(objects.stream().map(object -> ids[object]).toList()).stream()
              .map(FaultWorker::outcome)
              .toList();
    } catch (PlasmaException e) {
      outcomes = Collections.nCopies(calls.length, outcome(e));
    }
    for (int i = 0; i < calls.length; i++) {
      journal.end(calls[i], Kind.DELETE, objects.get(i), 0, outcomes.get(i));
    }
  }

  private void refresh() {
    client.refresh(someObjects().stream().map(object -> ids[object]).toList());
  }

  private void list() {
    unlessGone(
        () -> {
          if (client.list().anyMatch(info -> !info.id().name().orElse("").startsWith("fault/"))) {
            throw new AssertionError("the listing has what nobody made: " + client.list().toList());
          }
        });
  }

  private void trim() {
    unlessGone(
        () -> {
          var unused = client.trim();
        });
  }

  private void evict() {
    unlessGone(
        () -> {
          var unused = client.evict(random.nextInt(LARGE));
        });
  }

  private static void unlessGone(Runnable call) {
    try {
      call.run();
    } catch (PlasmaException e) {
      var unused = outcome(e);
    }
  }

  private static Outcome outcome(PlasmaException e) {
    if (String.valueOf(e.getMessage()).startsWith("another store serves")) {
      throw new AssertionError("the store has forgotten a living client", e);
    }
    return outcome(e.code());
  }

  private static Outcome outcome(ErrorCode code) {
    return switch (code) {
      case null -> Outcome.DONE;
      case OBJECT_EXISTS -> Outcome.EXISTS;
      case OBJECT_NOT_FOUND -> Outcome.NOT_FOUND;
      case OBJECT_NOT_SEALED -> Outcome.NOT_SEALED;
      case STORE_FULL -> Outcome.FULL;
      case STORE_GONE -> Outcome.UNKNOWN;
      default -> throw new AssertionError("not to be expected here: " + code);
    };
  }

  private MemorySegment data(int object, long version) {
    MemorySegment data = MemorySegment.ofArray(new byte[anySize()]);
    Content.fill(data, ids[object], version);
    return data;
  }

  private int anyObject() {
    return random.nextInt(ids.length);
  }

  private List<Integer> someObjects() {
    return random
        .ints(0, ids.length)
        .distinct()
        .limit(1 + random.nextInt(Math.min(MAX_BATCH, ids.length)))
        .boxed()
        .toList();
  }

  private int anySize() {
    return random.nextInt(random.nextInt(8) == 0 ? LARGE : SMALL);
  }

  private Duration anyWait() {
    return Duration.ofMillis(random.nextInt(LONGEST_WAIT_MILLIS));
  }
}
