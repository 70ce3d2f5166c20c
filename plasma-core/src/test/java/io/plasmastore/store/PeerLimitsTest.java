package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.NewSealedObject;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.MessageType;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.RawLane;
import io.plasmastore.testing.TestStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that want too much of a store: they are told, or closed, and everybody else is served. */
class PeerLimitsTest {
  private static final int MAX_CLIENTS = 5;

  private final Logger log = Logger.getLogger(LaneHandler.class.getName());
  private final Lines lines = new Lines();
  @TempDir private Path folder;
  private TestStore store;
  private PlasmaClient client;

  @BeforeEach
  void start() {
    log.setUseParentHandlers(false);
    log.addHandler(lines);
    StoreOptions options = TestStore.options(folder, 4 << 20);
    store = TestStore.embedded(options.withAccess(options.access().withMaxClients(MAX_CLIENTS)));
    client = store.connect();
  }

  @AfterEach
  void stop() {
    try (TestStore _ = store;
        PlasmaClient _ = client) {
      assertServes();
    } finally {
      log.removeHandler(lines);
      log.setUseParentHandlers(true);
    }
  }

  @Test
  void refusesMoreClientsThanItMayHave() {
    List<PlasmaClient> clients = new ArrayList<>();
    for (int i = 1; i < MAX_CLIENTS; i++) {
      clients.add(store.connect());
    }
    for (int i = 0; i < 3; i++) {
      PlasmaException refusal = assertThrows(PlasmaException.class, store::connect);
      assertEquals(ErrorCode.LIMIT_EXCEEDED, refusal.code());
      assertEquals("too many clients: count=5 max=5", refusal.getMessage());
    }
    assertServes();
    // Who is a client already may still open lanes.
    clients.forEach(each -> assertEquals(false, each.contains(ObjectId.random())));
    clients.removeLast().close();
    Eventually.equal("room for one more", 4L, () -> client.stats().clients());
    clients.add(store.connect());
    clients.forEach(PlasmaClient::close);
  }

  @Test
  void refusesAPeerThatOpensLanesWithoutEnd() throws Exception {
    List<RawLane> lanes = new ArrayList<>();
    try {
      lanes.add(RawLane.hello(store.socket()));
      while (lanes.size() < Limits.MAX_LANES_PER_CLIENT) {
        lanes.add(RawLane.join(store.socket(), lanes.getFirst()));
      }
      for (int i = 0; i < 3; i++) {
        try (RawLane more = RawLane.open(store.socket())) {
          Reply.Failure refusal =
              assertInstanceOf(
                  Reply.Failure.class,
                  more.ask(new Request.Join(Limits.PROTOCOL_VERSION, lanes.getFirst().token())));
          assertEquals(ErrorCode.LIMIT_EXCEEDED, refusal.code());
          assertTrue(refusal.message().startsWith("too many lanes: client="), refusal::message);
          assertTrue(refusal.message().endsWith(" max=1024"), refusal::message);
          more.awaitClosed();
        }
      }
      assertServes();
      // The session goes on, and may open one again where it has closed one.
      assertEquals(
          new Reply.Answer(false), lanes.getLast().ask(new Request.Contains(ObjectId.random())));
      lanes.removeLast().close();
      long number = 2;
      Eventually.equal(
          "a lane to be gone",
          Limits.MAX_LANES_PER_CLIENT - 1,
          () ->
              client
                  .clients()
                  .filter(info -> info.number() == number)
                  .findFirst()
                  .orElseThrow()
                  .lanes());
      lanes.add(RawLane.join(store.socket(), lanes.getFirst()));
    } finally {
      close(lanes);
    }
    Eventually.equal("the peer to be gone", 1L, () -> client.stats().clients());
  }

  @Test
  void refusesMoreLanesThanMayStandInTheDoorAndClosesThoseThatStaySilent() throws Exception {
    // A lane that it goes on with, since it gets no more.
    assertServes();
    List<RawLane> silent = new ArrayList<>();
    try {
      for (int i = 0; i < Limits.MAX_LANES_IN_HANDSHAKE; i++) {
        RawLane lane = RawLane.open(store.socket());
        if (i % 2 == 0) {
          lane.send(new byte[] {16, 0, 0, 0});
        }
        silent.add(lane);
      }
      try (RawLane more = RawLane.open(store.socket())) {
        Reply.Failure refusal = assertInstanceOf(Reply.Failure.class, more.reply());
        assertEquals(ErrorCode.LIMIT_EXCEEDED, refusal.code());
        assertEquals(
            "too many connections have not said who they are: uid=%s count=1024 max=1024"
                .formatted(client.clients().findFirst().orElseThrow().uid()),
            refusal.message());
        more.awaitClosed();
      }
      assertEquals(1, client.stats().counters().get("refused"));
      assertServes();
      for (RawLane lane : silent) {
        lane.awaitClosed();
      }
      assertEquals(
          Limits.MAX_LANES_IN_HANDSHAKE, client.stats().counters().get("malformed").intValue());
      assertTrue(lines.count("no hello in time") <= 10, lines::toString);
    } finally {
      close(silent);
    }
    try (PlasmaClient next = store.connect()) {
      assertEquals(2, next.stats().clients());
    }
  }

  @Test
  void closesAPeerWhoseManyLanesReadNoneOfTheirReplies() throws Exception {
    List<NewSealedObject> objects = new ArrayList<>();
    for (int i = 0; i < Limits.MAX_OBJECTS_PER_LISTING; i++) {
      ObjectId id = ObjectId.named(i + "x".repeat(Limits.MAX_NAME - 4));
      objects.add(NewSealedObject.of(id, new byte[0]));
    }
    client.createAndSealAll(objects, Duration.ZERO);
    List<RawLane> lanes = new ArrayList<>();
    try {
      lanes.add(RawLane.hello(store.socket()));
      // Each reply has about 400 KB, of which the socket takes half: far more than may be unread.
      for (int i = 0; i < 600 && malformed() == 0; i++) {
        RawLane lane = RawLane.join(store.socket(), lanes.getFirst());
        lanes.add(lane);
        long answered = client.stats().counters().get("requests");
        lane.send(new Request.ListObjects(0, Limits.MAX_OBJECTS_PER_LISTING));
        Eventually.holds(
            "the request to be answered",
            () -> client.stats().counters().get("requests") > answered);
        // Answered after that one was, by the same thread.
        assertEquals(false, client.contains(ObjectId.random()));
      }
      assertEquals(1, malformed());
      assertTrue(lanes.size() > 100, () -> "lanes=" + lanes.size());
      for (RawLane lane : lanes) {
        lane.awaitClosed();
      }
    } finally {
      close(lanes);
    }
    Eventually.equal("the peer to be gone", 1L, () -> client.stats().clients());
    client.deleteAll(objects.stream().map(NewSealedObject::id).toList());
  }

  private long malformed() {
    return client.stats().counters().get("malformed");
  }

  @Test
  void countsEveryMalformedLaneAndLogsFew() throws Exception {
    int flood = 2_000;
    byte[] unknown =
        ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN).putInt(16).putInt(99).array();
    for (int i = 0; i < flood; i++) {
      try (RawLane lane = RawLane.open(store.socket())) {
        lane.send(unknown);
        lane.awaitClosed();
      }
    }
    Eventually.equal(
        "all to be counted", (long) flood, () -> client.stats().counters().get("malformed"));
    // Ten in each ten seconds, however long it takes here.
    int logged = lines.count("closed a lane: ");
    assertTrue(logged >= 1 && logged <= flood / 10, lines::toString);
  }

  @Test
  void everyRequestHasALimitOfItsIds() throws Exception {
    try (RawLane lane = RawLane.hello(store.socket())) {
      // A vector that says it has one id more than may be asked at once.
      byte[] frame =
          lane.frame(
              new Request.Get(
                  java.util.Collections.nCopies(Limits.MAX_IDS_PER_REQUEST, ObjectId.random()), 0));
      assertTrue(replaceFirst(frame, Limits.MAX_IDS_PER_REQUEST, Limits.MAX_IDS_PER_REQUEST + 1));
      assertEquals(MessageType.GET.number(), frame[4]);
      lane.send(frame);
      lane.awaitClosed();
    }
    Eventually.equal("it to be counted", 1L, () -> client.stats().counters().get("malformed"));
    Eventually.equal("the peer to be gone", 1L, () -> client.stats().clients());
  }

  private static boolean replaceFirst(byte[] frame, int number, int by) {
    ByteBuffer buffer = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 16; at + 4 <= frame.length; at += 4) {
      if (buffer.getInt(at) == number) {
        buffer.putInt(at, by);
        return true;
      }
    }
    return false;
  }

  private void assertServes() {
    ObjectId id = ObjectId.random();
    client.createAndSeal(id, new byte[10]);
    client.get(id).close();
    assertTrue(client.delete(id));
  }

  private static void close(List<RawLane> lanes) throws Exception {
    for (RawLane lane : lanes) {
      lane.close();
    }
  }

  /** What was logged. */
  private static final class Lines extends Handler {
    private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

    int count(String start) {
      return (int) lines.stream().filter(line -> line.contains(start)).count();
    }

    @Override
    public void publish(LogRecord entry) {
      lines.add(entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public String toString() {
      return lines.toString();
    }
  }
}
