package io.plasmastore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.TestStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand ids that threads of several clients wait for. */
class WaitingTest {
  private static final int IDS = 10_000;
  private static final int CLIENTS = 4;
  private static final int THREADS = 16;
  private static final long DEADLINE_SECONDS = 50;

  private final long seed = Long.getLong("plasma.test.seed", 20_261_122);
  private final Random random = new Random(seed);
  private final Set<ObjectId> sealed = ConcurrentHashMap.newKeySet();
  private final List<ObjectId> ids =
      IntStream.range(0, IDS).mapToObj(i -> ObjectId.named("waited/" + i)).toList();
  private final List<PlasmaClient> clients = new ArrayList<>();
  private ExecutorService threads;
  private TestStore store;
  private PlasmaClient writer;

  @BeforeEach
  void start(@TempDir Path folder) {
    store = TestStore.embedded(folder, 16 << 20);
    writer = store.connect();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(store.connect());
    }
    threads = Executors.newFixedThreadPool(THREADS);
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    clients.forEach(PlasmaClient::close);
    writer.close();
    store.close();
  }

  @Test
  void eachGetReturnsWhenTheLastOfItsIdsIsSealedAndNotBefore() throws Exception {
    List<Future<Boolean>> gets = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      PlasmaClient client = clients.get(thread % CLIENTS);
      List<ObjectId> of = share(thread);
      gets.add(
          threads.submit(
              () -> {
                List<@Nullable SealedObject> objects = client.getAll(of, PlasmaClient.FOREVER);
                boolean right = objects.size() == of.size();
                for (int i = 0; i < of.size(); i++) {
                  SealedObject object = objects.get(i);
                  right &=
                      object != null
                          && object.id().equals(of.get(i))
                          && sealed.contains(of.get(i))
                          && object.size() == size(of.get(i));
                  if (object != null) {
                    object.close();
                  }
                }
                return right;
              }));
    }
    awaitGets(THREADS);
    List<ObjectId> order = new ArrayList<>(ids);
    Collections.shuffle(order, random);
    for (ObjectId id : order.subList(0, IDS - 1)) {
      seal(id);
    }
    ObjectId last = order.getLast();
    for (int thread = 0; thread < THREADS; thread++) {
      if (share(thread).contains(last)) {
        assertFalse(gets.get(thread).isDone(), this::seed);
      } else {
        assertTrue(gets.get(thread).get(DEADLINE_SECONDS, TimeUnit.SECONDS), this::seed);
      }
    }
    seal(last);
    for (Future<Boolean> get : gets) {
      assertTrue(get.get(DEADLINE_SECONDS, TimeUnit.SECONDS), this::seed);
    }
    assertEquals(0, writer.clients().mapToLong(ClientInfo::pins).sum());
  }

  @Test
  void everyOneOfManySingleGetsIsWokenByItsOwnSeal() throws Exception {
    // As many lanes as a client may well have; the other ids are waited for in one get.
    List<ObjectId> single = ids.subList(0, THREADS - 1);
    Future<List<@Nullable SealedObject>> rest =
        threads.submit(
            () -> clients.getFirst().getAll(ids.subList(THREADS - 1, IDS), PlasmaClient.FOREVER));
    List<Future<SealedObject>> gets = new ArrayList<>();
    for (int i = 0; i < single.size(); i++) {
      PlasmaClient client = clients.get(i % CLIENTS);
      ObjectId id = single.get(i);
      gets.add(threads.submit(() -> client.get(id, PlasmaClient.FOREVER)));
    }
    awaitGets(THREADS);
    for (int i = single.size() - 1; i >= 0; i--) {
      for (Future<SealedObject> later : gets.subList(0, i + 1)) {
        assertFalse(later.isDone());
      }
      seal(single.get(i));
      gets.get(i).get(DEADLINE_SECONDS, TimeUnit.SECONDS).close();
    }
    assertFalse(rest.isDone());
    ids.subList(THREADS - 1, IDS).forEach(this::seal);
    rest.get(DEADLINE_SECONDS, TimeUnit.SECONDS).forEach(SealedObject::close);
  }

  @Test
  void noTimeoutEndsEarlyAndWhatWasSealedInTimeIsGot() throws Exception {
    List<ObjectId> inTime = ids.subList(0, 100);
    List<Future<TimedGet>> gets = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      PlasmaClient client = clients.get(thread % CLIENTS);
      Duration timeout = Duration.ofMillis(1_000 + 37L * thread).plusNanos(999_999);
      gets.add(threads.submit(() -> timedGet(client, timeout)));
    }
    awaitGets(THREADS);
    inTime.forEach(this::seal);
    long sealedNanos = System.nanoTime();
    for (Future<TimedGet> future : gets) {
      TimedGet get = future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      assertTrue(get.endNanos - get.startNanos >= get.timeout.toNanos(), get::toString);
      assertTrue(Set.copyOf(inTime).containsAll(get.got), this::seed);
      // On a machine that is too busy to seal in time there is nothing more to say.
      if (sealedNanos - get.startNanos < get.timeout.toNanos()) {
        assertEquals(inTime, get.got, this::seed);
      }
    }
    // Nothing of the waits is left: a seal now wakes nobody, and nobody holds anything.
    ids.subList(100, 200).forEach(this::seal);
    assertEquals(0, writer.clients().mapToLong(ClientInfo::pins).sum());
    assertTrue(writer.contains(ids.get(150)));
    assertNull(writer.getIfPresent(ids.get(200)));
  }

  private record TimedGet(Duration timeout, long startNanos, long endNanos, List<ObjectId> got) {}

  private TimedGet timedGet(PlasmaClient client, Duration timeout) throws InterruptedException {
    long start = System.nanoTime();
    List<@Nullable SealedObject> objects = client.getAll(ids, timeout);
    long end = System.nanoTime();
    List<SealedObject> got = objects.stream().filter(Objects::nonNull).toList();
    got.forEach(SealedObject::close);
    return new TimedGet(timeout, start, end, got.stream().map(SealedObject::id).toList());
  }

  /** The ids of a thread; each id is in the shares of two. */
  private List<ObjectId> share(int thread) {
    return IntStream.range(0, IDS)
        .filter(i -> i % THREADS == thread || (i + 1) % THREADS == thread)
        .mapToObj(ids::get)
        .toList();
  }

  private void seal(ObjectId id) {
    // Before it is: who sees the object must find it here.
    sealed.add(id);
    writer.createAndSeal(id, new byte[size(id)]);
  }

  private static int size(ObjectId id) {
    return id.toBytes()[0] & 0xff;
  }

  private void awaitGets(int count) {
    Eventually.holds(
        count + " gets to wait", () -> writer.stats().counters().get("gets_asked") >= count);
  }

  private String seed() {
    return "seed=" + seed;
  }
}
