package io.plasmastore.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ClientOptions;
import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectInfo;
import io.plasmastore.ObjectNotice;
import io.plasmastore.ObjectState;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.StoreFiles;
import io.plasmastore.Subscription;
import io.plasmastore.memory.ClientPage;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.MappedFile;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.SealMark;
import io.plasmastore.memory.SealMarks;
import io.plasmastore.memory.SlotState;
import io.plasmastore.testing.ChildJvm;
import io.plasmastore.testing.ClientMain;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.TestStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seals between the mark in shared memory, from which on the object is sealed, and the moment in
 * which the store comes to look: a client that has been stopped there is one for which the test
 * writes the mark.
 */
class SealMarkTest {
  private static final long CAPACITY = 32 << 20;
  private static final int SIZE = 10_000;

  @TempDir Path folder;
  private StoreOptions options;

  @BeforeEach
  void chooseDirectory() {
    options = TestStore.options(folder, CAPACITY).withMaxObjects(10_000);
  }

  @AfterEach
  void removeWhatADeadStoreLeft() throws IOException {
    if (Files.exists(options.directory())) {
      try (Stream<Path> files = Files.list(options.directory())) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(options.directory());
    }
  }

  @Test
  void whoeverAsksFindsAnObjectSealedThatTheStoreWasNotToldOf() throws Exception {
    try (TestStore store = TestStore.embedded(options);
        PlasmaClient writer = store.connect();
        PlasmaClient other = store.connect()) {
      List<ObjectWriter> writers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        writers.add(filled(writer, ObjectId.named("object/" + i)));
      }
      try (Subscription subscription = other.subscribe()) {
        markAll(writers.subList(0, 1));
        read(other, id(0));
        assertNotice(subscription, ObjectNotice.Kind.SEALED, id(0));
        markAll(writers.subList(1, 2));
        assertTrue(other.contains(id(1)));
        assertNotice(subscription, ObjectNotice.Kind.SEALED, id(1));
        markAll(writers.subList(2, 3));
        assertTrue(other.delete(id(2)));
        assertNotice(subscription, ObjectNotice.Kind.SEALED, id(2));
        assertNotice(subscription, ObjectNotice.Kind.DELETED, id(2));
        markAll(writers.subList(3, 4));
        assertEquals(ErrorCode.OBJECT_EXISTS, failure(() -> other.create(id(3), 1)).code());
        assertNotice(subscription, ObjectNotice.Kind.SEALED, id(3));
        markAll(writers.subList(4, 5));
        List<SealedObject> got = other.getAll(List.of(id(4), id(0)), Duration.ZERO);
        got.forEach(SealedObject::close);
        markAll(writers.subList(5, 6));
        assertEquals(5, other.list().filter(info -> info.state() == ObjectState.SEALED).count());
        markAll(writers.subList(6, 7));
        assertTrue(other.evict(CAPACITY) > 0);
        assertFalse(other.contains(id(6)));
        // The last is not sealed.
        assertNull(other.getIfPresent(id(7)));
        assertFalse(other.delete(id(6)));
        assertEquals(ErrorCode.OBJECT_NOT_SEALED, other.deleteAll(List.of(id(7))).getFirst());
      }
      writers.get(7).abort();
      assertEquals(0, other.stats().used());
    }
  }

  @Test
  void whatIsMarkedMakesRoomForWhatComes() throws Exception {
    try (TestStore store = TestStore.embedded(options);
        PlasmaClient writer = store.connect();
        PlasmaClient other = store.connect()) {
      ObjectWriter large = writer.create(id(0), CAPACITY - 4096);
      mark(large, 100, 0, 8);
      // First in the tail that was given back, then in place of the object.
      try (ObjectWriter next = other.create(id(1), CAPACITY - 4096)) {
        next.seal();
      }
      read(other, id(0), 100);
      try (ObjectWriter next = other.create(id(2), CAPACITY - 64)) {
        next.seal();
      }
      assertFalse(other.contains(id(0)));
    }
  }

  @Test
  void aClientThatDiesAfterTheMarkHasSealed() throws Exception {
    try (TestStore store = TestStore.embedded(options);
        PlasmaClient other = store.connect()) {
      ChildJvm child = ChildJvm.start(ClientMain.class, options.socket());
      assertEquals("ready", child.awaitLine());
      assertEquals("done", child.ask("create " + id(0).toHex() + " " + SIZE));
      assertEquals("done", child.ask("create " + id(1).toHex() + " " + SIZE));
      CompletableFuture<Integer> waiting = waitingGet(other, id(0));
      mark(id(0), SIZE, 0, 0);
      child.kill();
      assertEquals(SIZE, waiting.get(30, TimeUnit.SECONDS));
      read(other, id(0));
      Eventually.equal("the object that was not sealed", 1L, () -> other.list().count());
      Eventually.equal("one client", 1L, () -> other.stats().clients());
      assertTrue(other.delete(id(0)));
      assertEquals(0, other.stats().used());
    }
  }

  @Test
  void aClientThatClosesAfterItsSealsHasSealed() throws Exception {
    try (TestStore store = TestStore.embedded(options);
        PlasmaClient other = store.connect()) {
      for (int i = 0; i < 200; i++) {
        try (PlasmaClient writer = store.connect()) {
          ObjectWriter first = filled(writer, id(i));
          ObjectWriter second = i % 2 == 0 ? first : first.another(SIZE);
          second.data().fill((byte) 7);
          second.seal();
        }
        read(other, id(i));
        assertTrue(other.delete(id(i)));
      }
      assertEquals(0, other.stats().used());
    }
  }

  @Test
  void aSealDoesNotWaitForTheStoreAndSurvivesItsDeath() throws Exception {
    TestStore first = TestStore.inAnotherProcess(options);
    ChildJvm child = ChildJvm.start(ClientMain.class, options.socket());
    assertEquals("ready", child.awaitLine());
    try (PlasmaClient living = first.connect()) {
      for (int i = 0; i < 3; i++) {
        assertEquals("done", child.ask("create " + id(i).toHex() + " " + SIZE));
      }
      ObjectWriter whole = filled(living, id(10));
      ObjectWriter less = filled(living, id(11));
      ObjectWriter open = filled(living, id(12));
      first.process().signal("STOP");
      whole.seal();
      less.seal(100, new byte[50]);
      assertEquals("done", child.ask("seal"));
      assertEquals("done", child.ask("seal"));
      child.kill();
      first.process().kill();
      assertEquals(List.of(), StoreFiles.verify(options.directory()).faults());
      try (TestStore second = TestStore.inAnotherProcess(options);
          PlasmaClient other = second.connect()) {
        read(other, id(1));
        read(other, id(2));
        read(other, id(10));
        read(other, id(11), 100);
        assertNull(other.getIfPresent(id(0)));
        assertNull(other.getIfPresent(id(12)));
        open.seal();
        read(other, id(12));
        read(living, id(11), 100);
        try (SealedObject object = other.get(id(11))) {
          assertArrayEquals(new byte[50], object.metadata().toArray(JAVA_BYTE));
        }
        assertEquals(
            List.of("object/11"),
            other
                .list()
                .filter(info -> info.id().equals(id(11)))
                .map(info -> info.id().name().orElseThrow())
                .toList());
        assertEquals(List.of(), StoreFiles.verify(options.directory()).faults());
        List<ObjectId> all = other.list().map(ObjectInfo::id).toList();
        assertEquals(5, all.size());
        assertTrue(other.deleteAll(all).stream().allMatch(error -> error == null));
        assertEquals(0, other.stats().used());
      }
    }
  }

  @Test
  void whatIsSealedAfterTheStoresDeathIsReadAtOnceAndThereInTheNext() throws Exception {
    TestStore first = TestStore.inAnotherProcess(options);
    ClientOptions impatient = ClientOptions.of(first.socket()).withPatience(Duration.ofMillis(200));
    try (PlasmaClient writer = PlasmaClient.connect(impatient);
        PlasmaClient other = PlasmaClient.connect(impatient)) {
      ObjectWriter quiet = filled(writer, id(0));
      ObjectWriter told = filled(writer, id(1));
      first.process().signal("STOP");
      quiet.seal();
      read(other, id(0));
      first.process().signal("CONT");
      try (Subscription subscription = other.subscribe()) {
        assertNotNull(subscription);
        // It answers before it says that it listens; when it answers this, it has said so.
        assertEquals(2, other.list().count());
        first.process().kill();
        // Somebody waited, so the store was to be told.
        assertEquals(ErrorCode.STORE_GONE, failure(told::seal).code());
      }
      read(other, id(1));
      try (TestStore second = TestStore.inAnotherProcess(options);
          PlasmaClient third = second.connect()) {
        read(third, id(0));
        read(third, id(1));
        assertEquals(ErrorCode.OBJECT_SEALED, failure(told::abort).code());
        assertTrue(third.list().allMatch(info -> info.state() == ObjectState.SEALED));
        assertEquals(List.of(), StoreFiles.verify(second.directory()).faults());
      }
    }
  }

  @Test
  void aSealIsFoundThatOnlyTheDeadStoreWasToldOf() throws Exception {
    TestStore first = TestStore.inAnotherProcess(options);
    PlasmaClient writer = first.connect();
    filled(writer, id(0));
    first.process().kill();
    try (TestStore second = TestStore.inAnotherProcess(options);
        PlasmaClient other = second.connect()) {
      CompletableFuture<Integer> waiting = waitingGet(other, id(0));
      // As if its message had still gone to the store that was dying: it does not come back.
      mark(id(0), SIZE, 0, 8);
      assertEquals(SIZE, waiting.get(30, TimeUnit.SECONDS));
      // Nor does its end undo anything.
      assertFalse(writer.contains(id(1)));
      writer.close();
      read(other, id(0));
    }
  }

  @Test
  void aTailIsGivenBackWhereverTheStoreDied() throws Exception {
    TestStore first = TestStore.inAnotherProcess(options);
    PlasmaClient living = first.connect();
    ChildJvm child = ChildJvm.start(ClientMain.class, options.socket());
    assertEquals("ready", child.awaitLine());
    for (int i = 0; i < 3; i++) {
      assertEquals("done", child.ask("create " + id(i).toHex() + " " + SIZE));
    }
    List<ObjectWriter> writers = new ArrayList<>();
    for (int i = 3; i < 6; i++) {
      writers.add(filled(living, id(i)));
    }
    first.process().signal("STOP");
    for (ObjectWriter writer : writers) {
      writer.seal(100, new byte[200]);
    }
    for (int i = 0; i < 3; i++) {
      mark(id(i), 100, 200, 0);
    }
    child.kill();
    first.process().kill();
    try (MappedFile index = MappedFile.open(options.directory().resolve("index"))) {
      ObjectIndex objects = new ObjectIndex(index.segment());
      IndexWriter dead = new IndexWriter(objects, index.segment(), (offset, length) -> {}, 6, 1);
      for (int slot = 0; slot < 6; slot += 3) {
        dead.name(slot, 0);
        dead.resize(slot + 1, 100, 0);
        dead.resize(slot + 2, 100, 200);
      }
      dead.beginSeal(2, objects.createdMillis(2) + 1);
      index.keep();
    }
    try (TestStore second = TestStore.inAnotherProcess(options);
        PlasmaClient other = second.connect()) {
      for (int i = 0; i < 6; i++) {
        read(other, id(i), 100);
        try (SealedObject object = other.get(id(i))) {
          assertEquals(200, object.metadata().byteSize());
        }
      }
      assertEquals(6 * 320, other.stats().used());
      assertEquals(
          List.of("object/3", "object/4", "object/5"),
          other.list().flatMap(info -> info.id().name().stream()).sorted().toList());
      assertEquals(List.of(), StoreFiles.verify(options.directory()).faults());
      living.close();
    }
  }

  @Test
  void theFirstOfTwoWritersThatIsSealedIsTheObject() throws Exception {
    TestStore first = TestStore.inAnotherProcess(options);
    try (PlasmaClient writer = first.connect()) {
      ObjectWriter loser = filled(writer, id(0));
      ObjectWriter winner = loser.another(SIZE / 2);
      winner.data().fill((byte) 7);
      ObjectWriter last = filled(writer, id(1));
      ObjectWriter larger = last.another(2 * SIZE);
      first.process().signal("STOP");
      winner.seal();
      assertEquals(ErrorCode.OBJECT_NOT_FOUND, failure(loser::seal).code());
      first.process().signal("CONT");
      assertEquals(ErrorCode.OBJECT_EXISTS, failure(() -> loser.another(1)).code());
      loser.close();
      read(writer, id(0), SIZE / 2);
      assertEquals(2, writer.list().filter(info -> info.id().equals(id(1))).count());
      first.process().signal("STOP");
      last.seal();
      first.process().kill();
      try (TestStore second = TestStore.inAnotherProcess(options);
          PlasmaClient other = second.connect()) {
        read(other, id(0), SIZE / 2);
        read(other, id(1));
        assertEquals(2, other.list().count());
        assertEquals(List.of(), StoreFiles.verify(options.directory()).faults());
        assertEquals(ErrorCode.OBJECT_NOT_FOUND, failure(larger::seal).code());
        larger.close();
      }
    }
  }

  @Test
  void aThousandSealsWaitForNoStore() throws Exception {
    try (TestStore store = TestStore.inAnotherProcess(options);
        PlasmaClient writer = store.connect();
        PlasmaClient other = store.connect()) {
      List<ObjectWriter> writers = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        writers.add(filled(writer, id(i)));
      }
      store.process().signal("STOP");
      writers.forEach(ObjectWriter::seal);
      for (int i = 0; i < 1000; i++) {
        read(writer, id(i));
        read(other, id(i));
      }
      store.process().signal("CONT");
      Eventually.equal("all seals", 1000L, () -> other.stats().counters().get("seals"));
    }
  }

  @Test
  void whoeverReadsFindsItWhileTheStoreIsStopped() throws Exception {
    try (TestStore store = TestStore.inAnotherProcess(options);
        PlasmaClient writer = store.connect();
        PlasmaClient other = store.connect()) {
      ObjectWriter whole = filled(writer, id(0));
      ObjectWriter less = filled(writer, id(1));
      ObjectWriter loser = filled(writer, id(2));
      ObjectWriter winner = loser.another(SIZE / 2);
      winner.data().fill((byte) 7);
      store.process().signal("STOP");
      whole.seal();
      less.seal(100, new byte[50]);
      winner.seal();
      for (PlasmaClient reader : List.of(writer, other)) {
        assertTrue(reader.contains(id(0)));
        read(reader, id(0));
        read(reader, id(1), 100);
        read(reader, id(2), SIZE / 2);
        try (SealedObject object = reader.get(id(1))) {
          assertArrayEquals(new byte[50], object.metadata().toArray(JAVA_BYTE));
          assertFalse(object.isDeleted());
        }
      }
      // Held over what the store makes of it.
      SealedObject own = writer.get(id(0));
      SealedObject foreign = other.get(id(1));
      store.process().signal("CONT");
      assertTrue(other.delete(id(0)));
      assertTrue(writer.delete(id(1)));
      assertTrue(writer.delete(id(2)));
      assertTrue(own.isDeleted());
      assertEquals(7, own.data().get(JAVA_BYTE, SIZE - 1));
      assertEquals(7, foreign.data().get(JAVA_BYTE, 99));
      assertEquals(List.of(1L, 1L), other.list().map(ObjectInfo::pins).toList());
      own.close();
      foreign.close();
      assertEquals(0, other.list().count());
      assertEquals(0, other.stats().used());
    }
  }

  @Test
  void aClientThatHoldsWhatItHasJustSealedStaysUntilItLetsGo() throws Exception {
    try (TestStore store = TestStore.inAnotherProcess(options)) {
      PlasmaClient writer = store.connect();
      ObjectWriter first = filled(writer, id(0));
      store.process().signal("STOP");
      first.seal();
      SealedObject held = writer.get(id(0));
      assertTrue(
          assertThrows(IllegalStateException.class, writer::close)
              .getMessage()
              .contains(id(0).toString()));
      assertEquals(7, held.data().get(JAVA_BYTE, SIZE - 1));
      store.process().signal("CONT");
      held.close();
      try (PlasmaClient other = store.connect()) {
        read(other, id(0));
        Eventually.equal("one client", 1L, () -> other.stats().clients());
        read(other, id(0));
      }
    }
  }

  @Test
  void aReadersPinSurvivesTheDeathOfTheStoreBeforeItLooked() throws Exception {
    TestStore first = TestStore.inAnotherProcess(options);
    try (PlasmaClient writer = first.connect();
        PlasmaClient other = first.connect()) {
      ObjectWriter sealed = filled(writer, id(0));
      ObjectWriter halfway = filled(writer, id(1));
      first.process().signal("STOP");
      sealed.seal();
      halfway.seal();
      SealedObject own = writer.get(id(0));
      SealedObject foreign = other.get(id(0));
      SealedObject more = writer.get(id(1));
      first.process().kill();
      try (MappedFile index = MappedFile.open(options.directory().resolve("index"))) {
        ObjectIndex objects = new ObjectIndex(index.segment());
        int slot = objects.find(id(1));
        new IndexWriter(objects, index.segment(), (offset, length) -> {}, 6, 1)
            .beginSeal(slot, objects.createdMillis(slot) + 1);
        index.keep();
      }
      try (TestStore second = TestStore.inAnotherProcess(options)) {
        assertTrue(other.delete(id(0)));
        assertTrue(other.delete(id(1)));
        // The writer asks nothing of this store until it has let go of all.
        try (ObjectWriter next = other.create(id(2), CAPACITY / 2)) {
          next.data().fill((byte) 9);
          next.seal();
        }
        for (SealedObject held : List.of(own, foreign, more)) {
          assertEquals(7, held.data().get(JAVA_BYTE, 0));
          assertEquals(7, held.data().get(JAVA_BYTE, SIZE - 1));
          held.close();
        }
        assertTrue(other.delete(id(2)));
        Eventually.equal("all memory to be back", 0L, () -> other.stats().used());
        assertEquals(List.of(), StoreFiles.verify(second.directory()).faults());
      }
    }
  }

  @Test
  void whatItsWriterDiedOverBeforeItCountedTheMarkIsSealed() throws Exception {
    try (TestStore store = TestStore.embedded(options);
        PlasmaClient other = store.connect()) {
      ChildJvm child = ChildJvm.start(ClientMain.class, options.socket());
      assertEquals("ready", child.awaitLine());
      for (int i = 0; i < 3; i++) {
        assertEquals("done", child.ask("create " + id(i).toHex() + " " + SIZE));
        markUncounted(id(i), SIZE, 0, 0);
      }
      assertTrue(other.delete(id(0)));
      assertEquals(ErrorCode.OBJECT_EXISTS, failure(() -> other.create(id(1), 1)).code());
      read(other, id(2));
      child.kill();
      Eventually.equal("one client", 1L, () -> other.stats().clients());
      read(other, id(1));
      read(other, id(2));
      assertEquals(2, other.list().count());
    }
  }

  @Test
  void whoReadsAtOnceSeesTheWholeObjectWhileOthersDeleteItAndUseItsMemory() throws Exception {
    int rounds = 5_000;
    AtomicInteger sealed = new AtomicInteger(-1);
    try (TestStore store = TestStore.embedded(options);
        PlasmaClient writer = store.connect();
        PlasmaClient reader = store.connect();
        PlasmaClient deleter = store.connect()) {
      CompletableFuture<Integer> reads =
          CompletableFuture.supplyAsync(
              () -> {
                int seen = 0;
                for (int i = 0; i < rounds; i++) {
                  awaitSeal(sealed, i);
                  seen += checkRound(reader, i) ? 1 : 0;
                }
                return seen;
              });
      CompletableFuture<Integer> deletes =
          CompletableFuture.supplyAsync(
              () -> {
                int deleted = 0;
                for (int i = 0; i < rounds; i++) {
                  awaitSeal(sealed, i);
                  deleted += deleter.delete(id(i)) ? 1 : 0;
                }
                return deleted;
              });
      for (int i = 0; i < rounds; i++) {
        ObjectWriter next = writer.create(id(i), SIZE);
        next.data().fill((byte) i);
        if (i % 2 == 0) {
          next.seal();
        } else {
          next.seal(size(i), new byte[50]);
        }
        sealed.set(i);
      }
      assertEquals(rounds, deletes.get(60, TimeUnit.SECONDS));
      assertTrue(reads.get(60, TimeUnit.SECONDS) > 0);
      assertEquals(0, deleter.list().count());
      assertEquals(0, deleter.stats().used());
    }
  }

  private static int size(int round) {
    return round % 2 == 0 ? SIZE : 100 + round % 1000;
  }

  private static void awaitSeal(AtomicInteger sealed, int round) {
    while (sealed.get() < round) {
      Thread.onSpinWait();
    }
  }

  /** Whether the object was still there; if so all of it was, for as long as it was held. */
  private static boolean checkRound(PlasmaClient reader, int round) {
    try (SealedObject object = reader.getIfPresent(id(round))) {
      if (object == null) {
        return false;
      }
      assertEquals(size(round), object.size());
      assertEquals(round % 2 == 0 ? 0 : 50, object.metadata().byteSize());
      byte[] wanted = new byte[size(round)];
      Arrays.fill(wanted, (byte) round);
      for (int i = 0; i < 20; i++) {
        assertArrayEquals(wanted, object.data().toArray(JAVA_BYTE));
      }
      return true;
    }
  }

  @Test
  void nobodyIsToldOfASealThatNobodyWaitsFor() throws Exception {
    try (TestStore store = TestStore.embedded(options);
        PlasmaClient writer = store.connect();
        PlasmaClient other = store.connect()) {
      ObjectWriter first = filled(writer, id(0));
      ObjectWriter second = filled(writer, id(1));
      long before = other.stats().counters().get("requests");
      first.seal();
      read(other, id(0));
      assertEquals(before, other.stats().counters().get("requests"));
      CompletableFuture<Integer> waiting = waitingGet(other, id(1));
      try (StoreMemory files = new StoreMemory(options.directory())) {
        Eventually.holds("the store to listen", files.index::isListening);
      }
      second.seal();
      assertEquals(SIZE, waiting.get(30, TimeUnit.SECONDS));
      Eventually.equal(
          "the seal to be told", before + 2, () -> other.stats().counters().get("requests"));
    }
  }

  @Test
  void whoMayOnlyReadReadsWhatTheStoreHasNotLookedAt() throws Exception {
    try (TestStore store = TestStore.embedded(options);
        PlasmaClient writer = store.connect();
        PlasmaClient reader =
            PlasmaClient.connect(ClientOptions.of(store.socket()).withReadOnly(true))) {
      List<ObjectWriter> writers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        writers.add(filled(writer, id(i)));
      }
      for (int i = 0; i < 20; i++) {
        writers.get(i).seal(100, new byte[0]);
        read(reader, id(i), 100);
      }
    }
  }

  @Test
  void aMarkThatMakesNoSenseIsPassedOver() throws Exception {
    TestStore first = TestStore.inAnotherProcess(options);
    ChildJvm child = ChildJvm.start(ClientMain.class, options.socket());
    assertEquals("ready", child.awaitLine());
    assertEquals("done", child.ask("create " + id(0).toHex() + " " + SIZE));
    try (PlasmaClient other = first.connect()) {
      ObjectWriter foreign = filled(other, id(1));
      child.signal("STOP");
      markNonsense(
          0,
          () -> {
            assertNull(other.getIfPresent(id(0)));
            assertFalse(other.contains(id(0)));
          });
      assertNull(other.getIfPresent(id(1)));
      assertEquals(0, other.stats().counters().get("seals"));
      child.signal("CONT");
      assertEquals("done", child.ask("seal"));
      read(other, id(0));
      assertEquals("done", child.ask("create " + id(2).toHex() + " " + SIZE));
      first.process().signal("STOP");
      markNonsense(2, () -> {});
      child.kill();
      first.process().kill();
      try (TestStore second = TestStore.inAnotherProcess(options)) {
        read(other, id(0));
        assertNull(other.getIfPresent(id(1)));
        assertNull(other.getIfPresent(id(2)));
        foreign.seal();
        assertEquals(2, other.list().count());
        assertEquals(List.of(), StoreFiles.verify(second.directory()).faults());
      }
    }
  }

  /** Marks of whatever is wrong on an object that is being written, which must fail one by one. */
  private void markNonsense(int object, Runnable asked) throws IOException {
    try (StoreMemory files = new StoreMemory(options.directory())) {
      int slot = files.index.find(id(object));
      long generation = SlotState.generation(files.index.word(slot));
      for (SealMark mark :
          List.of(
              new SealMark(generation + 1, SIZE, 0, 0),
              new SealMark(generation - 1, SIZE, 0, 0),
              new SealMark(0, SIZE, 0, 0),
              new SealMark(generation, (1L << 47) - 1, 0, 0),
              new SealMark(generation, CAPACITY + 1, 0, 0),
              new SealMark(generation, CAPACITY, 0, 0),
              new SealMark(generation, SIZE, 65537, 0))) {
        files.marks.mark(slot, mark);
        files.writersPage(slot).countMark();
        asked.run();
      }
    }
  }

  private static void assertNotice(Subscription subscription, ObjectNotice.Kind kind, ObjectId id)
      throws InterruptedException {
    ObjectNotice notice = subscription.next(Duration.ofSeconds(30));
    assertEquals(kind, notice.kind());
    assertEquals(id, notice.id());
  }

  private static ObjectId id(int number) {
    return ObjectId.named("object/" + number);
  }

  private static ObjectWriter filled(PlasmaClient client, ObjectId id) {
    ObjectWriter writer = client.create(id, SIZE);
    writer.data().fill((byte) 7);
    return writer;
  }

  /** A get that the store has been asked for, and then the object's size. */
  private static CompletableFuture<Integer> waitingGet(PlasmaClient client, ObjectId id) {
    CompletableFuture<Integer> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try (SealedObject object = client.get(id, PlasmaClient.FOREVER)) {
                return (int) object.size();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    Eventually.equal("the get to wait", 1L, () -> client.stats().counters().get("gets_asked"));
    return waiting;
  }

  private static void read(PlasmaClient client, ObjectId id) {
    read(client, id, SIZE);
  }

  private static void read(PlasmaClient client, ObjectId id, int size) {
    byte[] wanted = new byte[size];
    Arrays.fill(wanted, (byte) 7);
    try (SealedObject object = client.getIfPresent(id)) {
      assertNotNull(object, id::toString);
      assertArrayEquals(wanted, object.data().toArray(JAVA_BYTE));
    }
  }

  private static PlasmaException failure(Executable call) {
    return assertThrows(PlasmaException.class, call);
  }

  private void markAll(List<ObjectWriter> writers) throws IOException {
    for (ObjectWriter writer : writers) {
      mark(writer, SIZE, 0, 8);
    }
  }

  private void mark(ObjectWriter writer, long size, int metadata, int name) throws IOException {
    writer.data().fill((byte) 7);
    mark(writer.id(), size, metadata, name);
  }

  /** Does what a client does that dies, or is stopped, before it tells the store. */
  private void mark(ObjectId id, long size, int metadata, int name) throws IOException {
    mark(id, size, metadata, name, true);
  }

  /** The same a moment earlier. */
  private void markUncounted(ObjectId id, long size, int metadata, int name) throws IOException {
    mark(id, size, metadata, name, false);
  }

  private void mark(ObjectId id, long size, int metadata, int name, boolean counted)
      throws IOException {
    try (StoreMemory files = new StoreMemory(options.directory())) {
      int slot = files.index.find(id);
      assertEquals(SlotState.CREATED, SlotState.state(files.index.word(slot)));
      long generation = SlotState.generation(files.index.word(slot));
      files.marks.mark(slot, new SealMark(generation, size, metadata, name));
      if (counted) {
        files.writersPage(slot).countMark();
      }
    }
  }

  /** The files of a store as its clients have them mapped. */
  private static final class StoreMemory implements AutoCloseable {
    final ObjectIndex index;
    final SealMarks marks;
    private final List<MappedFile> opened = new ArrayList<>();
    private final List<ClientPage> pages = new ArrayList<>();

    StoreMemory(Path directory) throws IOException {
      index = new ObjectIndex(open(directory.resolve("index")).segment());
      marks = new SealMarks(open(directory.resolve("seals")).segment());
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          if (file.getFileName().toString().startsWith("page-")) {
            pages.add(new ClientPage(open(file).segment(), index.maxSlots()));
          }
        }
      }
    }

    /** The page of the client that is writing an object. */
    ClientPage writersPage(int slot) {
      return pages.stream().filter(page -> page.isWriting(slot)).findFirst().orElseThrow();
    }

    private MappedFile open(Path path) throws IOException {
      MappedFile file = MappedFile.open(path);
      file.keep();
      opened.add(file);
      return file;
    }

    @Override
    public void close() {
      opened.forEach(MappedFile::close);
    }
  }
}
