package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import io.plasmastore.protocol.FrameHeader;
import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.MessageType;
import io.plasmastore.protocol.MessageWriter;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import io.plasmastore.protocol.SessionToken;
import io.plasmastore.testing.Eventually;
import io.plasmastore.testing.RawLane;
import io.plasmastore.testing.TestStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Peers that do not keep to the protocol, against a living store: what they did is counted, what
 * they had is undone, and everybody else is served on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProtocolAbuseTest {
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);
  private static final int TABLE = FrameHeader.LENGTH;

  // Each closed lane is logged, and there are thousands. Held, as a logger that nobody holds
  // forgets
  // its level.
  private final Logger log = Logger.getLogger(LaneHandler.class.getName());
  private TestStore store;
  private PlasmaClient client;
  private ObjectId kept;
  private long malformedBefore;

  @BeforeAll
  void launch(@TempDir Path folder) {
    log.setLevel(Level.OFF);
    store = TestStore.embedded(folder, 64 << 20);
    client = store.connect();
    kept = ObjectId.random();
    // To be kept, since a frame may ask to evict.
    try (ObjectWriter writer = client.create(kept, 64, new byte[0], true)) {
      writer.seal();
    }
  }

  @AfterAll
  void close() {
    client.close();
    store.close();
    log.setLevel(null);
  }

  @BeforeEach
  void look() {
    malformedBefore = malformed();
  }

  @AfterEach
  void othersAreServedOn() {
    Eventually.equal("the peer to be gone", 1L, () -> client.stats().clients());
    client.get(kept).close();
    try (PlasmaClient next = store.connect()) {
      ObjectId id = ObjectId.random();
      next.createAndSeal(id, new byte[1]);
      next.get(id).close();
      assertTrue(next.delete(id));
    }
    Eventually.equal("the next client to be gone", 1L, () -> client.stats().clients());
    assertEquals(64, client.stats().used());
    assertEquals(1, client.stats().objects());
  }

  @Test
  void garbageClosesTheLane() throws Exception {
    byte[] noise = new byte[1000];
    new Random(1).nextBytes(noise);
    byte[] ones = new byte[1000];
    Arrays.fill(ones, (byte) 0xff);
    byte[] http =
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    for (byte[] bytes : List.of(noise, ones, http, new byte[1000])) {
      assertMalformedOnBoth(bytes);
    }
  }

  @Test
  void anUnknownTypeClosesTheLane() throws Exception {
    for (int type : new int[] {0, 12, 99, 127, 200, 255, 256, 0x7fff, 0xffff}) {
      assertMalformedOnBoth(frame(type, new byte[16]));
    }
  }

  @Test
  void aReplyFromAClientClosesTheLane() throws Exception {
    assertMalformedOnBoth(bytes(new MessageWriter().write(1, new Reply.Done())));
  }

  @Test
  void tablesOfZerosOrOnesCloseTheLane() throws Exception {
    for (MessageType type : MessageType.values()) {
      for (int length : new int[] {0, 1, 4, 64}) {
        assertMalformedOnBoth(frame(type.number(), new byte[length]));
        byte[] ones = new byte[length];
        Arrays.fill(ones, (byte) 0xff);
        assertMalformedOnBoth(frame(type.number(), ones));
      }
    }
  }

  @Test
  void aLengthOverTheLimitClosesTheLaneAtOnce() throws Exception {
    for (int length : new int[] {Limits.MAX_TABLE + 1, 1 << 30, Integer.MIN_VALUE, -1}) {
      byte[] frame = frame(MessageType.GET.number(), new byte[16]);
      littleEndian(frame).putInt(FrameHeader.TABLE_LENGTH_OFFSET, length);
      // The header alone: the store must not wait for the rest.
      assertMalformedOnBoth(Arrays.copyOf(frame, FrameHeader.LENGTH));
    }
  }

  @Test
  void negativeNumbersCloseTheLane() throws Exception {
    try (RawLane lane = RawLane.open(store.socket())) {
      long marker = 0x1122334455667788L;
      for (long bad : new long[] {-1, Long.MIN_VALUE, -(1L << 50)}) {
        assertMalformedOnBoth(
            replaced(
                lane.frame(new Request.Create(kept, marker, NONE, null, false, 0)), marker, bad));
        assertMalformedOnBoth(replaced(lane.frame(new Request.Seal(1, marker)), marker, bad));
        assertMalformedOnBoth(replaced(lane.frame(new Request.Abort(1, marker)), marker, bad));
        assertMalformedOnBoth(replaced(lane.frame(new Request.Unpinned(1, marker)), marker, bad));
        assertMalformedOnBoth(
            replaced(lane.frame(new Request.Hello(1, marker, "x", false)), marker, bad));
      }
    }
  }

  @Test
  void fourBytesAndThenSilenceHoldUpNobody() throws Exception {
    List<RawLane> silent = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      RawLane lane = RawLane.open(store.socket());
      lane.send(new byte[] {16, 0, 0, 0});
      silent.add(lane);
    }
    othersAreServedOn();
    for (RawLane lane : silent) {
      lane.close();
    }
    assertEquals(malformedBefore, malformed());
  }

  @Test
  void aFrameMayComeByteByByte() throws Exception {
    try (RawLane lane = RawLane.hello(store.socket())) {
      for (byte one : lane.frame(new Request.Contains(kept))) {
        lane.send(new byte[] {one});
      }
      assertEquals(new Reply.Answer(true), lane.reply());
    }
  }

  @Test
  void aRequestBeforeTheHelloClosesTheLane() throws Exception {
    try (RawLane lane = RawLane.open(store.socket())) {
      lane.send(new Request.Get(List.of(kept), 0));
      lane.awaitClosed();
    }
    Eventually.equal("it to be counted", malformedBefore + 1, this::malformed);
  }

  @Test
  void aSecondHelloIsRefusedAndTheLaneGoesOn() throws Exception {
    try (RawLane lane = RawLane.hello(store.socket())) {
      for (Request again :
          List.of(
              new Request.Hello(Limits.PROTOCOL_VERSION, 1, "again", false),
              new Request.Join(Limits.PROTOCOL_VERSION, new SessionToken(1, 2)))) {
        assertEquals(
            ErrorCode.PROTOCOL_ERROR,
            assertInstanceOf(Reply.Failure.class, lane.ask(again)).code());
      }
      assertEquals(new Reply.Answer(true), lane.ask(new Request.Contains(kept)));
    }
  }

  @Test
  void whoCannotBeServedIsToldWhyAndClosed() throws Exception {
    assertRefused(ErrorCode.VERSION_MISMATCH, new Request.Hello(99, 1, "x", false));
    assertRefused(ErrorCode.VERSION_MISMATCH, new Request.Join(0, new SessionToken(0, 0)));
    assertRefused(
        ErrorCode.ACCESS_DENIED, new Request.Join(Limits.PROTOCOL_VERSION, new SessionToken(3, 4)));
  }

  @Test
  void aRequestBeforeTheReplyEndsTheSession() throws Exception {
    ObjectId awaited = ObjectId.random();
    try (RawLane first = RawLane.hello(store.socket())) {
      first.ask(new Request.Create(ObjectId.random(), 1000, NONE, null, false, 0));
      try (RawLane second = RawLane.join(store.socket(), first)) {
        second.send(new Request.Get(List.of(awaited), -1));
        second.send(new Request.Contains(kept));
        second.awaitClosed();
        first.awaitClosed();
      }
    }
    Eventually.equal("the peer to be gone", 1L, () -> client.stats().clients());
    assertEquals(malformedBefore + 1, malformed());
    client.createAndSeal(awaited, new byte[1]);
    assertTrue(client.delete(awaited));
  }

  @Test
  void aPeerThatNeverReadsItsRepliesCostsLittleAndIsClosed() throws Exception {
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < Limits.MAX_OBJECTS_PER_LISTING; i++) {
      ObjectId id = ObjectId.named(i + "x".repeat(Limits.MAX_NAME - 4));
      client.createAndSeal(id, new byte[0]);
      ids.add(id);
    }
    // Each reply has 400 KB and each request a hundred bytes: in one go, 200 MB of replies.
    try (RawLane lane = RawLane.hello(store.socket())) {
      byte[] request = lane.frame(new Request.ListObjects(0, Limits.MAX_OBJECTS_PER_LISTING));
      byte[] many = new byte[request.length * 500];
      for (int at = 0; at < many.length; at += request.length) {
        System.arraycopy(request, 0, many, at, request.length);
      }
      long before = client.stats().counters().get("requests");
      int unused = lane.trySend(many);
      Eventually.equal("the lane to be closed", malformedBefore + 1, this::malformed);
      long answered = client.stats().counters().get("requests") - before;
      assertTrue(answered <= 4, () -> "answered=" + answered);
    }
    for (ObjectId id : ids) {
      assertTrue(client.delete(id));
    }
  }

  @Test
  void whatIsNotOnesOwnCannotBeSealedAbortedOrReleased() throws Exception {
    ObjectId sealed = ObjectId.random();
    client.createAndSeal(sealed, new byte[100]);
    ObjectId deleted = ObjectId.random();
    client.createAndSeal(deleted, new byte[100]);
    try (RawLane lane = RawLane.hello(store.socket());
        ObjectWriter writer = client.create(ObjectId.random(), 100);
        SealedObject held = client.get(deleted)) {
      assertTrue(client.delete(deleted));
      for (int slot : new int[] {0, 1, 2, 3, 4, 63, 64, 4095, 1 << 20, Integer.MAX_VALUE}) {
        for (long generation : new long[] {0, 1, 2, 1L << 50, Long.MAX_VALUE}) {
          ErrorCode seal = failure(lane.ask(new Request.Seal(slot, generation)));
          ErrorCode abort = failure(lane.ask(new Request.Abort(slot, generation)));
          assertEquals(seal, abort);
          assertTrue(
              seal == ErrorCode.OBJECT_NOT_FOUND || seal == ErrorCode.OBJECT_SEALED,
              seal::toString);
          assertEquals(new Reply.Done(), lane.ask(new Request.Unpinned(slot, generation)));
        }
      }
      assertEquals(100, held.data().byteSize());
      assertEquals(64 + 3 * 128, client.stats().used());
      writer.seal();
      assertTrue(client.delete(writer.id()));
    }
    assertTrue(client.delete(sealed));
  }

  @Test
  void numbersAtTheirLimitsAreServed() throws Exception {
    ObjectId missing = ObjectId.random();
    try (RawLane lane = RawLane.hello(store.socket())) {
      assertEquals(
          new Reply.Listed(Reply.Listed.END, List.of()),
          lane.ask(new Request.ListObjects(Integer.MAX_VALUE, 1)));
      assertEquals(new Reply.Got(List.of()), lane.ask(new Request.Get(List.of(), -1)));
      List<ObjectId> most = Collections.nCopies(Limits.MAX_IDS_PER_REQUEST, kept);
      assertEquals(
          Limits.MAX_IDS_PER_REQUEST,
          ((Reply.Got) lane.ask(new Request.Get(most, Long.MAX_VALUE))).entries().size());
      assertEquals(
          ErrorCode.OBJECT_TOO_LARGE,
          failure(lane.ask(new Request.Create(missing, Long.MAX_VALUE, NONE, null, false, 0))));
    }
    for (long timeout : new long[] {Long.MIN_VALUE, -1, Long.MAX_VALUE}) {
      try (RawLane lane = RawLane.hello(store.socket())) {
        long asked = client.stats().counters().get("gets_asked");
        lane.send(new Request.Get(List.of(missing), timeout));
        Eventually.equal(
            "the get to be asked", asked + 1, () -> client.stats().counters().get("gets_asked"));
        client.createAndSeal(missing, new byte[1]);
        assertTrue(((Reply.Got) lane.reply()).entries().getFirst().isSealed());
        assertTrue(client.delete(missing));
      }
    }
  }

  @Test
  void threeThousandBrokenFramesHurtNobody() throws Exception {
    throwFrames(3_000);
  }

  @Test
  @Tag("heavy")
  @Timeout(3600)
  void aMillionBrokenFramesHurtNobody() throws Exception {
    throwFrames(Integer.getInteger("plasma.test.frames", 1_000_000));
  }

  @Test
  void aRequestCutOffAnywhereHurtsNobody() throws Exception {
    for (Request request : requests()) {
      byte[] frame = bytes(new MessageWriter().write(7, request));
      for (int length = 0; length < frame.length; length++) {
        try (RawLane stranger = RawLane.open(store.socket());
            RawLane known = RawLane.hello(store.socket())) {
          for (RawLane lane : List.of(stranger, known)) {
            lane.send(Arrays.copyOf(frame, length));
            lane.endOutput();
            lane.awaitClosed();
          }
        }
      }
    }
    assertEquals(malformedBefore, malformed());
  }

  private void throwFrames(int count) throws Exception {
    long seed = Long.getLong("plasma.test.seed", 20_261_122);
    Random random = new Random(seed);
    MessageWriter writer = new MessageWriter();
    List<byte[]> corpus = new ArrayList<>();
    for (Request request : requests()) {
      corpus.add(bytes(writer.write(7, request)));
    }
    for (int i = 0; i < count; i++) {
      // Half before a hello, half after one. Each to its end: what follows a malformed frame on a
      // lane is not even looked at.
      boolean known = random.nextBoolean();
      try (RawLane lane = known ? RawLane.hello(store.socket()) : RawLane.open(store.socket())) {
        lane.send(broken(corpus.get(random.nextInt(corpus.size())).clone(), random));
        lane.endOutput();
        lane.awaitClosed();
      } catch (AssertionError | IOException e) {
        throw new AssertionError("seed=" + seed + " frame=" + i, e);
      }
      if (i % 500 == 0) {
        client.get(kept).close();
        assertTrue(client.contains(kept), () -> "seed=" + seed);
      }
    }
    Eventually.equal("the peers to be gone: seed=" + seed, 1L, () -> client.stats().clients());
    long malformed = malformed() - malformedBefore;
    assertTrue(malformed > count / 3, () -> "seed=" + seed + " malformed=" + malformed);
    // Some were whole after all, and put something.
    for (var info : client.list().toList()) {
      if (!info.id().equals(kept)) {
        assertTrue(client.delete(info.id()), () -> "seed=" + seed);
      }
    }
  }

  private List<Request> requests() {
    ObjectId id = ObjectId.random();
    return List.of(
        new Request.Hello(Limits.PROTOCOL_VERSION, 1, "raw", false),
        new Request.Join(Limits.PROTOCOL_VERSION, new SessionToken(1, 2)),
        new Request.Create(id, 100, NONE, null, false, 0),
        new Request.Create(
            ObjectId.named("abuse"), 1 << 20, ByteBuffer.allocate(100), "abuse", false, 0),
        new Request.Seal(1, 1),
        new Request.Abort(1, 1),
        new Request.CreateAndSeal(id, NONE, null, ByteBuffer.allocate(100), false, 0),
        new Request.Get(List.of(id, ObjectId.random()), 0),
        new Request.Get(List.of(id), -1),
        new Request.Contains(id),
        new Request.Delete(List.of(id)),
        new Request.Unpinned(0, 0),
        new Request.ListObjects(0, 10),
        new Request.CreateAndSealAll(
            List.of(
                new Request.CreateAndSealAll.Entry(
                    ObjectId.random(), NONE, null, ByteBuffer.allocate(100), false),
                new Request.CreateAndSealAll.Entry(
                    ObjectId.named("abuse too"), NONE, "abuse too", NONE, true)),
            0),
        new Request.CreateAll(
            List.of(
                new Request.CreateAll.Entry(ObjectId.random(), 1000, null),
                new Request.CreateAll.Entry(ObjectId.named("abuse all"), 0, "abuse all")),
            false),
        new Request.Evict(1 << 20),
        new Request.Trim(),
        new Request.Refresh(List.of(id, kept)),
        new Request.Bind("abuse", id),
        new Request.Bind("nothing", null),
        new Request.ListClients(0),
        new Request.ListHolders(kept, false),
        new Request.Subscribe(),
        new Request.Goodbye());
  }

  private static byte[] broken(byte[] frame, Random random) {
    switch (random.nextInt(8)) {
      case 0 -> {
        return Arrays.copyOf(frame, 1 + random.nextInt(frame.length));
      }
      case 1 -> {
        for (int i = random.nextInt(8); i >= 0; i--) {
          frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      case 2 -> littleEndian(frame).putInt(random.nextInt(frame.length - 3), random.nextInt());
      case 3 -> {
        int[] nasty = {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 20, 4097};
        littleEndian(frame)
            .putInt(TABLE + random.nextInt(frame.length - TABLE - 3), nasty[random.nextInt(6)]);
      }
      case 4 -> {
        long[] nasty = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 50, -(1L << 50)};
        littleEndian(frame)
            .putLong(TABLE + random.nextInt(frame.length - TABLE - 7), nasty[random.nextInt(5)]);
      }
      case 5 -> {
        byte[] noise = new byte[1 + random.nextInt(300)];
        random.nextBytes(noise);
        return random.nextBoolean() ? noise : frame(random.nextInt(256), noise);
      }
      case 6 -> {
        byte[] uniform = new byte[random.nextInt(300)];
        Arrays.fill(uniform, random.nextBoolean() ? 0 : (byte) 0xff);
        return frame(anyType(random), uniform);
      }
      default -> {
        // As it was.
      }
    }
    return frame;
  }

  private static int anyType(Random random) {
    MessageType[] types = MessageType.values();
    return types[random.nextInt(types.length)].number();
  }

  /** Sends bytes before a hello and after one: both times the store closes the lane. */
  private void assertMalformedOnBoth(byte[] bytes) throws Exception {
    long before = malformed();
    try (RawLane stranger = RawLane.open(store.socket())) {
      stranger.send(bytes);
      stranger.awaitClosed();
    }
    try (RawLane known = RawLane.hello(store.socket())) {
      known.ask(new Request.Create(ObjectId.random(), 100, NONE, null, false, 0));
      known.send(bytes);
      known.awaitClosed();
    }
    Eventually.equal("both to be counted", before + 2, this::malformed);
  }

  private void assertRefused(ErrorCode code, Request request) throws Exception {
    try (RawLane lane = RawLane.open(store.socket())) {
      assertEquals(code, failure(lane.ask(request)));
      lane.awaitClosed();
      assertThrows(AssertionError.class, lane::reply);
    }
  }

  private static ErrorCode failure(Reply reply) {
    return assertInstanceOf(Reply.Failure.class, reply).code();
  }

  private long malformed() {
    return client.stats().counters().get("malformed");
  }

  private static byte[] frame(int type, byte[] table) {
    byte[] frame = new byte[FrameHeader.LENGTH + table.length];
    littleEndian(frame).putInt(table.length).putShort((short) type);
    System.arraycopy(table, 0, frame, FrameHeader.LENGTH, table.length);
    return frame;
  }

  private static byte[] replaced(byte[] frame, long number, long by) throws IOException {
    for (int at = FrameHeader.LENGTH; at + Long.BYTES <= frame.length; at++) {
      if (littleEndian(frame).getLong(at) == number) {
        littleEndian(frame).putLong(at, by);
        return frame;
      }
    }
    throw new IOException("frame does not hold the number: number=" + number);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
