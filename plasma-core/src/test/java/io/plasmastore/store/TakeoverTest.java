package io.plasmastore.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectInfo;
import io.plasmastore.ObjectState;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.memory.ClientPage;
import io.plasmastore.memory.IndexLayout;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.MappedFile;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.SlotState;
import io.plasmastore.testing.ChildJvm;
import io.plasmastore.testing.ClientMain;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.TestStore;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A store that dies, and the next one on the same directory. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the turn beside the others")
class TakeoverTest {
  private static final long CAPACITY = 32 << 20;
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final List<MappedFile> opened = new ArrayList<>();
  private StoreOptions options;

  @BeforeEach
  void chooseDirectory() {
    options = TestStore.options(folder, CAPACITY);
  }

  @AfterEach
  void closeWhatWasOpened() {
    opened.forEach(MappedFile::close);
  }

  @Test
  void findsEverySealedObjectAgain() throws Exception {
    List<ObjectId> ids = new ArrayList<>();
    TestStore first = TestStore.inAnotherProcess(options);
    try (PlasmaClient client = first.connect()) {
      for (int i = 0; i < 500; i++) {
        ObjectId id = ObjectId.named("object/" + i);
        ids.add(id);
        client.createAndSeal(
            id,
            java.lang.foreign.MemorySegment.ofArray(bytes(id, i * 37)),
            ("metadata " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
      assertTrue(client.delete(ids.removeLast()));
    }
    first.process().kill();

    try (TestStore second = TestStore.inAnotherProcess(options);
        PlasmaClient client = second.connect()) {
      for (int i = 0; i < ids.size(); i++) {
        try (SealedObject object = client.get(ids.get(i))) {
          assertArrayEquals(bytes(ids.get(i), i * 37), object.data().toArray(JAVA_BYTE));
          assertEquals(
              "metadata " + i,
              new String(
                  object.metadata().toArray(JAVA_BYTE), java.nio.charset.StandardCharsets.UTF_8));
        }
      }
      Map<ObjectId, ObjectInfo> listed =
          client.list().collect(Collectors.toMap(ObjectInfo::id, Function.identity()));
      assertEquals(ids.size(), listed.size());
      assertEquals("object/7", listed.get(ObjectId.named("object/7")).id().name().orElseThrow());
      assertFalse(client.contains(ObjectId.named("object/499")));
      assertTrue(client.deleteAll(ids).stream().allMatch(error -> error == null));
      assertEquals(0, client.stats().used());
      assertEquals(0, client.stats().objects());
      assertEquals(1, client.stats().counters().get("takeovers"));
    }
  }

  @Test
  void keepsWhatALivingClientHoldsAndLetsItGoOn() throws Exception {
    ObjectId held = ObjectId.named("held");
    ObjectId deleted = ObjectId.named("deleted while held");
    TestStore first = TestStore.inAnotherProcess(options);
    try (PlasmaClient client = first.connect()) {
      client.createAndSeal(held, bytes(held, 1000));
      client.createAndSeal(deleted, bytes(deleted, 100));
      SealedObject pinned = client.get(held);
      SealedObject gone = client.get(deleted);
      assertTrue(client.delete(deleted));
      first.process().kill();
      assertArrayEquals(bytes(held, 1000), pinned.data().toArray(JAVA_BYTE));
      try (TestStore second = TestStore.inAnotherProcess(options);
          PlasmaClient other = second.connect()) {
        long usedByBoth = 1024 + 64 * 3;
        assertTrue(other.stats().used() >= 1000 && other.stats().used() <= usedByBoth);
        assertFalse(other.contains(deleted));
        assertTrue(other.delete(held));
        // More than fits beside what is held, so that a freed extent would be written over.
        try (ObjectWriter writer = other.create(ObjectId.random(), CAPACITY - 4096)) {
          writer.data().fill((byte) -1);
          writer.seal();
        }
        assertArrayEquals(bytes(held, 1000), pinned.data().toArray(JAVA_BYTE));
        assertArrayEquals(bytes(deleted, 100), gone.data().toArray(JAVA_BYTE));
        // The first client asks again, on lanes that broke.
        assertFalse(client.contains(held));
        pinned.close();
        gone.close();
        Eventually.equal("objects left", 1L, () -> other.list().count());
        assertTrue(other.list().allMatch(info -> info.state() == ObjectState.SEALED));
      }
    }
  }

  @Test
  void keepsWhatWasHiddenInTheMomentOfDeath() throws Exception {
    List<ObjectId> ids = new ArrayList<>();
    TestStore first = TestStore.inAnotherProcess(options);
    try (PlasmaClient client = first.connect()) {
      for (int i = 0; i < 4; i++) {
        ids.add(ObjectId.of(ObjectId.named("hidden " + i).toBytes()));
        client.createAndSeal(ids.get(i), bytes(ids.get(i), 1000));
      }
      first.process().kill();
    }
    long[] words = hideAllAndMoveTheLast(ids);
    try (TestStore second = TestStore.inAnotherProcess(options);
        PlasmaClient client = second.connect()) {
      ObjectIndex index = new ObjectIndex(open("index").segment());
      for (int i = 0; i < ids.size(); i++) {
        try (SealedObject object = client.get(ids.get(i))) {
          assertArrayEquals(bytes(ids.get(i), 1000), object.data().toArray(JAVA_BYTE));
        }
        // A reader that took an old place along must not be able to pin it.
        long word = index.word(index.find(ids.get(i)));
        assertEquals(SlotState.SEALED, SlotState.state(word));
        assertTrue(SlotState.generation(word) > SlotState.generation(words[i]));
      }
      assertEquals(4 * 1024, client.stats().used());
      for (ObjectId id : ids) {
        assertTrue(client.delete(id));
      }
      assertEquals(0, client.stats().used());
      client.createAndSeal(ids.getFirst(), new byte[1]);
    }
  }

  /** As a store leaves them that dies while it looks who holds them, and while it moves one. */
  private long[] hideAllAndMoveTheLast(List<ObjectId> ids) throws Exception {
    MappedFile file = open("index");
    ObjectIndex index = new ObjectIndex(file.segment());
    List<Integer> slots = ids.stream().map(index::find).toList();
    long[] words = slots.stream().mapToLong(index::word).toArray();
    IndexWriter writer = new IndexWriter(index, file.segment(), file, ids.size(), 1);
    slots.forEach(writer::hide);
    MappedFile heap = open("heap-0");
    long copy = 20 * 1024;
    long from = index.dataOffset(slots.getLast());
    java.lang.foreign.MemorySegment.copy(heap.segment(), from, heap.segment(), copy, 1000);
    writer.relocate(slots.getLast(), copy);
    return words;
  }

  private MappedFile open(String name) throws Exception {
    MappedFile file = MappedFile.open(options.directory().resolve(name));
    file.keep();
    opened.add(file);
    return file;
  }

  @Test
  void keepsANameThatWasJustBeingBoundAnew() throws Exception {
    assertEquals(ObjectId.named("old"), targetAfterADeathWhileBinding(false));
  }

  @Test
  void keepsANameWhoseOldBindingWasGoneAlready() throws Exception {
    assertEquals(ObjectId.named("new"), targetAfterADeathWhileBinding(true));
  }

  /** What a name is bound to when the store dies in the middle of binding it from old to new. */
  private ObjectId targetAfterADeathWhileBinding(boolean oldIsGone) throws Exception {
    TestStore first = TestStore.inAnotherProcess(options);
    try (PlasmaClient client = first.connect()) {
      client.bind("latest", ObjectId.named("old"));
    }
    first.process().kill();
    ObjectIndex objects = new ObjectIndex(open("index").segment());
    ObjectId binding = objects.id(0);
    // As far as the store had come: the new binding is complete, the old one still there or not.
    IndexWriter writer =
        new IndexWriter(objects, open("index").segment(), (from, size) -> {}, 1, 1);
    long elsewhere = 4096;
    open("heap-0")
        .segment()
        .asSlice(elsewhere, ObjectId.SIZE)
        .copyFrom(java.lang.foreign.MemorySegment.ofArray(ObjectId.named("new").toBytes()));
    java.lang.foreign.MemorySegment heap = open("heap-0").segment();
    heap.asSlice(elsewhere + ObjectId.SIZE, objects.metadataSize(0))
        .copyFrom(heap.asSlice(objects.dataOffset(0) + ObjectId.SIZE, objects.metadataSize(0)));
    var unused =
        writer.create(
            1,
            new IndexWriter.Extent(
                binding, elsewhere, ObjectId.SIZE, objects.metadataSize(0), 0, true),
            1L << 41);
    writer.beginSeal(1, 1L << 41);
    if (oldIsGone) {
      writer.retire(0);
    }
    try (TestStore second = TestStore.inAnotherProcess(options);
        PlasmaClient client = second.connect()) {
      ObjectId target = client.resolve("latest");
      client.unbind("latest");
      assertEquals(0, client.stats().used());
      return target;
    }
  }

  @Test
  void dropsWhatADeadClientWasWritingAndHeld() throws Exception {
    ObjectId held = ObjectId.named("held");
    TestStore first = TestStore.inAnotherProcess(options);
    try (ChildJvm writer = ChildJvm.start(ClientMain.class, first.socket())) {
      assertEquals("ready", writer.awaitLine());
      try (PlasmaClient client = first.connect()) {
        client.createAndSeal(held, bytes(held, 100));
        assertEquals("done", writer.ask("create " + ObjectId.named("half") + " 100000"));
        assertEquals("done", writer.ask("get " + held));
        assertTrue(client.delete(held));
      }
      first.process().kill();
      writer.kill();
    }
    try (TestStore second = TestStore.inAnotherProcess(options);
        PlasmaClient client = second.connect()) {
      assertEquals(0, client.stats().used());
      assertEquals(0, client.list().count());
      assertEquals(1, client.stats().clients());
      client.createAndSeal(ObjectId.named("half"), new byte[10]);
    }
  }

  @Test
  void waitsForAClientThatIsStopped() throws Exception {
    ObjectId held = ObjectId.named("held");
    TestStore first = TestStore.inAnotherProcess(options);
    try (ChildJvm stopped = ChildJvm.start(ClientMain.class, first.socket())) {
      assertEquals("ready", stopped.awaitLine());
      try (PlasmaClient client = first.connect()) {
        client.createAndSeal(held, new byte[] {1, 2, 3});
        assertEquals("done", stopped.ask("get " + held));
        assertEquals("done", stopped.ask("create " + ObjectId.named("half") + " 1000"));
        stopped.signal("STOP");
        assertTrue(client.delete(held));
      }
      first.process().kill();
      try (TestStore second = TestStore.inAnotherProcess(options);
          PlasmaClient client = second.connect()) {
        assertEquals(64 + 1024, client.stats().used());
        // What was freed by mistake would be written over.
        client.create(ObjectId.random(), CAPACITY - 64 * 1024).close();
        stopped.signal("CONT");
        assertEquals("6", stopped.ask("sum"));
        assertEquals("done", stopped.ask("seal"));
        assertTrue(client.delete(ObjectId.named("half")));
        assertEquals("done", stopped.ask("release"));
        Eventually.equal("all memory to be back", 0L, () -> client.stats().used());
      }
    }
  }

  @Test
  void letsALivingClientFinishWhatItWasWriting() throws Exception {
    ObjectId id = ObjectId.named("started before, sealed after");
    TestStore first = TestStore.inAnotherProcess(options);
    try (PlasmaClient client = first.connect()) {
      try (ObjectWriter writer = client.create(id, 1 << 20)) {
        writer.data().asSlice(0, 1 << 19).fill((byte) 1);
        first.process().kill();
        writer.data().asSlice(1 << 19).fill((byte) 2);
        try (TestStore second = TestStore.inAnotherProcess(options);
            PlasmaClient other = second.connect()) {
          assertNull(other.getIfPresent(id));
          PlasmaException exists = assertThrows(PlasmaException.class, () -> other.create(id, 1));
          assertEquals(ErrorCode.OBJECT_EXISTS, exists.code());
          writer.seal();
          try (SealedObject object = other.get(id)) {
            assertEquals(1, object.data().get(JAVA_BYTE, 0));
            assertEquals(2, object.data().get(JAVA_BYTE, (1 << 20) - 1));
          }
          assertTrue(client.delete(id));
          assertEquals(0, other.stats().used());
        }
      }
    }
  }

  @Test
  void letsALivingClientGrowMoveAndShrinkWhatItWasWriting() throws Exception {
    ObjectId id = ObjectId.named("grown before, moved, sealed after");
    TestStore first = TestStore.inAnotherProcess(options);
    try (PlasmaClient client = first.connect();
        ObjectWriter writer = client.create(id, 1000, new byte[9])) {
      assertEquals(1 << 20, writer.grow(1 << 20, 1 << 20));
      writer.data().fill((byte) 1);
      ObjectWriter moved = writer.another(2 << 20);
      first.process().kill();
      moved.data().fill((byte) 2);
      try (TestStore second = TestStore.inAnotherProcess(options);
          PlasmaClient other = second.connect()) {
        assertEquals(1 << 20, writer.size());
        assertEquals(ErrorCode.OBJECT_NOT_SEALED, sealedOrWhyNot(other, id));
        assertEquals(1 << 21, other.list().mapToLong(ObjectInfo::size).max().orElseThrow());
        assertEquals(3 << 20, moved.grow(3 << 20, 3 << 20));
        moved.data().asSlice(2 << 20).fill((byte) 3);
        moved.seal((2 << 20) + 1, new byte[30]);
        Eventually.equal("one object", 1L, () -> other.stats().objects());
        assertEquals((2 << 20) + 64, other.stats().used());
        try (SealedObject object = other.get(id)) {
          assertEquals((2 << 20) + 1, object.size());
          assertEquals(2, object.data().get(JAVA_BYTE, (2 << 20) - 1));
          assertEquals(3, object.data().get(JAVA_BYTE, 2 << 20));
          assertEquals(30, object.metadata().byteSize());
        }
        assertEquals(List.of(id.name()), other.list().map(info -> info.id().name()).toList());
        assertTrue(client.delete(id));
        assertEquals(0, other.stats().used());
      }
    }
  }

  /** Each write of a resize may be the last of a store. */
  @Test
  void repairsASizeThatTheDeathCutInTwo() throws Exception {
    List<ObjectId> ids = List.of(ObjectId.named("0"), ObjectId.named("1"), ObjectId.named("2"));
    TestStore first = TestStore.inAnotherProcess(options);
    try (PlasmaClient client = first.connect()) {
      List<ObjectWriter> writers = new ArrayList<>();
      for (ObjectId id : ids) {
        ObjectWriter writer = client.create(id, 100_000, new byte[90]);
        writer.data().copyFrom(java.lang.foreign.MemorySegment.ofArray(bytes(id, 100_000)));
        writers.add(writer);
      }
      first.process().kill();
      try (MappedFile index = MappedFile.open(options.directory().resolve("index"))) {
        ObjectIndex objects = new ObjectIndex(index.segment());
        IndexWriter dead = new IndexWriter(objects, index.segment(), (offset, length) -> {}, 3, 1);
        dead.name(0, 0);
        dead.resize(1, 1000, 90);
        dead.resize(2, 1000, 10);
        index.keep();
      }
      try (TestStore second = TestStore.inAnotherProcess(options);
          PlasmaClient other = second.connect()) {
        for (int i = 0; i < 3; i++) {
          // The client asks again, as its question was not answered.
          writers.get(i).seal(1000, new byte[10]);
          try (SealedObject object = other.get(ids.get(i))) {
            byte[] wanted = java.util.Arrays.copyOf(bytes(ids.get(i), 100_000), 1000);
            assertArrayEquals(wanted, object.data().toArray(JAVA_BYTE));
            assertArrayEquals(new byte[10], object.metadata().toArray(JAVA_BYTE));
          }
        }
        assertEquals(
            List.of("0", "1", "2"),
            other.list().map(info -> info.id().name().orElseThrow()).sorted().toList());
        assertEquals(3 * 1024, other.stats().used());
        assertTrue(other.deleteAll(ids).stream().allMatch(error -> error == null));
        assertEquals(0, other.stats().used());
      }
    }
  }

  private static ErrorCode sealedOrWhyNot(PlasmaClient client, ObjectId id) {
    return assertThrows(PlasmaException.class, () -> client.get(id)).code();
  }

  @Test
  void finishesASealThatTheDeathCutInTwo() throws Exception {
    ObjectId id = ObjectId.named("complete");
    TestStore first = TestStore.inAnotherProcess(options);
    try (PlasmaClient client = first.connect();
        ObjectWriter writer = client.create(id, 1000)) {
      writer.data().copyFrom(java.lang.foreign.MemorySegment.ofArray(bytes(id, 1000)));
      first.process().kill();
      // As far as the store had come: the time is there, and the writer is no longer entered.
      try (MappedFile index = MappedFile.open(options.directory().resolve("index"));
          MappedFile page = MappedFile.open(options.directory().resolve("page-1"))) {
        ObjectIndex objects = new ObjectIndex(index.segment());
        ClientPage pins = new ClientPage(page.segment(), objects.maxSlots());
        assertTrue(pins.isWriting(0));
        pins.endWrite(0);
        new IndexWriter(objects, index.segment(), (offset, length) -> {}, 0, 1)
            .beginSeal(0, 1L << 41);
        index.keep();
        page.keep();
      }
      try (TestStore second = TestStore.inAnotherProcess(options);
          PlasmaClient other = second.connect()) {
        writer.seal();
        try (SealedObject object = other.get(id)) {
          assertArrayEquals(bytes(id, 1000), object.data().toArray(JAVA_BYTE));
        }
        assertTrue(other.delete(id));
        assertEquals(0, other.stats().used());
      }
    }
  }

  @Test
  void servesAGetThatWaitsAcrossTheDeath() throws Exception {
    ObjectId id = ObjectId.named("comes after the death");
    TestStore first = TestStore.inAnotherProcess(options);
    try (PlasmaClient client = first.connect()) {
      CompletableFuture<Long> waiting =
          CompletableFuture.supplyAsync(
              () -> {
                try (SealedObject object = client.get(id, SOON)) {
                  return object.size();
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      Eventually.equal("gets that wait", 1L, () -> client.stats().counters().get("gets_asked"));
      first.process().kill();
      try (TestStore second = TestStore.inAnotherProcess(options);
          PlasmaClient other = second.connect()) {
        other.createAndSeal(id, new byte[123]);
        assertEquals(123, waiting.get(SOON.toSeconds(), TimeUnit.SECONDS));
      }
    }
  }

  @Test
  void discardsEverythingWhenItIsToStartFresh() throws Exception {
    TestStore first = TestStore.inAnotherProcess(options);
    try (PlasmaClient client = first.connect()) {
      client.createAndSeal(ObjectId.named("old"), new byte[1000]);
    }
    first.process().kill();
    try (TestStore second = TestStore.inAnotherProcess(options.withFresh(true));
        PlasmaClient client = second.connect()) {
      assertEquals(0, client.stats().used());
      assertEquals(0, client.list().count());
    }
  }

  @Test
  void refusesADamagedIndexAndLeavesEveryFileAsItWas() throws Exception {
    TestStore first = TestStore.inAnotherProcess(options);
    try (PlasmaClient client = first.connect()) {
      client.createAndSeal(ObjectId.named("one"), new byte[1000]);
    }
    first.process().kill();
    Path index = options.directory().resolve("index");
    overwrite(index, 8, 99);
    List<Long> before = lengths();
    PlasmaException refused =
        assertThrows(PlasmaException.class, () -> PlasmaStore.launch(options));
    assertEquals(ErrorCode.VERSION_MISMATCH, refused.code());
    assertTrue(refused.getMessage().contains("version=99"), refused.getMessage());
    assertEquals(before, lengths());
    overwrite(index, 8, IndexLayout.VERSION);
    try (PlasmaStore second = PlasmaStore.launch(options);
        PlasmaClient client = PlasmaClient.connect(second.options().socket())) {
      try (SealedObject one = client.get(ObjectId.named("one"))) {
        assertEquals(1000, one.size());
      }
    }
  }

  @Test
  void givesWhatIsInMemoryWhereNobodyTakesOver() throws Exception {
    ObjectId id = ObjectId.named("one");
    TestStore first = TestStore.inAnotherProcess(options);
    PlasmaClient client = first.connect();
    client.createAndSeal(id, new byte[10]);
    SealedObject held = client.get(id);
    first.process().kill();
    // Shared memory needs nobody.
    client.get(id).close();
    held.close();
    client.close();
    try (PlasmaStore cleanup = PlasmaStore.launch(options.withFresh(true))) {
      assertNotNull(cleanup.options());
    }
  }

  private List<Long> lengths() throws Exception {
    try (var files = Files.list(options.directory())) {
      return files
          .filter(file -> !file.endsWith("lock"))
          .sorted()
          .map(file -> file.toFile().length())
          .toList();
    }
  }

  private static void overwrite(Path file, long position, int value) throws Exception {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(
          java.nio.ByteBuffer.allocate(4)
              .order(java.nio.ByteOrder.LITTLE_ENDIAN)
              .putInt(value)
              .flip(),
          position);
    }
  }

  /** Bytes that no other id has. */
  private static byte[] bytes(ObjectId id, int size) {
    byte[] bytes = new byte[size];
    long[] words = LongStream.range(0, size / 8 + 1).map(i -> id.hash64() * (i + 1)).toArray();
    java.lang.foreign.MemorySegment.copy(
        java.lang.foreign.MemorySegment.ofArray(words),
        JAVA_LONG,
        0,
        java.lang.foreign.MemorySegment.ofArray(bytes),
        java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED,
        0,
        size / 8);
    return bytes;
  }
}
