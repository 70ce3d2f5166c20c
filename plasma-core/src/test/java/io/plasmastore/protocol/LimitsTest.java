package io.plasmastore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LimitsTest {
  private static final ObjectId ID = Samples.id();
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);
  private static final Reply.Listed.Entry ENTRY =
      new Reply.Listed.Entry(ID, null, 0, 0, 0, 0, 0, 0, 0);

  @Test
  void numbersAreTheOnesInTheDocument() {
    assertEquals(1, Limits.PROTOCOL_VERSION);
    assertEquals(1_048_576, Limits.MAX_TABLE);
    assertEquals(1_048_592, Limits.MAX_FRAME);
    assertEquals(65_536, Limits.MAX_METADATA);
    assertEquals(65_536, Limits.MAX_INLINE_DATA);
    assertEquals(255, Limits.MAX_NAME);
    assertEquals(255, Limits.MAX_CLIENT_NAME);
    assertEquals(4_096, Limits.MAX_FAILURE_TEXT);
    assertEquals(4_096, Limits.MAX_IDS_PER_REQUEST);
    assertEquals(1_024, Limits.MAX_OBJECTS_PER_LISTING);
  }

  @Test
  void noMessageHoldsMoreThanItsLimit() {
    ByteBuffer tooMuch = ByteBuffer.allocate(65_537);
    refuses("metadataSize=65537 min=0 max=65536", () -> new Request.Create(ID, 0, tooMuch, null));
    refuses(
        "metadataSize=65537 min=0 max=65536",
        () -> new Request.CreateAndSeal(ID, tooMuch, null, NONE));
    refuses(
        "dataSize=65537 min=0 max=65536", () -> new Request.CreateAndSeal(ID, NONE, null, tooMuch));
    refuses("ids=4097 min=0 max=4096", () -> new Request.Get(Collections.nCopies(4097, ID), 0));
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
  void noTextIsLongerThanItsLimitInUtf8() {
    refuses("clientNameLength=256 min=0 max=255", () -> new Request.Hello(1, 1, "é".repeat(128)));
    refuses("nameLength=256 min=1 max=255", () -> new Request.Create(ID, 0, NONE, "🧀".repeat(64)));
    refuses("nameLength=0 min=1 max=255", () -> new Request.CreateAndSeal(ID, NONE, "", NONE));
    refuses(
        "nameLength=258 min=1 max=255",
        () -> new Reply.Listed.Entry(ID, "奶".repeat(86), 0, 0, 0, 0, 0, 0, 0));
    refuses(
        "messageLength=4097 min=0 max=4096",
        () -> new Reply.Failure(ErrorCode.TIMED_OUT, "x".repeat(4097)));
  }

  @Test
  void noTextHoldsHalfACharacter() {
    refuses(
        "clientName has half a surrogate pair: index=1", () -> new Request.Hello(1, 1, "a\ud83e"));
    refuses(
        "name has half a surrogate pair: index=0",
        () -> new Request.Create(ID, 0, NONE, "\udd00x"));
    refuses(
        "message has half a surrogate pair: index=0",
        () -> new Reply.Failure(ErrorCode.TIMED_OUT, "\ud83e\ud83e\udd00"));
  }

  @Test
  void noCountOrSizeIsNegative() {
    refuses("version=-1 min=0", () -> new Request.Hello(-1, 0, ""));
    refuses("pid=-1 min=0", () -> new Request.Hello(0, -1, ""));
    refuses("version=-1 min=0", () -> new Request.Join(-1, new SessionToken(0, 0)));
    refuses("dataSize=-1 min=0", () -> new Request.Create(ID, -1, NONE, null));
    refuses("slot=-1 min=0", () -> new Request.Seal(-1, 0));
    refuses("generation=-1 min=0", () -> new Request.Seal(0, -1));
    refuses("slot=-2147483648 min=0", () -> new Request.Abort(Integer.MIN_VALUE, 0));
    refuses("generation=-1 min=0", () -> new Request.Abort(0, -1));
    refuses("slot=-1 min=0", () -> new Request.Unpinned(-1, 0));
    refuses("generation=-1 min=0", () -> new Request.Unpinned(0, -1));
    refuses("fromSlot=-1 min=0", () -> new Request.ListObjects(-1, 1));
    refuses("storePid=-1 min=0", () -> welcome(-1, 0));
    refuses("slot=-1 min=0", () -> new Reply.Created(-1, 0, 0));
    refuses("generation=-1 min=0", () -> new Reply.Created(0, -1, 0));
    refuses("dataOffset=-1 min=0", () -> new Reply.Created(0, 0, -1));
    refuses("slot=-2 min=-1 max=2147483647", () -> new Reply.Got.Entry(-2, 0));
    refuses("generation=-1 min=0", () -> new Reply.Got.Entry(0, -1));
    refuses(
        "nextSlot=-2 min=-1 max=2147483647", () -> new Reply.Listed(-2, Collections.emptyList()));
    refuses("dataSize=-1 min=0", () -> entry(0, -1, 0));
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
    return new Reply.Welcome(1, new SessionToken(0, 0), 0, storePid, 0, 0, 0, heapNumber);
  }

  private static Reply.Listed.Entry entry(int state, long dataSize, int metadataSize) {
    return new Reply.Listed.Entry(ID, null, state, dataSize, metadataSize, 0, 0, 0, 0);
  }

  private static void refuses(String text, Executable message) {
    assertEquals(text, assertThrows(IllegalArgumentException.class, message).getMessage());
  }
}
