package io.plasmastore;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.TestStore;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a client may rely on, wherever the store runs. After each test all that it put is deleted,
 * and the store must be as it was.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StoreContract {
  static final long CAPACITY = 64 << 20;
  private static final Duration SHORT = Duration.ofMillis(60);
  private static final byte[] NONE = {};

  private TestStore store;
  private PlasmaClient client;
  private PlasmaClient other;

  abstract TestStore launch(Path folder);

  @BeforeAll
  void launchStore(@TempDir Path folder) {
    store = launch(folder);
  }

  @AfterAll
  void closeStore() {
    store.close();
  }

  @BeforeEach
  void connect() {
    client = store.connect();
    other = store.connect();
  }

  @AfterEach
  void storeIsAsItWas() {
    client.list().filter(info -> info.state() != ObjectState.RETIRING).forEach(this::delete);
    assertEquals(0, client.stats().used());
    assertEquals(0, client.stats().objects());
    assertEquals(CAPACITY, client.stats().free());
    other.close();
    Eventually.equal("the second client to be gone", 1L, () -> client.stats().clients());
    client.close();
  }

  private void delete(ObjectInfo info) {
    assertTrue(client.delete(info.id()), info::toString);
  }

  // ---- size of what is being written

  @Test
  void whatIsNotUsedIsGivenBackByTheSeal() {
    ObjectId id = ObjectId.named("shrunk");
    try (ObjectWriter writer = client.create(id, 1 << 20, utf8("before"))) {
      fill(writer.data(), 1);
      writer.seal(1000, utf8("and what it is in the end"));
      assertFalse(writer.isOpen());
      assertEquals(1000, writer.size());
    }
    Eventually.equal("the tail to be back", 1088L, () -> client.stats().used());
    ObjectInfo info = other.list().findFirst().orElseThrow();
    assertEquals("shrunk", info.id().name().orElseThrow());
    assertEquals(1000, info.size());
    try (SealedObject object = other.get(id)) {
      assertEquals(1000, object.size());
      assertEquals(
          "and what it is in the end",
          new String(object.metadata().toArray(JAVA_BYTE), StandardCharsets.UTF_8));
      byte[] wanted = new byte[1 << 20];
      fill(MemorySegment.ofArray(wanted), 1);
      assertArrayEquals(Arrays.copyOf(wanted, 1000), object.data().toArray(JAVA_BYTE));
    }
  }

  @Test
  void metadataMayTakeWhatTheDataGivesUp() {
    ObjectId id = ObjectId.named("longer");
    try (ObjectWriter writer = client.create(id, 100, new byte[10])) {
      assertThrows(IllegalArgumentException.class, () -> writer.seal(0, NONE));
      assertThrows(IllegalArgumentException.class, () -> writer.seal(101, NONE));
      assertThrows(IllegalArgumentException.class, () -> writer.seal(100, new byte[11]));
      fill(writer.data(), 5);
      writer.seal(30, new byte[80]);
      assertThrows(IllegalStateException.class, () -> writer.seal(30, new byte[80]));
      assertThrows(IllegalStateException.class, () -> writer.grow(200, 200));
      assertThrows(IllegalStateException.class, () -> writer.another(200));
    }
    try (SealedObject object = client.get(id)) {
      assertEquals(30, object.size());
      assertArrayEquals(new byte[80], object.metadata().toArray(JAVA_BYTE));
    }
    assertTrue(other.list().anyMatch(info -> info.id().name().equals(Optional.of("longer"))));
  }

  @Test
  void anObjectGrowsWhereItLies() {
    ObjectId id = ObjectId.named("grown");
    try (ObjectWriter writer = client.create(id, 1000, utf8("metadata"))) {
      long address = writer.data().address();
      fill(writer.data(), 2);
      byte[] first = writer.data().toArray(JAVA_BYTE);
      // To the end of the store, where memory is only committed now.
      long most = CAPACITY - 13;
      assertEquals(most, writer.grow(1 << 20, most));
      assertEquals(most, writer.data().byteSize());
      assertEquals(address, writer.data().address());
      assertArrayEquals(first, writer.data().asSlice(0, 1000).toArray(JAVA_BYTE));
      assertEquals(CAPACITY, client.stats().used());
      assertEquals(most, writer.grow(most + 1, most + 1));
      writer.data().set(JAVA_BYTE, most - 1, (byte) 9);
      writer.data().set(JAVA_BYTE, 5000, (byte) 8);
      writer.seal(5001, utf8("metadata"));
      Eventually.equal(
          "the tail to be back", (5001 + 13 + 63) / 64 * 64L, () -> client.stats().used());
    }
    try (SealedObject object = other.get(id)) {
      assertEquals(8, object.data().get(JAVA_BYTE, 5000));
      assertEquals(
          "metadata", new String(object.metadata().toArray(JAVA_BYTE), StandardCharsets.UTF_8));
    }
  }

  @Test
  void metadataOfAnyLengthGoWhereDataAreGivenUp() {
    for (int length : new int[] {0, 1, 128, 129, 5000}) {
      String metadata = "m".repeat(length);
      ObjectId id = ObjectId.named("given up " + length);
      try (ObjectWriter writer = client.create(id, 10_000)) {
        writer.data().fill((byte) 7);
        writer.seal(100, utf8(metadata));
      }
      try (SealedObject object = other.get(id)) {
        assertEquals(100, object.data().byteSize());
        assertEquals(7, object.data().get(JAVA_BYTE, 99));
        assertEquals(
            metadata, new String(object.metadata().toArray(JAVA_BYTE), StandardCharsets.UTF_8));
        assertEquals("given up " + length, object.id().name().orElseThrow());
      }
    }
  }

  @Test
  void anObjectDoesNotGrowIntoItsNeighbour() {
    ObjectId id = ObjectId.random();
    try (ObjectWriter writer = client.create(id, 1000);
        ObjectWriter neighbour = client.create(ObjectId.random(), 1000)) {
      fill(neighbour.data(), 3);
      assertEquals(1000, writer.grow(2000, 4000));
      assertEquals(1000, writer.size());
      // What the extent was rounded up to.
      assertEquals(1024, writer.grow(1001, 4000));
      neighbour.abort();
      assertEquals(4000, writer.grow(2000, 4000));
      assertThrows(IllegalArgumentException.class, () -> writer.grow(3999, 5000));
      assertThrows(IllegalArgumentException.class, () -> writer.grow(5000, 4500));
      writer.seal();
    }
    assertEquals(4032, client.stats().used());
  }

  @Test
  void anObjectMovesToAPlaceWithMoreRoom() {
    ObjectId id = ObjectId.named("moved");
    try (ObjectWriter writer = client.create(id, 1000, utf8("same"))) {
      assertFails(ErrorCode.OBJECT_EXISTS, () -> client.create(id, 5000));
      try (ObjectWriter larger = writer.another(5000)) {
        assertFails(ErrorCode.OBJECT_EXISTS, () -> other.create(id, 1));
        assertEquals(id, larger.id());
        assertEquals(5000, larger.size());
        assertFalse(client.contains(id));
        assertFails(ErrorCode.OBJECT_NOT_SEALED, () -> other.get(id));
        fill(larger.data(), 4);
        CompletableFuture<Long> got =
            CompletableFuture.supplyAsync(
                () -> {
                  try (SealedObject object = other.get(id, PlasmaClient.FOREVER)) {
                    assertFilled(object.data(), 4);
                    return object.size();
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                });
        larger.seal();
        assertEquals(5000, got.join());
      }
      // It is undone by the seal of the other, when the store looks at that.
      Eventually.equal("the room of the first to be back", 5056L, () -> client.stats().used());
      assertFails(ErrorCode.OBJECT_NOT_FOUND, writer::seal);
    }
    assertEquals(1, client.stats().objects());
    try (SealedObject object = other.get(id)) {
      assertEquals(
          "same", new String(object.metadata().toArray(JAVA_BYTE), StandardCharsets.UTF_8));
    }
  }

  @Test
  void aMoveCanBeGivenUp() {
    ObjectId id = ObjectId.random();
    try (ObjectWriter writer = client.create(id, 1000)) {
      fill(writer.data(), 6);
      writer.another(3000).abort();
      writer.another(2000).close();
      assertFails(ErrorCode.OBJECT_TOO_LARGE, () -> writer.another(CAPACITY + 1));
      assertFails(ErrorCode.STORE_FULL, () -> writer.another(CAPACITY));
      assertEquals(1024, client.stats().used());
      writer.seal();
    }
    try (SealedObject object = other.get(id)) {
      assertFilled(object.data(), 6);
    }
  }

  // ---- many at once

  @Test
  void manyAreCreatedTogetherAndWrittenOneByOne() {
    // More than one request has room for.
    List<NewObject> objects =
        IntStream.range(0, 5000)
            .mapToObj(i -> new NewObject(ObjectId.named("together/" + i), i % 300))
            .toList();
    List<ObjectWriter> writers = client.createAll(objects, true);
    for (int i = 0; i < writers.size(); i++) {
      ObjectWriter writer = writers.get(i);
      assertEquals(objects.get(i).id(), writer.id());
      assertEquals(objects.get(i).size(), writer.size());
      fill(writer.data(), i);
      if (i != 7) {
        writer.seal();
      }
    }
    assertNull(other.getIfPresent(objects.get(7).id()));
    writers.get(7).close();
    for (int i = 0; i < objects.size(); i++) {
      if (i != 7) {
        try (SealedObject object = other.get(objects.get(i).id())) {
          assertEquals(objects.get(i).size(), object.size());
          assertEquals(0, object.metadata().byteSize());
          assertFilled(object.data(), i);
        }
      }
    }
    assertEquals(4999, client.list().count());
    assertTrue(client.list().anyMatch(info -> Optional.of("together/8").equals(info.id().name())));
    assertEquals(List.of(), client.createAll(List.of(), false));
  }

  @Test
  void manyAreCreatedTogetherOrNoneOfThem() {
    ObjectId sealed = put(100, 1);
    NewObject first = new NewObject(ObjectId.random(), 1 << 20);
    NewObject second = new NewObject(ObjectId.random(), 0);
    List<List<NewObject>> refused =
        List.of(
            List.of(first, second, new NewObject(sealed, 5)),
            List.of(first, second, first),
            List.of(first, new NewObject(ObjectId.random(), CAPACITY + 1), second),
            List.of(first, second, new NewObject(ObjectId.random(), CAPACITY)));
    List<ErrorCode> reasons =
        List.of(
            ErrorCode.OBJECT_EXISTS,
            ErrorCode.OBJECT_EXISTS,
            ErrorCode.OBJECT_TOO_LARGE,
            ErrorCode.STORE_FULL);
    try (SealedObject held = other.get(sealed)) {
      long used = client.stats().used();
      for (int i = 0; i < refused.size(); i++) {
        List<NewObject> objects = refused.get(i);
        assertFails(reasons.get(i), () -> client.createAll(objects, false));
        assertEquals(used, client.stats().used());
        assertEquals(1, client.stats().objects());
      }
      assertFilled(held.data(), 1);
    }
    client.createAll(List.of(first, second), false).forEach(ObjectWriter::seal);
    assertThrows(IllegalArgumentException.class, () -> new NewObject(sealed, -1));
  }

  /** The second request fails, and what the first has made goes as well. */
  @Test
  void manyAreUndoneThatTookSeveralRequests() {
    List<NewObject> objects = new ArrayList<>();
    for (int i = 0; i < 4200; i++) {
      objects.add(new NewObject(ObjectId.random(), 64));
    }
    objects.add(objects.getFirst());
    assertFails(ErrorCode.OBJECT_EXISTS, () -> client.createAll(objects, false));
    assertEquals(0, client.stats().used());
    assertEquals(0, client.stats().objects());
  }

  // ---- create, seal, abort

  @Test
  void anObjectIsGotAsItWasPut() {
    ObjectId id = ObjectId.random();
    byte[] metadata = utf8("schema");
    try (ObjectWriter writer = client.create(id, 1000, metadata)) {
      assertEquals(id, writer.id());
      assertEquals(1000, writer.size());
      assertEquals(0, writer.data().address() % 64);
      fill(writer.data(), 1);
      writer.seal();
      assertFalse(writer.isOpen());
    }
    for (PlasmaClient reader : List.of(client, other)) {
      try (SealedObject object = reader.get(id)) {
        assertEquals(id, object.id());
        assertEquals(1000, object.size());
        assertEquals(1000, object.data().byteSize());
        assertEquals(0, object.data().address() % 64);
        assertFilled(object.data(), 1);
        assertArrayEquals(metadata, object.metadata().toArray(JAVA_BYTE));
        assertTrue(object.data().isReadOnly());
        assertThrows(
            IllegalArgumentException.class, () -> object.data().set(JAVA_BYTE, 0, (byte) 0));
      }
    }
    assertEquals(1024, client.stats().used());
  }

  @Test
  void anObjectUnderConstructionIsNotThereYet() {
    ObjectId id = ObjectId.random();
    try (ObjectWriter writer = client.create(id, 10)) {
      for (PlasmaClient reader : List.of(client, other)) {
        assertFalse(reader.contains(id));
        assertNull(reader.getIfPresent(id));
        assertFails(ErrorCode.OBJECT_NOT_SEALED, () -> reader.get(id));
        assertFails(ErrorCode.TIMED_OUT, () -> reader.get(id, Duration.ZERO));
        assertFails(ErrorCode.OBJECT_NOT_SEALED, () -> reader.delete(id));
        assertFails(ErrorCode.OBJECT_EXISTS, () -> reader.create(id, 10));
        assertFails(ErrorCode.OBJECT_EXISTS, () -> reader.createAndSeal(id, NONE));
      }
      writer.seal();
    }
    client.get(id).close();
  }

  @Test
  void aSealedObjectCannotBeCreatedAgain() {
    ObjectId id = put(100, 3);
    assertFails(ErrorCode.OBJECT_EXISTS, () -> other.create(id, 10));
    assertFails(ErrorCode.OBJECT_EXISTS, () -> other.createAndSeal(id, new byte[10]));
    assertFails(ErrorCode.OBJECT_EXISTS, () -> other.createAndSeal(id, new byte[100_000]));
    assertHolds(id, 100, 3);
  }

  @Test
  void abortFreesTheIdAndTheMemory() {
    ObjectId id = ObjectId.random();
    ObjectWriter writer = client.create(id, 1000);
    assertEquals(1024, client.stats().used());
    writer.abort();
    assertEquals(0, client.stats().used());
    assertFails(ErrorCode.OBJECT_NOT_FOUND, () -> client.get(id));
    assertFalse(client.delete(id));
    client.create(id, 10).close();
    assertEquals(0, client.stats().used());
  }

  @Test
  void aWriterIsUsedUpByItsEnd() {
    ObjectWriter sealed = client.create(ObjectId.random(), 10);
    sealed.seal();
    ObjectWriter aborted = client.create(ObjectId.random(), 10);
    aborted.abort();
    assertThrows(IllegalStateException.class, sealed::seal);
    assertThrows(IllegalStateException.class, sealed::abort);
    assertThrows(IllegalStateException.class, sealed::data);
    assertThrows(IllegalStateException.class, aborted::seal);
    assertThrows(IllegalStateException.class, aborted::abort);
    assertThrows(IllegalStateException.class, aborted::data);
    sealed.close();
    aborted.close();
    client.get(sealed.id()).close();
  }

  @Test
  void createAndSealTakesAnySegment() {
    int[] sizes = {0, 1, 64, 65_536, 65_537, 1 << 20};
    for (int size : sizes) {
      ObjectId id = ObjectId.random();
      byte[] bytes = new byte[size];
      fill(MemorySegment.ofArray(bytes), size);
      client.createAndSeal(id, MemorySegment.ofArray(bytes), utf8("of " + size));
      assertHolds(id, size, size);
      try (SealedObject object = other.get(id)) {
        assertArrayEquals(utf8("of " + size), object.metadata().toArray(JAVA_BYTE));
      }
    }
    ObjectId longs = ObjectId.random();
    client.createAndSeal(longs, MemorySegment.ofArray(new long[] {1, 2}), NONE);
    try (SealedObject object = client.get(longs)) {
      assertEquals(2, object.data().get(java.lang.foreign.ValueLayout.JAVA_LONG, 8));
    }
    ObjectId readOnly = ObjectId.random();
    client.createAndSeal(readOnly, MemorySegment.ofArray(new byte[5]).asReadOnly(), NONE);
    assertEquals(5, size(readOnly));
    try (SealedObject source = client.get(longs)) {
      client.createAndSeal(ObjectId.random(), source.data(), NONE);
    }
  }

  @Test
  void objectsOfNoBytesAreObjects() {
    ObjectId empty = ObjectId.random();
    client.createAndSeal(empty, NONE);
    ObjectId metadataOnly = ObjectId.random();
    try (ObjectWriter writer = client.create(metadataOnly, 0, utf8("m"))) {
      assertEquals(0, writer.data().byteSize());
      writer.seal();
    }
    try (SealedObject first = other.get(empty);
        SealedObject second = other.get(metadataOnly)) {
      assertEquals(0, first.size());
      assertEquals(0, first.metadata().byteSize());
      assertArrayEquals(utf8("m"), second.metadata().toArray(JAVA_BYTE));
    }
    assertFails(ErrorCode.OBJECT_EXISTS, () -> client.createAndSeal(empty, NONE));
    assertEquals(64, client.stats().used());
  }

  @Test
  void metadataHasALimit() {
    byte[] most = new byte[65_536];
    Arrays.fill(most, (byte) 9);
    ObjectId id = ObjectId.random();
    client.createAndSeal(id, MemorySegment.ofArray(new byte[65_536]), most);
    try (SealedObject object = other.get(id)) {
      assertArrayEquals(most, object.metadata().toArray(JAVA_BYTE));
    }
    byte[] more = new byte[65_537];
    MemorySegment data = MemorySegment.ofArray(new byte[1]);
    assertThrows(IllegalArgumentException.class, () -> client.create(ObjectId.random(), 1, more));
    assertThrows(
        IllegalArgumentException.class, () -> client.createAndSeal(ObjectId.random(), data, more));
    assertThrows(IllegalArgumentException.class, () -> client.create(ObjectId.random(), -1));
    assertHolds(put(10, 1), 10, 1);
  }

  @Test
  void aNameMustBeItsIds() {
    ObjectId wrong = ObjectId.random().withName("somebody else");
    assertFails(ErrorCode.PROTOCOL_ERROR, () -> client.create(wrong, 10));
    assertFails(ErrorCode.PROTOCOL_ERROR, () -> client.createAndSeal(wrong, NONE));
    assertFails(ErrorCode.OBJECT_NOT_FOUND, () -> client.get(wrong));
    assertEquals(0, client.stats().objects());
  }

  // ---- get

  @Test
  void whatIsNotThereIsNotFound() {
    ObjectId id = ObjectId.random();
    PlasmaException e = assertFails(ErrorCode.OBJECT_NOT_FOUND, () -> client.get(id));
    assertEquals("no such object: id=" + id, e.getMessage());
    assertNull(client.getIfPresent(id));
    assertFalse(client.contains(id));
    assertFalse(client.delete(id));
  }

  @Test
  void aGetWaitsNoLongerThanAsked() {
    ObjectId id = ObjectId.random();
    for (Duration timeout : List.of(Duration.ZERO, Duration.ofNanos(1), SHORT)) {
      long start = System.nanoTime();
      PlasmaException e = assertFails(ErrorCode.TIMED_OUT, () -> client.get(id, timeout));
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertEquals(
          "object was not sealed in time: id=" + id + " timeoutMillis=" + timeout.toMillis(),
          e.getMessage());
      assertTrue(took.compareTo(timeout) >= 0, took::toString);
      // Two seconds later the client would give up on the store itself.
      assertTrue(took.toMillis() < timeout.toMillis() + 1500, took::toString);
    }
  }

  @Test
  void aGetWaitsForTheSeal() throws Exception {
    for (Duration timeout :
        List.of(
            PlasmaClient.FOREVER,
            Duration.ofSeconds(-7),
            Duration.ofSeconds(30),
            Duration.ofSeconds(Long.MAX_VALUE),
            Duration.ofMillis(Long.MAX_VALUE),
            Duration.ofDays(200 * 365))) {
      ObjectId id = ObjectId.random();
      CompletableFuture<SealedObject> got =
          CompletableFuture.supplyAsync(() -> await(other, id, timeout));
      awaitGetsAsked(1);
      try (ObjectWriter writer = client.create(id, 100)) {
        fill(writer.data(), 5);
        assertFalse(got.isDone());
        writer.seal();
      }
      try (SealedObject object = got.join()) {
        assertFilled(object.data(), 5);
      }
      assertTrue(client.delete(id));
      asked++;
    }
  }

  private long asked;
  private long askedBefore;

  @BeforeEach
  void countGets() {
    askedBefore = client.stats().counters().get("gets_asked");
    asked = 0;
  }

  private void awaitGetsAsked(int more) {
    Eventually.holds(
        "the store to have " + more + " gets more",
        () -> client.stats().counters().get("gets_asked") >= askedBefore + asked + more);
  }

  @Test
  void manyAreGotInTheOrderAsked() throws Exception {
    ObjectId a = put(1, 1);
    ObjectId b = put(2, 2);
    ObjectId missing = ObjectId.random();
    List<SealedObject> got = client.getAll(List.of(b, missing, a, b, missing, a, a), Duration.ZERO);
    assertEquals(
        Arrays.asList(2L, null, 1L, 2L, null, 1L, 1L),
        got.stream().map(object -> object == null ? null : object.size()).toList());
    assertEquals(3, pins(a));
    assertEquals(2, pins(b));
    closeAll(got);
    assertEquals(0, pins(a) + pins(b));
    assertEquals(List.of(), client.getAll(List.of(), PlasmaClient.FOREVER));
  }

  @Test
  void aMissingIdAskedTwiceIsGotTwiceWhenItIsSealed() throws Exception {
    ObjectId id = ObjectId.random();
    CompletableFuture<List<SealedObject>> got =
        CompletableFuture.supplyAsync(() -> awaitAll(other, List.of(id, id, id)));
    awaitGetsAsked(1);
    client.createAndSeal(id, new byte[3]);
    List<SealedObject> objects = got.join();
    assertEquals(3, objects.size());
    assertEquals(3, pins(id));
    closeAll(objects);
    assertEquals(0, pins(id));
  }

  @Test
  void whatIsThereInTimeIsGotAndTheRestIsNull() throws Exception {
    ObjectId there = put(1, 1);
    ObjectId late = ObjectId.random();
    ObjectId never = ObjectId.random();
    CompletableFuture<List<SealedObject>> got =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return other.getAll(List.of(never, late, there), Duration.ofMillis(300));
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    awaitGetsAsked(1);
    client.createAndSeal(late, new byte[2]);
    List<SealedObject> objects = got.join();
    assertNull(objects.get(0));
    assertEquals(2, objects.get(1).size());
    assertEquals(1, objects.get(2).size());
    closeAll(objects);
  }

  @Test
  void moreIdsThanARequestHoldsAreGot() throws Exception {
    List<ObjectId> ids = IntStream.range(0, 3).mapToObj(i -> put(i, i)).toList();
    List<ObjectId> asked = new ArrayList<>();
    for (int i = 0; i < 9001; i++) {
      asked.add(i % 4 == 3 ? ObjectId.random() : ids.get(i % 4));
    }
    List<SealedObject> got = client.getAll(asked, Duration.ZERO);
    assertEquals(9001, got.size());
    for (int i = 0; i < 9001; i++) {
      if (i % 4 == 3) {
        assertNull(got.get(i));
      } else {
        assertEquals(i % 4, got.get(i).size());
      }
    }
    closeAll(got);
    List<SealedObject> late = client.getAll(asked, SHORT);
    assertEquals(9001, late.size());
    closeAll(late);
  }

  @Test
  void oneCanWaitForOnesOwnObject() throws Exception {
    ObjectId id = ObjectId.random();
    try (ObjectWriter writer = client.create(id, 1)) {
      assertFails(ErrorCode.TIMED_OUT, () -> client.get(id, SHORT));
      CompletableFuture<SealedObject> got =
          CompletableFuture.supplyAsync(() -> await(client, id, PlasmaClient.FOREVER));
      awaitGetsAsked(2);
      writer.seal();
      got.join().close();
    }
  }

  // ---- hash

  /** The vectors of RFC 3720, appendix B.4, and the customary one. */
  @Test
  void aHashIsTheCrc32cOfTheDataInEveryProcess() throws Exception {
    byte[] counting = new byte[32];
    byte[] ones = new byte[32];
    for (int i = 0; i < counting.length; i++) {
      counting[i] = (byte) i;
      ones[i] = (byte) 0xff;
    }
    assertHash(0x8a9136aaL, new byte[32]);
    assertHash(0x62a8ab43L, ones);
    assertHash(0x46dd794eL, counting);
    assertHash(0xe3069283L, utf8("123456789"));
    assertHash(0, NONE);
  }

  @Test
  void aHashIsOfEveryByteOfALargeObjectAndOfNothingElse() {
    byte[] data = new byte[(32 << 20) + 1];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (i * 31 + (i >> 12));
    }
    CRC32C sum = new CRC32C();
    sum.update(data);
    ObjectId id = ObjectId.random();
    client.createAndSeal(id, MemorySegment.ofArray(data), utf8("takes no part"));
    assertEquals(sum.getValue(), other.hash(id));
  }

  @Test
  void onlyASealedObjectHasAHashAndItIsHeldNoLonger() {
    assertFails(ErrorCode.OBJECT_NOT_FOUND, () -> client.hash(ObjectId.random()));
    try (ObjectWriter writer = client.create(ObjectId.random(), 32)) {
      assertFails(ErrorCode.OBJECT_NOT_SEALED, () -> client.hash(writer.id()));
      writer.data().fill((byte) 0);
      writer.seal();
      assertEquals(0x8a9136aaL, client.hash(writer.id()));
      assertEquals(0, pins(writer.id()));
    }
    StoreStats before = client.stats();
    ObjectId id = put(10, 1);
    awaitSeals(before, 1);
    long requests = client.stats().counters().get("requests");
    long hash = client.hash(id);
    SealedObject object = client.get(id);
    assertEquals(hash, object.hash());
    assertEquals(requests, client.stats().counters().get("requests"));
    object.close();
    assertThrows(IllegalStateException.class, object::hash);
  }

  private void assertHash(long hash, byte[] data) {
    ObjectId id = ObjectId.random();
    client.createAndSeal(id, data);
    assertEquals(hash, client.hash(id));
    assertEquals(hash, other.hash(id));
  }

  // ---- release, delete

  @Test
  void releaseIsIdempotentAndEndsTheUse() {
    ObjectId id = put(10, 1);
    SealedObject first = client.get(id);
    SealedObject second = client.get(id);
    first.close();
    first.close();
    first.close();
    assertTrue(first.isClosed());
    assertThrows(IllegalStateException.class, first::data);
    assertThrows(IllegalStateException.class, first::metadata);
    assertFilled(second.data(), 1);
    assertEquals(1, pins(id));
    second.close();
    assertEquals(0, pins(id));
  }

  @Test
  void aDeletedObjectIsHiddenAtOnceAndFreedAtTheLastRelease() {
    ObjectId id = put(1000, 1);
    SealedObject mine = client.get(id);
    SealedObject mineToo = client.get(id);
    SealedObject others = other.get(id);
    assertTrue(client.delete(id));
    for (PlasmaClient reader : List.of(client, other)) {
      assertFalse(reader.contains(id));
      assertNull(reader.getIfPresent(id));
      assertFails(ErrorCode.OBJECT_NOT_FOUND, () -> reader.get(id));
      assertFalse(reader.delete(id));
    }
    assertEquals(List.of(ObjectState.RETIRING), client.list().map(ObjectInfo::state).toList());

    client.createAndSeal(id, new byte[] {42});
    try (SealedObject next = other.get(id)) {
      assertEquals(42, next.data().get(JAVA_BYTE, 0));
    }
    assertEquals(1024 + 64, client.stats().used());
    assertFilled(mine.data(), 1);
    assertFilled(others.data(), 1);
    mine.close();
    assertEquals(1024 + 64, client.stats().used());
    others.close();
    assertEquals(1024 + 64, client.stats().used());
    assertFilled(mineToo.data(), 1);
    mineToo.close();
    assertEquals(64, client.stats().used());
    assertEquals(1, client.stats().objects());
    assertTrue(client.contains(id));
  }

  @Test
  void whoHoldsAnObjectSeesWithoutAskingThatItWasDeleted() {
    StoreStats before = client.stats();
    ObjectId id = put(1000, 1);
    awaitSeals(before, 1);
    SealedObject held = client.get(id);
    assertFalse(held.isDeleted());
    assertTrue(other.delete(id));
    client.createAndSeal(id, new byte[] {42});
    long requests = client.stats().counters().get("requests");
    assertTrue(held.isDeleted());
    assertFilled(held.data(), 1);
    assertEquals(requests, client.stats().counters().get("requests"));
    try (SealedObject next = client.get(id)) {
      assertFalse(next.isDeleted());
    }
    held.close();
    assertThrows(IllegalStateException.class, held::isDeleted);
  }

  @Test
  void aDeleteThatWasRefusedLeavesNoMarkOnTheNextObjectOfThatId() {
    ObjectId id = ObjectId.random();
    ObjectWriter aborted = client.create(id, 10);
    assertFails(ErrorCode.OBJECT_NOT_SEALED, () -> other.delete(id));
    aborted.abort();
    assertFalse(other.delete(id));
    client.createAndSeal(id, new byte[] {42});
    try (SealedObject object = other.get(id)) {
      assertEquals(42, object.data().get(JAVA_BYTE, 0));
    }
    client.get(id).close();
    assertTrue(client.contains(id));
  }

  @Test
  void aDeletedObjectsMemoryIsNotReusedWhileItIsHeld() {
    ObjectId id = put(1 << 20, 1);
    try (SealedObject held = other.get(id)) {
      assertTrue(client.delete(id));
      for (int i = 0; i < 62; i++) {
        put(1 << 20, 2);
      }
      assertFilled(held.data(), 1);
    }
    put(1 << 20, 2);
  }

  // ---- room

  @Test
  void aFullStoreSaysSoWithNumbersAndHasRoomAgainAfterADelete() {
    ObjectId half = put(40 << 20, 1);
    ObjectId rest = put(20 << 20, 2);
    try (SealedObject heldHalf = client.get(half)) {
      try (SealedObject heldRest = client.get(rest)) {
        PlasmaException e =
            assertFails(
                ErrorCode.STORE_FULL, () -> client.create(ObjectId.random(), 10 << 20, utf8("x")));
        assertEquals(
            "store full: wanted=10485761 free=4194304 largestFree=4194304 used=62914560"
                + " capacity=67108864 objects=2",
            e.getMessage());
        assertFilled(heldHalf.data(), 1);
        assertFilled(heldRest.data(), 2);
      }
      assertTrue(client.delete(rest));
      ObjectId last = put(24 << 20, 3);
      try (SealedObject heldLast = client.get(last)) {
        assertFilled(heldLast.data(), 3);
        assertEquals(CAPACITY, client.stats().used());
        client.createAndSeal(ObjectId.random(), NONE);
        assertFails(
            ErrorCode.STORE_FULL, () -> client.createAndSeal(ObjectId.random(), new byte[1]));
      }
    }
  }

  @Test
  void anObjectLargerThanTheStoreIsRefusedAndNothingElseIsLost() {
    ObjectId id = put(1000, 1);
    for (long size : new long[] {CAPACITY + 1, 1L << 40, Long.MAX_VALUE / 2 + 1, Long.MAX_VALUE}) {
      PlasmaException e =
          assertFails(ErrorCode.OBJECT_TOO_LARGE, () -> client.create(ObjectId.random(), size));
      assertEquals(
          "object is larger than the store: wanted=" + size + " capacity=" + CAPACITY,
          e.getMessage());
    }
    assertFails(
        ErrorCode.OBJECT_TOO_LARGE, () -> client.create(ObjectId.random(), CAPACITY, utf8("x")));
    assertHolds(id, 1000, 1);
  }

  @Test
  void anObjectMayFillTheWholeStore() {
    ObjectId id = ObjectId.random();
    try (ObjectWriter writer = client.create(id, CAPACITY)) {
      writer.data().set(JAVA_BYTE, 0, (byte) 1);
      writer.data().set(JAVA_BYTE, CAPACITY - 1, (byte) 2);
      writer.seal();
    }
    assertEquals(0, client.stats().free());
    assertEquals(0, client.stats().largestFree());
    try (SealedObject object = other.get(id)) {
      assertEquals(1, object.data().get(JAVA_BYTE, 0));
      assertEquals(2, object.data().get(JAVA_BYTE, CAPACITY - 1));
    }
  }

  // ---- list, contains, stats

  @Test
  void listingTellsNamesStatesPinsAndHolders() {
    ObjectId named = ObjectId.named("trades/2026-11-22");
    client.createAndSeal(named, MemorySegment.ofArray(new byte[7]), utf8("meta"));
    ObjectWriter writer = client.create(ObjectId.random(), 9);
    ObjectId deleted = put(11, 1);
    try (SealedObject one = client.get(named);
        SealedObject two = client.get(named);
        SealedObject three = other.get(named);
        SealedObject held = other.get(deleted)) {
      assertTrue(client.delete(deleted));
      Map<ObjectId, ObjectInfo> listed =
          client.list().collect(Collectors.toMap(ObjectInfo::id, Function.identity()));
      assertEquals(Set.of(named, writer.id(), deleted), listed.keySet());

      ObjectInfo info = listed.get(named);
      assertEquals(Optional.of("trades/2026-11-22"), info.id().name());
      assertEquals(ObjectState.SEALED, info.state());
      assertEquals(7, info.size());
      assertEquals(4, info.metadataSize());
      assertEquals(3, info.pins());
      assertEquals(2, info.holders());
      assertFalse(info.sealedAt().isBefore(info.createdAt()));
      assertEquals(List.of(7L, 7L, 7L), List.of(one.size(), two.size(), three.size()));

      assertEquals(ObjectState.CREATED, listed.get(writer.id()).state());
      assertNull(listed.get(writer.id()).sealedAt());
      assertEquals(Optional.empty(), listed.get(writer.id()).id().name());
      assertEquals(ObjectState.RETIRING, listed.get(deleted).state());
      assertEquals(1, listed.get(deleted).pins());
      assertEquals(11, held.size());
    }
    writer.close();
  }

  @Test
  void listingGoesOnBeyondAPage() {
    Set<ObjectId> ids = new HashSet<>();
    for (int i = 0; i < 3000; i++) {
      ids.add(put(0, 0));
    }
    assertEquals(ids, client.list().map(ObjectInfo::id).collect(Collectors.toSet()));
    List<ObjectId> kept = new ArrayList<>();
    for (ObjectId id : ids) {
      if (kept.size() < 10) {
        kept.add(id);
      } else {
        assertTrue(client.delete(id));
      }
    }
    assertEquals(
        new HashSet<>(kept), client.list().map(ObjectInfo::id).collect(Collectors.toSet()));
  }

  @Test
  void aNameThatWasOverwrittenInTheHeapSpoilsNoListing() {
    ObjectId id = ObjectId.named("é".repeat(127));
    try (ObjectWriter writer = client.create(id, 64)) {
      // As a client with a wild pointer would: the name follows the data.
      scribble(writer.data().address() + 64, 254);
      writer.seal();
    }
    assertEquals(List.of(id), other.list().map(ObjectInfo::id).toList());
    assertEquals(Optional.empty(), other.list().findFirst().orElseThrow().id().name());
  }

  @Test
  void theBooksBalance() {
    StoreStats before = client.stats();
    ObjectId id = put(100, 1);
    awaitSeals(before, 1);
    client.get(id).close();
    assertNull(client.getIfPresent(ObjectId.random()));
    assertFails(ErrorCode.OBJECT_EXISTS, () -> client.create(id, 1));
    assertTrue(client.delete(id));
    client.create(id, 1).close();
    StoreStats after = client.stats();
    assertEquals(2, after.clients());
    assertEquals(after.capacity(), after.free() + after.used());
    assertEquals(2, difference(before, after, "creates"));
    assertEquals(1, difference(before, after, "seals"));
    assertEquals(1, difference(before, after, "aborts"));
    assertEquals(1, difference(before, after, "deletes"));
    assertEquals(1, difference(before, after, "gets_asked"));
    assertEquals(1, difference(before, after, "failures"));
    // Nobody waited for the seal, so it was no request.
    assertEquals(6, difference(before, after, "requests"));
    assertEquals(0, difference(before, after, "malformed"));
  }

  @Test
  void gettingAndReleasingAsksNobody() throws Exception {
    StoreStats atFirst = client.stats();
    ObjectId id = put(100, 1);
    awaitSeals(atFirst, 1);
    List<ObjectId> twice = List.of(id, id);
    long before = client.stats().counters().get("requests");
    for (int i = 0; i < 10_000; i++) {
      client.get(id).close();
    }
    for (int i = 0; i < 100; i++) {
      client.get(id, SHORT).close();
      closeAll(client.getAll(twice, SHORT));
      assertTrue(client.contains(id));
    }
    assertEquals(before, client.stats().counters().get("requests"));
  }

  @Test
  void eachOfTwoIdsThatLookAlikeInTheTableIsGotWithoutAsking() {
    ObjectId first = ObjectId.fromHex("000000000000000000000000000000000002ea7e");
    ObjectId second = ObjectId.fromHex("00000000000000000000000000000000000303cd");
    assertEquals(first.hash64() >>> 32, second.hash64() >>> 32);
    byte[] data = {1};
    client.createAndSeal(first, data);
    client.createAndSeal(second, new byte[] {2, 2});
    assertEquals(List.of(1L, 2L), sizesWithoutAsking(first, second));
    assertTrue(client.delete(first));
    assertNull(client.getIfPresent(first));
    client.createAndSeal(first, data);
    assertEquals(List.of(1L, 2L), sizesWithoutAsking(first, second));
  }

  private List<Long> sizesWithoutAsking(ObjectId... ids) {
    long before = client.stats().counters().get("requests");
    List<Long> sizes = new ArrayList<>();
    for (ObjectId id : ids) {
      try (SealedObject object = client.get(id)) {
        sizes.add(object.size());
      }
    }
    assertEquals(before, client.stats().counters().get("requests"));
    return sizes;
  }

  // ---- the client's own life

  @Test
  void everyCallOfAClosedClientSaysSo() throws Exception {
    ObjectId id = put(10, 1);
    PlasmaClient mine = store.connect();
    mine.close();
    mine.close();
    assertClosed(mine, id);
  }

  @Test
  void aClientClosedWithHeldObjectsNamesThemAndKeepsThemReadable() {
    ObjectId id = put(1000, 1);
    ObjectId deleted = put(1000, 2);
    PlasmaClient mine = store.connect();
    SealedObject object = mine.get(id);
    SealedObject again = mine.get(id);
    SealedObject gone = mine.get(deleted);
    ObjectWriter writer = mine.create(ObjectId.random(), 100);
    IllegalStateException e = assertThrows(IllegalStateException.class, mine::close);
    assertTrue(
        e.getMessage().startsWith("client closed while objects are held: count=3 "), e::getMessage);
    for (String named : List.of("id=" + id, "id=" + deleted, "writing=" + writer.id())) {
      assertTrue(e.getMessage().contains(named), e::getMessage);
    }
    mine.close();
    assertClosed(mine, id);
    assertFails(ErrorCode.CLIENT_CLOSED, writer::seal);
    fill(writer.data(), 3);
    assertFilled(object.data(), 1);
    assertTrue(client.delete(deleted));
    assertFilled(gone.data(), 2);
    assertEquals(1024 * 2 + 128, client.stats().used());
    gone.close();
    assertEquals(1024 + 128, client.stats().used());
    assertEquals(3, client.stats().clients());
    object.close();
    again.close();
    writer.close();
    Eventually.equal("the client to be gone", 2L, () -> client.stats().clients());
    assertEquals(1024, client.stats().used());
  }

  @Test
  void aClosedClientThatHeldAWriterEndsWithIt() {
    PlasmaClient mine = store.connect();
    ObjectWriter writer = mine.create(ObjectId.random(), 100);
    assertThrows(IllegalStateException.class, mine::close);
    writer.close();
    Eventually.equal("the client to be gone", 2L, () -> client.stats().clients());
    assertEquals(0, client.stats().used());
  }

  @Test
  void whatAClientLeavesUnsealedIsUndone() {
    PlasmaClient mine = store.connect();
    ObjectWriter writer = mine.create(ObjectId.random(), 100);
    assertThrows(IllegalStateException.class, mine::close);
    writer.close();
    Eventually.equal("the memory to be back", 0L, () -> client.stats().used());
    assertFails(ErrorCode.OBJECT_NOT_FOUND, () -> client.get(writer.id()));
  }

  @Test
  void clientsHaveNames() {
    ClientOptions options = ClientOptions.of(store.socket()).withName("n".repeat(255));
    try (PlasmaClient named = PlasmaClient.connect(options)) {
      assertSame(options, named.options());
    }
    assertThrows(IllegalArgumentException.class, () -> options.withName("n".repeat(256)));
    Eventually.equal("the client to be gone", 2L, () -> client.stats().clients());
  }

  // ---- what the tests say

  private static void assertClosed(PlasmaClient mine, ObjectId id) {
    List<Executable> calls =
        List.of(
            () -> mine.create(ObjectId.random(), 1),
            () -> mine.createAndSeal(ObjectId.random(), NONE),
            () -> mine.createAndSeal(ObjectId.random(), new byte[100_000]),
            () -> mine.get(id),
            () -> mine.get(ObjectId.random()),
            () -> mine.getIfPresent(id),
            () -> mine.get(id, Duration.ZERO),
            () -> mine.get(ObjectId.random(), PlasmaClient.FOREVER),
            () -> mine.getAll(List.of(id), Duration.ZERO),
            () -> mine.getAll(List.of(), Duration.ZERO),
            () -> mine.contains(id),
            () -> mine.contains(ObjectId.random()),
            () -> mine.delete(id),
            () -> mine.list().count(),
            mine::stats);
    for (Executable call : calls) {
      PlasmaException e = assertFails(ErrorCode.CLIENT_CLOSED, call);
      assertEquals("the client is closed", e.getMessage());
    }
  }

  private static PlasmaException assertFails(ErrorCode code, Executable call) {
    PlasmaException e = assertThrows(PlasmaException.class, call);
    assertEquals(code, e.code(), e::toString);
    return e;
  }

  private ObjectId put(long size, int seed) {
    ObjectId id = ObjectId.random();
    try (ObjectWriter writer = client.create(id, size)) {
      fill(writer.data(), seed);
      writer.seal();
    }
    return id;
  }

  private void assertHolds(ObjectId id, long size, int seed) {
    try (SealedObject object = other.get(id)) {
      assertEquals(size, object.size());
      assertFilled(object.data(), seed);
    }
  }

  private long size(ObjectId id) {
    try (SealedObject object = client.get(id)) {
      return object.size();
    }
  }

  private long pins(ObjectId id) {
    return client.list().filter(info -> info.id().equals(id)).findFirst().orElseThrow().pins();
  }

  @SuppressWarnings("restricted") // as wild as can be
  private static void scribble(long address, long size) {
    MemorySegment.ofAddress(address).reinterpret(size).fill((byte) 0xff);
  }

  private static void fill(MemorySegment data, int seed) {
    data.fill((byte) (seed * 31 + 7));
  }

  private static void assertFilled(MemorySegment data, int seed) {
    MemorySegment wanted = MemorySegment.ofArray(new byte[(int) data.byteSize()]);
    fill(wanted, seed);
    assertEquals(-1, data.mismatch(wanted));
  }

  private static void closeAll(List<SealedObject> objects) {
    for (SealedObject object : objects) {
      if (object != null) {
        object.close();
      }
    }
  }

  private static SealedObject await(PlasmaClient client, ObjectId id, Duration timeout) {
    try {
      return client.get(id, timeout);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<SealedObject> awaitAll(PlasmaClient client, List<ObjectId> ids) {
    try {
      return client.getAll(ids, PlasmaClient.FOREVER);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until the store has come to look at so many seals. */
  private void awaitSeals(StoreStats before, long count) {
    Eventually.equal("the seals", count, () -> difference(before, client.stats(), "seals"));
  }

  private static long difference(StoreStats before, StoreStats after, String counter) {
    return after.counters().get(counter) - before.counters().get(counter);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
