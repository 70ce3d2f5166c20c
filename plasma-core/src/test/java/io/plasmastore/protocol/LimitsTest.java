package io.plasmastore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LimitsTest {
  private static final ObjectId ID = Samples.id();
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);
  private static final Reply.Listed.Entry ENTRY =
      new Reply.Listed.Entry(ID, null, 0, 0, 0, 0, 0, 0, 0, false, 0);

  @Test
  void numbersAreTheOnesInTheDocument() {
    assertEquals(3, Limits.PROTOCOL_VERSION);
    assertEquals(1_048_576, Limits.MAX_TABLE);
    assertEquals(1_048_592, Limits.MAX_FRAME);
    assertEquals(65_536, Limits.MAX_METADATA);
    assertEquals(65_536, Limits.MAX_INLINE_DATA);
    assertEquals(255, Limits.MAX_NAME);
    assertEquals(255, Limits.MAX_CLIENT_NAME);
    assertEquals(4_096, Limits.MAX_FAILURE_TEXT);
    assertEquals(4_096, Limits.MAX_IDS_PER_REQUEST);
    assertEquals(1_048_448, Limits.MAX_BATCH);
    assertEquals(1_024, Limits.MAX_OBJECTS_PER_LISTING);
    assertEquals(1_024, Limits.MAX_CLIENTS_PER_LISTING);
    assertEquals(4_096, Limits.MAX_HOLDERS_PER_LISTING);
    assertEquals(16_777_216, Limits.MAX_SHARED_SIZE);
    assertEquals(1_024, Limits.MAX_SHARED_PER_CLIENT);
  }

  @Test
  void noMessageHoldsMoreThanItsLimit() {
    ByteBuffer tooMuch = ByteBuffer.allocate(65_537);
    refuses("metadataSize=65537 min=0 max=65536", () -> create(0, tooMuch, null));
    refuses("metadataSize=65537 min=0 max=65536", () -> createAndSeal(tooMuch, null, NONE));
    refuses("dataSize=65537 min=0 max=65536", () -> createAndSeal(NONE, null, tooMuch));
    refuses("metadataSize=65537 min=0 max=65536", () -> object(tooMuch, null, NONE));
    refuses("dataSize=65537 min=0 max=65536", () -> object(NONE, null, tooMuch));
    List<ObjectId> tooMany = Collections.nCopies(4097, ID);
    refuses("ids=4097 min=0 max=4096", () -> new Request.Get(tooMany, 0));
    refuses("ids=4097 min=0 max=4096", () -> new Request.Delete(tooMany));
    refuses("ids=4097 min=0 max=4096", () -> new Request.Refresh(tooMany));
    refuses("codes=4097 min=0 max=4096", () -> new Reply.Outcomes(Collections.nCopies(4097, 0)));
    refuses(
        "entries=1025 min=0 max=1024",
        () -> new Reply.ClientsListed(0, Collections.nCopies(1025, client(0, "", 0))));
    refuses(
        "entries=4097 min=0 max=4096",
        () ->
            new Reply.HoldersListed(
                Collections.nCopies(4097, new Reply.HoldersListed.Entry(1, 1))));
    refuses(
        "entries=4097 min=0 max=4096",
        () -> new Reply.Got(Collections.nCopies(4097, Reply.Got.Entry.NOT_SEALED)));
    refuses(
        "entries=1025 min=0 max=1024", () -> new Reply.Listed(0, Collections.nCopies(1025, ENTRY)));
    refuses("limit=1025 min=1 max=1024", () -> new Request.ListObjects(0, 1025));
    refuses("limit=0 min=1 max=1024", () -> new Request.ListObjects(0, 0));
    refuses("heapNumber=65536 min=0 max=65535", () -> welcome(0, 65_536));
    refuses("state=256 min=0 max=255", () -> entry(256, 0, 0));
    refuses("metadataSize=65537 min=0 max=65536", () -> entry(0, 0, 65_537));
  }

  @Test
  void aBatchIsFullByItsCountOrByItsCost() {
    refuses(
        "entries=4097 min=0 max=4096",
        () -> new Request.CreateAndSealAll(Collections.nCopies(4097, object(NONE, null, NONE)), 0));

    List<Request.CreateAndSealAll.Entry> entries = new ArrayList<>(Samples.fullBatch().entries());
    entries.removeLast();
    int left = Limits.MAX_BATCH - 15 * (65_536 + 32);
    assertEquals(15, entries.size());
    entries.add(object(NONE, null, ByteBuffer.allocate(left - 32)));
    assertEquals(16, new Request.CreateAndSealAll(entries, 0).entries().size());
    entries.set(15, object(NONE, null, ByteBuffer.allocate(left - 31)));
    refuses("batchCost=1048449 min=0 max=1048448", () -> new Request.CreateAndSealAll(entries, 0));
  }

  @Test
  void theCostOfAnObjectIsKnownBeforehand() {
    assertEquals(32, Limits.batchCost(0, 0, 0));
    assertEquals(32 + 100 + 20 + 3, Limits.batchCost(100, 20, 3));
    assertEquals(32 + (1L << 40), Limits.batchCost(1L << 40, 0, 0));
    assertEquals(
        Limits.batchCost(5, 7, 4),
        object(ByteBuffer.allocate(7), "🧀", ByteBuffer.allocate(5)).batchCost());
  }

  @Test
  void noTextIsLongerThanItsLimitInUtf8() {
    refuses(
        "clientNameLength=256 min=0 max=255",
        () -> new Request.Hello(1, 1, "é".repeat(128), false));
    refuses("nameLength=256 min=1 max=255", () -> create(0, NONE, "🧀".repeat(64)));
    refuses("nameLength=0 min=1 max=255", () -> createAndSeal(NONE, "", NONE));
    refuses("nameLength=0 min=1 max=255", () -> object(NONE, "", NONE));
    refuses("nameLength=256 min=1 max=255", () -> object(NONE, "x".repeat(256), NONE));
    refuses("nameLength=0 min=1 max=255", () -> new Request.Bind("", ID));
    refuses("nameLength=256 min=1 max=255", () -> new Request.Bind("é".repeat(128), null));
    refuses("nameLength=256 min=0 max=255", () -> client(0, "é".repeat(128), 0));
    refuses(
        "nameLength=258 min=1 max=255",
        () -> new Reply.Listed.Entry(ID, "奶".repeat(86), 0, 0, 0, 0, 0, 0, 0, false, 0));
    refuses(
        "messageLength=4097 min=0 max=4096",
        () -> new Reply.Failure(ErrorCode.TIMED_OUT, "x".repeat(4097)));
  }

  @Test
  void noTextHoldsHalfACharacter() {
    refuses(
        "clientName has half a surrogate pair: index=1",
        () -> new Request.Hello(1, 1, "a\ud83e", false));
    refuses("name has half a surrogate pair: index=0", () -> create(0, NONE, "\udd00x"));
    refuses("name has half a surrogate pair: index=0", () -> new Request.Bind("\udd00x", ID));
    refuses(
        "message has half a surrogate pair: index=0",
        () -> new Reply.Failure(ErrorCode.TIMED_OUT, "\ud83e\ud83e\udd00"));
  }

  @Test
  void noCountOrSizeIsNegative() {
    refuses("version=-1 min=0", () -> new Request.Hello(-1, 0, "", false));
    refuses("pid=-1 min=0", () -> new Request.Hello(0, -1, "", false));
    refuses("version=-1 min=0", () -> new Request.Join(-1, new SessionToken(0, 0)));
    refuses("dataSize=-1 min=0", () -> create(-1, NONE, null));
    refuses("slot=-1 min=0", () -> new Request.Seal(-1, 0));
    refuses("generation=-1 min=0", () -> new Request.Seal(0, -1));
    refuses("slot=-2147483648 min=0", () -> new Request.Abort(Integer.MIN_VALUE, 0));
    refuses("generation=-1 min=0", () -> new Request.Abort(0, -1));
    refuses("slot=-1 min=0", () -> new Request.Unpinned(-1, 0));
    refuses("generation=-1 min=0", () -> new Request.Unpinned(0, -1));
    refuses("fromSlot=-1 min=0", () -> new Request.ListObjects(-1, 1));
    refuses("storePid=-1 min=0", () -> welcome(-1, 0));
    refuses("slot=-1 min=0", () -> new Reply.Created(-1, 0, 0, false));
    refuses("generation=-1 min=0", () -> new Reply.Created(0, -1, 0, false));
    refuses("dataOffset=-1 min=0", () -> new Reply.Created(0, 0, -1, false));
    refuses("slot=-2 min=-1 max=2147483647", () -> new Reply.Got.Entry(-2, 0));
    refuses("generation=-1 min=0", () -> new Reply.Got.Entry(0, -1));
    refuses(
        "nextSlot=-2 min=-1 max=2147483647", () -> new Reply.Listed(-2, Collections.emptyList()));
    refuses("dataSize=-1 min=0", () -> entry(0, -1, 0));
    refuses(
        "creator=-1 min=0", () -> new Reply.Listed.Entry(ID, null, 0, 0, 0, 0, 0, 0, 0, false, -1));
    refuses("bytes=-1 min=0", () -> new Request.Evict(-1));
    refuses("fromNumber=-1 min=0", () -> new Request.ListClients(-1));
    refuses("value=-1 min=0", () -> new Reply.Count(-1));
    refuses(
        "nextNumber=-2 min=-1 max=2147483647",
        () -> new Reply.ClientsListed(-2, Collections.emptyList()));
    refuses("number=-1 min=0", () -> client(-1, "", 0));
    refuses("access=3 min=0 max=2", () -> Access.of(3));
    refuses("pins=-1 min=0", () -> client(0, "", -1));
    refuses("clientNumber=-1 min=0", () -> new Reply.HoldersListed.Entry(-1, 0));
    refuses("pins=-1 min=0", () -> new Reply.HoldersListed.Entry(0, -1));
    refuses("sequence=-1 min=0", () -> new Reply.Notice(-1, Reply.Notice.Kind.SEALED, ID, 0));
    refuses("size=-1 min=0", () -> new Reply.Notice(0, Reply.Notice.Kind.SEALED, ID, -1));
  }

  @Test
  void anOutcomeIsDoneOrAKnownError() {
    Reply.Outcomes outcomes = new Reply.Outcomes(List.of(0, 3));
    assertNull(outcomes.error(0));
    assertEquals(ErrorCode.OBJECT_NOT_SEALED, outcomes.error(1));
    refuses("unknown error code: code=16 max=15", () -> new Reply.Outcomes(List.of(0, 16)));
    refuses("unknown error code: code=-1 max=15", () -> new Reply.Outcomes(List.of(-1)));
  }

  @Test
  void numbersOfNoticesNeverChange() {
    assertEquals(1, Reply.Notice.Kind.SEALED.number());
    assertEquals(2, Reply.Notice.Kind.DELETED.number());
    assertEquals(3, Reply.Notice.Kind.EVICTED.number());
    for (Reply.Notice.Kind kind : Reply.Notice.Kind.values()) {
      assertEquals(kind, Reply.Notice.Kind.of(kind.number()));
    }
    refuses("kind=0 min=1 max=3", () -> Reply.Notice.Kind.of(0));
    refuses("kind=4 min=1 max=3", () -> Reply.Notice.Kind.of(4));
  }

  @Test
  void aFailureCutsItsTextToTheLimitBetweenCharacters() {
    Reply.Failure failure = Reply.Failure.of(ErrorCode.INTERNAL_ERROR, "x" + "🧀".repeat(2000));

    assertEquals("x" + "🧀".repeat(1023), failure.message());
    assertEquals(4093, failure.message().getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void aFailureReplacesWhatUtf8CannotHold() {
    assertEquals("a?b?", Reply.Failure.of(ErrorCode.INTERNAL_ERROR, "a\udd00b\ud83e").message());
    assertEquals("", Reply.Failure.of(ErrorCode.INTERNAL_ERROR, "").message());
  }

  @Test
  void aTokenIsNotPrinted() {
    assertEquals(
        "Join[version=1, token=SessionToken[hidden]]",
        new Request.Join(1, new SessionToken(1234, 5678)).toString());
  }

  private static Reply welcome(long storePid, int heapNumber) {
    return new Reply.Welcome(
        1, new SessionToken(0, 0), 0, storePid, 0, 0, 0, heapNumber, Access.READ_WRITE);
  }

  private static Reply.Listed.Entry entry(int state, long dataSize, int metadataSize) {
    return new Reply.Listed.Entry(ID, null, state, dataSize, metadataSize, 0, 0, 0, 0, false, 0);
  }

  private static Request create(long dataSize, ByteBuffer metadata, @Nullable String name) {
    return new Request.Create(ID, dataSize, metadata, name, false, 0);
  }

  private static Request createAndSeal(
      ByteBuffer metadata, @Nullable String name, ByteBuffer data) {
    return new Request.CreateAndSeal(ID, metadata, name, data, false, 0);
  }

  private static Request.CreateAndSealAll.Entry object(
      ByteBuffer metadata, @Nullable String name, ByteBuffer data) {
    return new Request.CreateAndSealAll.Entry(ID, metadata, name, data, false);
  }

  private static Reply.ClientsListed.Entry client(int number, String name, long pins) {
    return new Reply.ClientsListed.Entry(
        number, 0, name, 0, 0, pins, 0, 0, 0, 0, Access.READ_WRITE, 0, 0, 0, 0);
  }

  private static void refuses(String text, Executable message) {
    assertEquals(text, assertThrows(IllegalArgumentException.class, message).getMessage());
  }
}
