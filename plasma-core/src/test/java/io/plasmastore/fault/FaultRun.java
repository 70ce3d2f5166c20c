package io.plasmastore.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ClientInfo;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import io.plasmastore.StoreFiles;
import io.plasmastore.StoreStats;
import io.plasmastore.VerifyReport;
import io.plasmastore.fault.ObjectHistory.StoreDeath;
import io.plasmastore.fault.Operation.Kind;
import io.plasmastore.fault.Operation.Outcome;
import io.plasmastore.store.StoreOptions;
import io.plasmastore.testing.ChildJvm;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.TestStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Kills clients, stops and continues them, and kills the store, at random, and holds what all
 * clients wrote down against {@link ObjectHistory}. It works in rounds; after each everything is
 * deleted and must be back. The seed settles what is done and to whom; the processes' own pace is
 * their own.
 */
final class FaultRun implements AutoCloseable {
  private static final int MAX_OBJECTS = 4096;

  private final Path folder;
  private final long seed;
  private final Settings settings;
  private final Random random;
  private final ObjectId[] ids;
  private final StoreOptions options;
  private final Counts counts = new Counts();
  private final List<ClientProcess> clients = new ArrayList<>();
  private final List<StoreDeath> deaths = new ArrayList<>();
  private final List<Operation> history = new ArrayList<>();
  private ChildJvm store;
  private PlasmaClient observer;
  private int nextClient = 1;
  private int trouble;

  /**
   * What is let loose.
   *
   * @param clients processes at a time
   * @param objects ids that all of them share
   * @param capacity of the store in bytes
   * @param room what becomes of objects that there is no room for
   */
  record Settings(int clients, int objects, long capacity, Room room) {
    /** Room for everything: nothing may ever be lost. */
    static final Settings ROOMY = new Settings(4, 12, 64 << 20, Room.AMPLE);

    /** Room for little: objects are dropped all the time. */
    static final Settings TIGHT = new Settings(4, 24, 256 << 10, Room.DROPPING);

    /** Room for a part: objects go to disk and come back all the time, and none may be lost. */
    static final Settings SPILLING = new Settings(4, 64, 192 << 10, Room.SPILLING);
  }

  /** What was survived. */
  static final class Counts {
    int rounds;
    long operations;
    int clientsKilled;
    int clientsStopped;
    int storesStopped;
    int storesKilled;
    int takeoversKilled;
    int verified;
    long restores;

    @Override
    public String toString() {
      return "rounds=%d operations=%d clientsKilled=%d clientsStopped=%d storesStopped=%d storesKilled=%d takeoversKilled=%d verified=%d restores=%d"
          .formatted(
              rounds,
              operations,
              clientsKilled,
              clientsStopped,
              storesStopped,
              storesKilled,
              takeoversKilled,
              verified,
              restores);
    }
  }

  FaultRun(Path folder, long seed, Settings settings) {
    this.folder = folder;
    this.seed = seed;
    this.settings = settings;
    this.random = new Random(seed);
    this.ids = Content.ids(settings.objects());
    StoreOptions inMemory =
        TestStore.options(folder, settings.capacity()).withMaxObjects(MAX_OBJECTS);
    this.options =
        settings.room().isSpilling() ? inMemory.withSpill(folder.resolve("spill"), 0) : inMemory;
    this.store = startStore();
    this.observer = PlasmaClient.connect(options.socket());
  }

  /** What happened so far. */
  Counts counts() {
    return counts;
  }

  /** Lets everybody loose for a time, and then wants everything to be right. */
  void round(Duration duration) throws IOException {
    while (clients.size() < settings.clients()) {
      startClient();
    }
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(Duration.ofMillis(10 + random.nextInt(150)).toNanos());
      makeTrouble();
      clients.forEach(ClientProcess::checkAlive);
      settleTheDead();
    }
    endClients();
    verify();
    readEverything();
    deleteEverything();
    checkHistory();
    checkNothingIsLeft();
    counts.restores = observer.stats().counters().get("restores");
    counts.rounds++;
  }

  private void makeTrouble() throws IOException {
    ClientProcess client = clients.get(random.nextInt(clients.size()));
    if (!client.process.hasLine() && random.nextInt(10) != 0) {
      // On a busy machine a client takes seconds to start: most get so far.
      return;
    }
    switch (random.nextInt(10)) {
      case 0, 1 -> kill(client);
      case 2 -> client.stop();
      case 3, 4 -> clients.forEach(ClientProcess::goOn);
      case 5 -> {
        // More seldom, or there would be little but deaths.
        if (++trouble % 2 == 0) {
          killStore();
        }
      }
      case 6 -> freezeStore();
      default -> {
        // Nothing, for once.
      }
    }
  }

  private void kill(ClientProcess client) throws IOException {
    client.kill();
    counts.clientsKilled++;
    startClient();
  }

  /**
   * Clients seal on while the store does not come to look; then it goes on, or dies, and some of
   * them with it.
   */
  private void freezeStore() throws IOException {
    store.signal("STOP");
    counts.storesStopped++;
    LockSupport.parkNanos(Duration.ofMillis(5 + random.nextInt(40)).toNanos());
    if (random.nextBoolean()) {
      kill(clients.get(random.nextInt(clients.size())));
    }
    if (random.nextInt(3) == 0) {
      killStore();
    } else {
      store.signal("CONT");
    }
  }

  private void killStore() {
    long after = System.nanoTime();
    store.kill();
    deaths.add(new StoreDeath(after, System.nanoTime()));
    counts.storesKilled++;
    verify();
    while (random.nextInt(3) == 0) {
      // In the middle of its start.
      after = System.nanoTime();
      ChildJvm starting = TestStore.start(options);
      LockSupport.parkNanos(Duration.ofMillis(200 + random.nextInt(600)).toNanos());
      starting.kill();
      deaths.add(new StoreDeath(after, System.nanoTime()));
      counts.takeoversKilled++;
      verify();
    }
    store = startStore();
  }

  private ChildJvm startStore() {
    ChildJvm started = TestStore.start(options);
    String line = started.awaitLine();
    if (!line.equals("ready")) {
      started.kill();
      throw new AssertionError("the store does not start: " + line);
    }
    return started;
  }

  private void startClient() {
    int number = nextClient++;
    Path journal = folder.resolve("journal-" + number);
    ChildJvm process =
        ChildJvm.start(
            FaultClient.class,
            options.socket(),
            journal,
            number,
            seed * 1_000_003 + number,
            settings.objects(),
            settings.room());
    clients.add(new ClientProcess(number, journal, process));
  }

  /** The history of the killed ends when the store has seen that they are gone. */
  private void settleTheDead() throws IOException {
    List<ClientProcess> dead = clients.stream().filter(ClientProcess::isDead).toList();
    if (dead.isEmpty()) {
      return;
    }
    Set<Long> connected = observer.clients().map(ClientInfo::pid).collect(Collectors.toSet());
    long now = System.nanoTime();
    for (ClientProcess client : dead) {
      if (!connected.contains(client.pid())) {
        history.addAll(client.history(now));
        clients.remove(client);
      }
    }
  }

  private void endClients() throws IOException {
    for (ClientProcess client : List.copyOf(clients)) {
      if (client.isDead()) {
        continue;
      }
      client.goOn();
      if (random.nextBoolean()) {
        client.kill();
        counts.clientsKilled++;
      } else {
        client.end();
      }
    }
    Eventually.holds(
        "the store to forget all clients: " + this,
        () -> {
          settleTheDead();
          return clients.isEmpty();
        });
  }

  private void readEverything() {
    for (int object = 0; object < ids.length; object++) {
      long begin = System.nanoTime();
      try (SealedObject found = observer.getIfPresent(ids[object])) {
        long version = found == null ? 0 : Content.check(found);
        observed(
            Kind.GET, object, version, found == null ? Outcome.NOT_FOUND : Outcome.DONE, begin);
      }
    }
  }

  private void deleteEverything() {
    for (int object = 0; object < ids.length; object++) {
      long begin = System.nanoTime();
      boolean deleted = observer.delete(ids[object]);
      observed(Kind.DELETE, object, 0, deleted ? Outcome.DONE : Outcome.NOT_FOUND, begin);
    }
  }

  private void observed(Kind kind, int object, long version, Outcome outcome, long begin) {
    history.add(new Operation(0, kind, object, version, outcome, begin, System.nanoTime()));
  }

  private void checkHistory() {
    Map<Integer, List<Operation>> byObject =
        history.stream().collect(Collectors.groupingBy(Operation::object));
    byObject.forEach(
        (object, operations) -> {
          Set<Long> after =
              ObjectHistory.check(Set.of(0L), operations, deaths, settings.room().mayDrop());
          assertEquals(Set.of(0L), after, () -> "object " + object + " was deleted: " + this);
        });
    counts.operations += history.size();
    history.clear();
    deaths.clear();
  }

  private void checkNothingIsLeft() throws IOException {
    assertEquals(List.of(), observer.list().toList(), this::toString);
    Eventually.equal("all memory to be back: " + this, 0L, () -> observer.stats().used());
    Map<String, Long> counters = observer.stats().counters();
    assertEquals(1, observer.stats().clients(), this::toString);
    assertEquals(0, counters.get("malformed"), this::toString);
    if (!settings.room().mayDrop()) {
      assertEquals(0, counters.get("evictions"), this::toString);
    }
    checkNothingIsOnDisk();
  }

  private void checkNothingIsOnDisk() throws IOException {
    Path disk = options.spillDirectory();
    if (disk == null) {
      return;
    }
    StoreStats stats = observer.stats();
    assertEquals(0, stats.spilledObjects(), this::toString);
    assertEquals(0, stats.spillUsed(), this::toString);
    assertEquals(0, stats.counters().get("spill_errors"), this::toString);
    try (Stream<Path> files = Files.list(disk)) {
      assertEquals(
          List.of("lock"),
          files.map(file -> file.getFileName().toString()).toList(),
          this::toString);
    }
  }

  /** Each rule of the files must hold, whatever the store was doing when it died. */
  private void verify() {
    VerifyReport report;
    try {
      report = StoreFiles.verify(options.directory());
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted: " + this, e);
    }
    assertEquals(List.of(), report.faults(), () -> report + " " + this);
    counts.verified++;
  }

  /** Whether no object has come back from disk yet, where they are to: the machine may be busy. */
  boolean hasYetToRestore() {
    return settings.room().isSpilling() && counts.restores == 0;
  }

  /** Ends a run in which all went well: the last store removes its files. */
  void end() {
    assertEquals(settings.room().isSpilling(), counts.restores > 0, this::toString);
    observer.close();
    store.signal("TERM");
    var unused = store.awaitExit();
    assertTrue(Files.notExists(options.directory()), this::toString);
    assertTrue(Files.notExists(options.socket()), this::toString);
  }

  /** Leaves nothing behind, whatever went wrong. */
  @Override
  public void close() throws IOException {
    observer.close();
    clients.forEach(client -> client.process.kill());
    store.kill();
    if (Files.exists(options.directory())) {
      try (Stream<Path> files = Files.list(options.directory())) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(options.directory());
    }
  }

  @Override
  public String toString() {
    return "seed=" + seed + " " + settings + " " + counts;
  }

  /** One client, alive or dead but not yet settled. */
  private final class ClientProcess {
    private final int number;
    private final Path journal;
    private final ChildJvm process;
    private boolean stopped;
    private long killed;

    ClientProcess(int number, Path journal, ChildJvm process) {
      this.number = number;
      this.journal = journal;
      this.process = process;
    }

    long pid() {
      return process.pid();
    }

    boolean isDead() {
      return killed != 0;
    }

    void stop() {
      if (!isDead() && !stopped) {
        stopped = true;
        process.signal("STOP");
        counts.clientsStopped++;
      }
    }

    void goOn() {
      if (!isDead() && stopped) {
        stopped = false;
        process.signal("CONT");
      }
    }

    void kill() {
      if (!isDead()) {
        killed = System.nanoTime();
        process.kill();
        // 128 + SIGKILL: else it had ended by itself.
        checkExit(137);
      }
    }

    void end() {
      killed = System.nanoTime();
      process.tell("end");
      checkExit(0);
    }

    void checkAlive() {
      if (!isDead() && !process.isAlive()) {
        checkExit(137);
      }
    }

    private void checkExit(int wanted) {
      assertEquals(
          wanted, process.awaitExit(), () -> "client " + number + " ended: " + FaultRun.this);
    }

    /** What it did, which took effect by now if ever. */
    List<Operation> history(long now) throws IOException {
      List<Operation> all = new ArrayList<>();
      for (Operation operation : Journal.read(journal, number)) {
        boolean unknown = operation.outcome() == Outcome.UNKNOWN;
        if (unknown && (operation.kind() == Kind.GET || operation.kind() == Kind.CONTAINS)) {
          continue;
        }
        // A store that was only slow may have done it after the caller had given up.
        Operation ended = unknown ? operation.withEnd(now) : operation;
        all.add(ended);
        if (ended.kind() == Kind.CREATE
            && (ended.outcome() == Outcome.DONE || ended.outcome() == Outcome.UNKNOWN)) {
          // What it had not sealed is undone with its end, or where the answer to a create was lost
          // maybe before.
          long begin = ended.outcome() == Outcome.DONE ? killed : ended.begin();
          all.add(
              new Operation(
                  number, Kind.ABANDON, ended.object(), ended.version(), Outcome.DONE, begin, now));
        }
      }
      Files.deleteIfExists(journal);
      return all;
    }
  }
}
