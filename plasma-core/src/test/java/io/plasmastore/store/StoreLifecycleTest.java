package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.testing.ChildJvm;
import io.plasmastore.testing.TestStore;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** How a store starts, what it refuses to start over, and what it leaves. */
@Isolated
class StoreLifecycleTest {
  private static final long CAPACITY = 1 << 20;

  @TempDir private Path folder;
  private StoreOptions options;
  private Set<Thread> threadsBefore = Set.of();

  @BeforeEach
  void lookAtTheThreads() {
    threadsBefore = Thread.getAllStackTraces().keySet();
  }

  @BeforeEach
  void chooseOptions() {
    options = TestStore.options(folder, CAPACITY);
  }

  @AfterEach
  void leavesNothing() throws IOException {
    assertFalse(Files.exists(options.directory()), () -> "left: " + list(options.directory()));
    assertFalse(Files.exists(options.socket()));
  }

  @Test
  void leavesNothingWhenTerminated() {
    ChildJvm store = TestStore.start(options);
    assertEquals("ready", store.awaitLine());
    try (PlasmaClient client = PlasmaClient.connect(options.socket())) {
      client.createAndSeal(ObjectId.random(), new byte[100]);
      store.signal("TERM");
      assertEquals(128 + 15, store.awaitExit());
    }
  }

  @Test
  void leavesNothingWhenInterrupted() throws IOException {
    // A process in the background of a script ignores it, and so do all that it starts.
    assumeFalse(isInterruptIgnored(), "SIGINT is ignored here");
    ChildJvm store = TestStore.start(options);
    assertEquals("ready", store.awaitLine());
    store.signal("INT");
    assertEquals(128 + 2, store.awaitExit());
  }

  @Test
  void refusesTheDirectoryOfAStoreInAnotherProcess() throws Exception {
    try (TestStore living = TestStore.embedded(options)) {
      StoreOptions other =
          StoreOptions.of(folder.resolve("other"), CAPACITY).withDirectory(living.directory());
      try (ChildJvm store = TestStore.start(other)) {
        assertEquals(
            "another store serves from this directory: dir="
                + living.directory()
                + " pid="
                + ProcessHandle.current().pid(),
            store.awaitLine());
        assertEquals(1, store.awaitExit());
      }
      assertServes(living);
    }
  }

  @Test
  void refusesTheDirectoryOfAStoreInThisProcess() {
    try (TestStore living = TestStore.embedded(options)) {
      StoreOptions other =
          StoreOptions.of(folder.resolve("other"), CAPACITY).withDirectory(living.directory());
      for (int i = 0; i < 3; i++) {
        PlasmaException refusal =
            assertThrows(PlasmaException.class, () -> PlasmaStore.launch(other));
        assertEquals(ErrorCode.ACCESS_DENIED, refusal.code());
        assertEquals(
            "another store serves from this directory: dir="
                + living.directory()
                + " pid="
                + ProcessHandle.current().pid(),
            refusal.getMessage());
      }
      assertServes(living);
    }
  }

  @Test
  void refusesTheSocketOfALivingStore() {
    try (TestStore living = TestStore.embedded(options)) {
      StoreOptions other = TestStore.options(folder, CAPACITY);
      PlasmaException refusal =
          assertThrows(PlasmaException.class, () -> PlasmaStore.launch(other));
      assertEquals(ErrorCode.ACCESS_DENIED, refusal.code());
      assertEquals(
          "another store serves this socket: path=" + options.socket(), refusal.getMessage());
      assertFalse(Files.exists(other.directory()));
      assertServes(living);
    }
  }

  @Test
  void startsOverWhatAKilledStoreLeft() {
    ChildJvm store = TestStore.start(options);
    assertEquals("ready", store.awaitLine());
    try (PlasmaClient client = PlasmaClient.connect(options.socket())) {
      client.createAndSeal(ObjectId.random(), new byte[100]);
      store.kill();
      assertTrue(Files.exists(options.socket()));
      assertTrue(Files.exists(options.directory().resolve("index")));
    }
    try (TestStore next = TestStore.embedded(options.withFresh(true))) {
      assertServes(next);
    }
  }

  @Test
  void startsOverTheSocketFileOfADeadStore() throws Exception {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(options.socket()));
    }
    assertTrue(Files.exists(options.socket()));
    try (TestStore store = TestStore.embedded(options)) {
      assertServes(store);
    }
  }

  @Test
  void neverRemovesWhatIsNotASocket() throws Exception {
    Files.writeString(options.socket(), "precious");
    PlasmaException refusal =
        assertThrows(PlasmaException.class, () -> PlasmaStore.launch(options));
    assertEquals(ErrorCode.ACCESS_DENIED, refusal.code());
    assertEquals(
        "something that is not a socket lies at the socket path: path=" + options.socket(),
        refusal.getMessage());
    assertEquals("precious", Files.readString(options.socket()));
    Files.delete(options.socket());
  }

  @Test
  void refusesAndKeepsForeignFiles() throws Exception {
    makeDirectory();
    Path foreign = Files.writeString(options.directory().resolve("index.html"), "precious");
    Path index = Files.writeString(options.directory().resolve("index"), "maybe precious");
    PlasmaException refusal =
        assertThrows(PlasmaException.class, () -> PlasmaStore.launch(options));
    assertEquals(ErrorCode.ACCESS_DENIED, refusal.code());
    assertEquals(
        "directory holds a file that is no store's: file=" + foreign, refusal.getMessage());
    assertEquals(List.of(index, foreign), list(options.directory()));
    Files.delete(foreign);
    Files.delete(index);
    Files.delete(options.directory());
  }

  @Test
  void keepsADirectoryThatTheUserMade() throws Exception {
    makeDirectory();
    try (TestStore store = TestStore.embedded(options)) {
      assertServes(store);
    }
    assertEquals(List.of(), list(options.directory()));
    Files.delete(options.directory());
  }

  @Test
  void stopsAlthoughAForeignFileCameIntoItsDirectory() throws Exception {
    Path foreign;
    try (TestStore store = TestStore.embedded(options)) {
      foreign = Files.writeString(store.directory().resolve("notes"), "precious");
    }
    assertEquals(List.of(foreign), list(options.directory()));
    Files.delete(foreign);
    // Nothing of the first store is in the way of a second.
    try (TestStore store = TestStore.embedded(options)) {
      assertServes(store);
    }
    Files.deleteIfExists(options.directory());
  }

  @Test
  void refusesADirectoryThatIsOpenToOthers() throws Exception {
    makeDirectory();
    Files.setPosixFilePermissions(
        options.directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
    PlasmaException refusal =
        assertThrows(PlasmaException.class, () -> PlasmaStore.launch(options));
    assertEquals(ErrorCode.ACCESS_DENIED, refusal.code());
    assertTrue(
        refusal.getMessage().contains(" reason=open to others: mode=755 wanted=700"),
        refusal::getMessage);
    Files.delete(options.directory());
  }

  @Test
  void keepsOthersOut() throws Exception {
    try (TestStore store = TestStore.embedded(options);
        PlasmaClient client = store.connect()) {
      assertEquals("rwx------", mode(store.directory()));
      assertEquals("rw-------", mode(store.socket()));
      List<Path> files = list(store.directory());
      assertEquals(
          List.of("heap-0", "index", "lock", "page-1", "seals"),
          files.stream().map(file -> file.getFileName().toString()).toList());
      for (Path file : files) {
        assertEquals("rw-------", mode(file), file::toString);
      }
      assertEquals(0, client.stats().used());
    }
  }

  @Test
  void refusesMoreThanTheMountHolds() {
    StoreOptions huge =
        StoreOptions.of(options.socket(), 1L << 50).withDirectory(options.directory());
    PlasmaException refusal = assertThrows(PlasmaException.class, () -> PlasmaStore.launch(huge));
    assertEquals(ErrorCode.STORE_FULL, refusal.code());
    assertTrue(
        refusal.getMessage().matches(".* wanted=" + (1L << 50) + " free=\\d+ dir=.*Docker.*"),
        refusal::getMessage);
  }

  @Test
  void leavesNothingWhenItCannotStart() throws Exception {
    Path inTheWay = Files.writeString(folder.resolve("file"), "not a folder");
    StoreOptions impossible =
        StoreOptions.of(inTheWay.resolve("socket"), CAPACITY).withDirectory(options.directory());
    PlasmaException refusal =
        assertThrows(PlasmaException.class, () -> PlasmaStore.launch(impossible));
    assertEquals(ErrorCode.ACCESS_DENIED, refusal.code());
    assertEquals(List.of(), newThreads());
  }

  @Test
  void leavesNoFolderOfTheSocketWhenItCannotStart() throws Exception {
    Path kept = Files.createDirectory(folder.resolve("kept"));
    Path socket = kept.resolve("new/newer/socket");
    StoreOptions impossible =
        StoreOptions.of(socket, CAPACITY)
            .withDirectory(options.directory())
            .withAccess(StoreAccess.ownUserAlone().withGroup("no-such-group-as-this"));
    PlasmaException refusal =
        assertThrows(PlasmaException.class, () -> PlasmaStore.launch(impossible));
    assertEquals("no such group: group=no-such-group-as-this", refusal.getMessage());
    assertEquals(List.of(), list(kept));
    // One that was served stays as its user may have changed it.
    TestStore.embedded(impossible.withAccess(StoreAccess.ownUserAlone())).close();
    assertEquals(List.of(), list(socket.getParent()));
  }

  @Test
  void refusesADirectoryThatIsNotInMemory() throws Exception {
    String type = Files.getFileStore(folder).type();
    assumeFalse(type.equals("tmpfs"), "temporary files are in memory here");
    Path onDisk = folder.resolve("store");
    StoreOptions slow = options.withDirectory(onDisk);
    PlasmaException refusal = assertThrows(PlasmaException.class, () -> PlasmaStore.launch(slow));
    assertEquals(ErrorCode.ACCESS_DENIED, refusal.code());
    assertTrue(
        refusal
            .getMessage()
            .startsWith("the store's directory is not on a tmpfs: type=" + type + " dir=" + onDisk),
        refusal::getMessage);
    assertEquals(List.of(), list(folder));
  }

  @Test
  void namesEveryFaultOfItsOptions() {
    StoreOptions faulty =
        StoreOptions.of(Path.of("/tmp/" + "x".repeat(200)), 1)
            .withMaxObjects(0)
            .withDirectory(options.directory());
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> PlasmaStore.launch(faulty));
    assertEquals(
        "socket path too long: bytes=205 max=107; capacity too small: capacity=1 min=65536;"
            + " max objects out of range: maxObjects=0 min=1 max=268435456",
        refusal.getMessage());
  }

  @Test
  void closesRightAfterItsLaunchWithoutAWord() throws Exception {
    AtomicReference<Throwable> uncaught = new AtomicReference<>();
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught.set(e));
    try {
      for (int i = 0; i < 3; i++) {
        // Large enough that a step of commit is under way.
        TestStore.embedded(TestStore.options(folder, 256 << 20)).close();
      }
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
    assertEquals(null, uncaught.get());
  }

  @Test
  void everyCloseReturnsOnlyWhenTheStoreIsClosed() throws Exception {
    TestStore store = TestStore.embedded(options);
    List<Thread> threads = new ArrayList<>();
    List<String> left = java.util.Collections.synchronizedList(new ArrayList<>());
    CountDownLatch go = new CountDownLatch(1);
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      go.await();
                    } catch (InterruptedException e) {
                      throw new AssertionError(e);
                    }
                    store.close();
                    if (Files.exists(options.directory()) || Files.exists(options.socket())) {
                      left.add("files left");
                    }
                  }));
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), left);
  }

  @Test
  void leavesNoDescriptorNoMappingAndNoThread() throws Exception {
    for (int i = 0; i < 2; i++) {
      useAndClose(); // what is made once and stays
    }
    int descriptors = list(Path.of("/proc/self/fd")).size();
    for (int i = 0; i < 5; i++) {
      useAndClose();
    }
    assertEquals(descriptors, list(Path.of("/proc/self/fd")).size());
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      assertEquals(List.of(), maps.filter(line -> line.contains("plasma-test")).toList());
    }
    assertEquals(List.of(), newThreads());
  }

  /** Ours that have come since the test began. */
  private List<String> newThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !threadsBefore.contains(thread))
        .map(Thread::getName)
        .filter(name -> name.startsWith("plasma-"))
        .toList();
  }

  private static boolean isInterruptIgnored() throws IOException {
    String field = "SigIgn:";
    String mask =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith(field))
            .findFirst()
            .orElseThrow();
    return (Long.parseUnsignedLong(mask.substring(field.length()).strip(), 16) & 2) != 0;
  }

  private void useAndClose() {
    try (TestStore store = TestStore.embedded(options)) {
      assertServes(store);
    }
  }

  private static void assertServes(TestStore store) {
    try (PlasmaClient client = store.connect()) {
      ObjectId id = ObjectId.random();
      client.createAndSeal(id, new byte[10]);
      client.get(id).close();
      assertTrue(client.delete(id));
      assertEquals(0, client.stats().used());
    }
  }

  private void makeDirectory() throws IOException {
    Files.createDirectory(
        options.directory(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static List<Path> list(Path path) {
    try (Stream<Path> files = Files.list(path)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
