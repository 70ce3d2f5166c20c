package io.plasmastore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageWriterTest {
  private final MessageWriter writer = new MessageWriter();

  /** The example of docs/protocol.md. */
  static final String SEAL_FRAME =
      """
      20000000 0400 0000 0700000000000000
      10000000 00000000 0800 1000 0400 0800
      08000000 05000000 0300000000000000
      """;

  @Test
  void theBytesOfAFrameNeverChange() {
    assertEquals(SEAL_FRAME.replaceAll("\\s", ""), hex(writer.write(7, new Request.Seal(5, 3))));
  }

  @Test
  void anIdLiesInTheFrameInContentOrder() {
    ObjectId id = ObjectId.fromHex("000102030405060708090a0b0c0d0e0f10111213");

    String frame = hex(writer.write(1, new Request.Contains(id)));

    assertTrue(frame.contains(id.toHex()), frame);
  }

  @Test
  void theFrameIsDirectAndBeginsAtItsPosition() {
    ByteBuffer frame = writer.write(1, new Reply.Done());

    assertTrue(frame.isDirect());
    assertEquals(0, frame.position());
    assertEquals(
        FrameHeader.LENGTH + frame.order(ByteOrder.LITTLE_ENDIAN).getInt(0), frame.limit());
  }

  @Test
  void whatIsDoneToAFrameDoesNotHarmTheNext() {
    String first = hex(writer.write(7, new Request.Seal(5, 3)));

    writer.write(7, new Request.Seal(5, 3)).order(ByteOrder.BIG_ENDIAN).position(9).limit(11);

    assertEquals(first, hex(writer.write(7, new Request.Seal(5, 3))));
  }

  @Test
  void theSourcesOfAMessageStayWhereTheyAre() {
    ByteBuffer data = ByteBuffer.allocate(100).position(10).limit(20);

    writer.write(1, new Request.CreateAndSeal(Samples.id(), data, "n", data));

    assertEquals(10, data.position());
    assertEquals(20, data.limit());
  }

  @Test
  void refusesAFrameOverItsLimitAndGoesOn() throws Exception {
    MessageWriter small = new MessageWriter(100);
    Request.CreateAndSeal large =
        new Request.CreateAndSeal(Samples.id(), Samples.bytes(0), null, Samples.bytes(100));

    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> small.write(1, large));

    assertEquals("frame too large: type=CREATE_AND_SEAL length=164 max=100", e.getMessage());
    assertEquals(new Reply.Done(), Samples.read(small.write(2, new Reply.Done())));
  }

  @Test
  void everyMessageWithinTheLimitsFits() {
    for (Message message : Samples.largest()) {
      assertTrue(writer.write(1, message).remaining() <= Limits.MAX_FRAME / 2, message::toString);
    }
  }

  @Test
  void headerFitsBeforeATableOfAnySize() throws Exception {
    // Every fill of the first buffers, so that some leave less room than a header needs.
    for (int size = 0; size < 5000; size++) {
      Request.CreateAndSeal message =
          new Request.CreateAndSeal(
              Samples.id(), ByteBuffer.allocate(0), null, ByteBuffer.allocate(size));
      assertEquals(message, Samples.read(new MessageWriter().write(1, message)));
    }
  }

  @Test
  void aMessageMayChangeItsListAfterwards() {
    List<ObjectId> ids = new ArrayList<>(List.of(Samples.id()));
    Request.Get get = new Request.Get(ids, 0);
    ids.clear();
    assertEquals(1, get.ids().size());
  }

  private static String hex(ByteBuffer frame) {
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
