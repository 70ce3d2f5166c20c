package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.NewSealedObject;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectNotice;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.Subscription;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.TestStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notices, bindings, batches and holders. */
class SubscriptionTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;
  private TestStore store;
  private PlasmaClient client;

  @BeforeEach
  void start() {
    store = TestStore.embedded(folder, 16 << 20);
    client = store.connect();
  }

  @AfterEach
  void stop() {
    client.close();
    store.close();
  }

  @Test
  void tellsWhatHappensInOrder() throws Exception {
    ObjectId one = ObjectId.random();
    ObjectId two = ObjectId.random();
    try (Subscription all = client.subscribe();
        Subscription second = client.subscribe()) {
      client.createAndSeal(one, new byte[10]);
      client.createAndSeal(two, new byte[20]);
      assertTrue(client.delete(one));
      assertEquals(64, client.evict(1));
      for (Subscription subscription : List.of(all, second)) {
        List<ObjectNotice> notices = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          notices.add(subscription.next(SOON));
        }
        assertEquals(
            List.of(
                new ObjectNotice(1, ObjectNotice.Kind.SEALED, one, 10),
                new ObjectNotice(2, ObjectNotice.Kind.SEALED, two, 20),
                new ObjectNotice(3, ObjectNotice.Kind.DELETED, one, 10),
                new ObjectNotice(4, ObjectNotice.Kind.EVICTED, two, 20)),
            notices);
        assertNull(subscription.next(Duration.ZERO));
      }
    }
  }

  @Test
  void dropsASubscriberThatDoesNotRead() throws Exception {
    try (Subscription slow = client.subscribe()) {
      for (int batch = 0; store(slow) == 0 && batch < 1000; batch++) {
        List<NewSealedObject> objects = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
          objects.add(NewSealedObject.of(ObjectId.random(), new byte[0]));
        }
        assertTrue(
            client.createAndSealAll(objects, Duration.ZERO).stream().allMatch(e -> e == null));
        client.deleteAll(objects.stream().map(NewSealedObject::id).toList());
      }
      assertEquals(1, store(slow));
      PlasmaException gone =
          assertThrows(
              PlasmaException.class,
              () -> {
                while (slow.next(SOON) != null) {
                  // What was on its way is still read.
                }
              });
      assertEquals(ErrorCode.STORE_GONE, gone.code());
    }
    // Everybody else is served on.
    client.createAndSeal(ObjectId.random(), new byte[1]);
  }

  private long store(Subscription slow) {
    assertNotNull(slow);
    return client.stats().counters().get("subscribers_dropped");
  }

  @Test
  void pointsANameElsewhereAtOnce() {
    ObjectId one = ObjectId.random();
    ObjectId two = ObjectId.random();
    assertNull(client.resolve("latest"));
    client.bind("latest", one);
    assertEquals(one, client.resolve("latest"));
    try (SealedObject reading = client.get(ObjectId.ofBinding("latest"))) {
      client.bind("latest", two);
      assertEquals(one, ObjectId.copyFrom(reading.data(), 0));
      assertEquals(two, client.resolve("latest"));
    }
    // A binding is never dropped to make room.
    client.evict(Long.MAX_VALUE);
    assertEquals(two, client.resolve("latest"));
    client.unbind("latest");
    assertNull(client.resolve("latest"));
    assertEquals(
        ErrorCode.OBJECT_NOT_FOUND,
        assertThrows(PlasmaException.class, () -> client.unbind("latest")).code());
    assertEquals(0, client.stats().used());
  }

  @Test
  void sealsAndDeletesManyAtOnce() throws Exception {
    List<NewSealedObject> objects = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      objects.add(NewSealedObject.of(ObjectId.random(), new byte[i % 300]));
    }
    List<ErrorCode> outcomes =
        new ArrayList<>(client.createAndSealAll(objects.subList(0, 19_999), Duration.ZERO));
    assertEquals(Collections.nCopies(19_999, null), outcomes);
    assertEquals(
        ErrorCode.OBJECT_EXISTS,
        client.createAndSealAll(objects.subList(0, 1), Duration.ZERO).getFirst());
    for (NewSealedObject object : objects.subList(0, 1000)) {
      try (SealedObject sealed = client.get(object.id())) {
        assertEquals(object.data().byteSize(), sealed.size());
      }
    }
    List<ErrorCode> deleted = client.deleteAll(objects.stream().map(NewSealedObject::id).toList());
    assertEquals(ErrorCode.OBJECT_NOT_FOUND, deleted.getLast());
    assertEquals(Collections.nCopies(19_999, null), deleted.subList(0, 19_999));
    assertEquals(0, client.stats().used());
  }

  @Test
  void tellsWhoHoldsWhat() {
    ObjectId id = ObjectId.random();
    client.createAndSeal(id, new byte[1000]);
    try (PlasmaClient other = store.connect();
        SealedObject first = other.get(id);
        SealedObject second = other.get(id)) {
      assertNotEquals(first, second);
      var holders = client.holders(id);
      assertEquals(1, holders.size());
      assertEquals(2, holders.getFirst().pins());
      var holder =
          client
              .clients()
              .filter(info -> info.number() == holders.getFirst().client())
              .findFirst()
              .orElseThrow();
      assertEquals(ProcessHandle.current().pid(), holder.pid());
      assertEquals(2, holder.pins());
      assertEquals(1000, holder.pinnedBytes());
    }
    Eventually.equal("clients", 1L, () -> client.clients().count());
    assertEquals(1024, client.clients().findFirst().orElseThrow().usedBytes());
    assertEquals(0, client.stats().counters().get("sessions_lost"));
  }
}
