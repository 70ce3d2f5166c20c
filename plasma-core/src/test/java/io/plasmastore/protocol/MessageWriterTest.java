package io.plasmastore.protocol;

import static io.plasmastore.protocol.Limits.MAX_FRAME;
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

    writer.write(1, new Request.CreateAndSeal(Samples.id(), data, "n", data, false, 0));
    writer.write(
        1,
        new Request.CreateAndSealAll(
            List.of(new Request.CreateAndSealAll.Entry(Samples.id(), data, "n", data, false)), 0));

    assertEquals(10, data.position());
    assertEquals(20, data.limit());
  }

  @Test
  void refusesAFrameOverItsLimitAndGoesOn() throws Exception {
    MessageWriter small = new MessageWriter(100);
    Request.CreateAndSeal large =
        new Request.CreateAndSeal(
            Samples.id(), Samples.bytes(0), null, Samples.bytes(100), false, 0);

    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> small.write(1, large));

    assertEquals("frame too large: type=CREATE_AND_SEAL length=164 max=100", e.getMessage());
    assertEquals(new Reply.Done(), Samples.read(small.write(2, new Reply.Done())));
  }

  @Test
  void everyMessageWithinTheLimitsFits() {
    for (Message message : Samples.largest()) {
      int max = isBatch(message) ? MAX_FRAME : MAX_FRAME / 2;
      assertTrue(writer.write(1, message).remaining() <= max, () -> "type=" + message.type());
    }
  }

  private static boolean isBatch(Message message) {
    return message instanceof Request.CreateAndSealAll || message instanceof Request.CreateAll;
  }

  @Test
  void manyEmptyObjectsAreLaidOutAsDrawn() {
    ObjectId id = ObjectId.fromHex("000102030405060708090a0b0c0d0e0f10111213");
    Request.CreateAll.Entry entry = new Request.CreateAll.Entry(id, 0x0102030405060708L, "ne");

    String frame = hex(writer.write(1, new Request.CreateAll(List.of(entry, entry), true)));

    String object = "0807060504030201" + id.toHex() + "0200" + "0000";
    assertTrue(frame.contains("02000000" + object + object), frame);
    assertTrue(frame.contains("04000000" + "6e65" + "6e65"), frame);
    assertEquals(0, EmptyObjects.DATA_SIZE_OFFSET);
    assertEquals(8, EmptyObjects.ID_OFFSET);
    assertEquals(28, EmptyObjects.NAME_SIZE_OFFSET);
    assertEquals(32, EmptyObjects.OBJECT_SIZE);
  }

  @Test
  void aBatchIsAsLargeAsItsCostAndLittleMore() {
    for (Request.CreateAndSealAll batch :
        List.of(
            Samples.fullBatch(),
            new Request.CreateAndSealAll(List.of(), 0),
            new Request.CreateAndSealAll(List.of(Samples.object(1)), 1))) {
      int cost = batch.entries().stream().mapToInt(Request.CreateAndSealAll.Entry::batchCost).sum();
      int table = writer.write(1, batch).remaining() - FrameHeader.LENGTH;
      assertTrue(
          table >= cost && table <= cost + BatchLayout.MAX_FIXED_SIZE,
          () -> "table=" + table + " cost=" + cost);
    }
  }

  @Test
  void aBatchIsLaidOutAsDrawn() {
    ObjectId id = ObjectId.fromHex("000102030405060708090a0b0c0d0e0f10111213");
    Request.CreateAndSealAll.Entry entry =
        new Request.CreateAndSealAll.Entry(id, bytes("a1a2"), "n", bytes("d1d2d3"), true);

    String frame = hex(writer.write(1, new Request.CreateAndSealAll(List.of(entry, entry), 7)));

    String object = id.toHex() + "03000000" + "02000000" + "0100" + "01" + "00";
    assertTrue(frame.contains("02000000" + object + object), frame);
    String payload = "d1d2d3" + "a1a2" + "6e";
    assertTrue(frame.contains("0c000000" + payload + payload), frame);
    assertEquals(20, BatchLayout.DATA_SIZE_OFFSET);
    assertEquals(24, BatchLayout.METADATA_SIZE_OFFSET);
    assertEquals(28, BatchLayout.NAME_SIZE_OFFSET);
    assertEquals(30, BatchLayout.KEEP_OFFSET);
    assertEquals(32, BatchLayout.OBJECT_SIZE);
  }

  @Test
  void headerFitsBeforeATableOfAnySize() throws Exception {
    // Every fill of the first buffers, so that some leave less room than a header needs.
    for (int size = 0; size < 5000; size++) {
      Request.CreateAndSeal message =
          new Request.CreateAndSeal(
              Samples.id(), ByteBuffer.allocate(0), null, ByteBuffer.allocate(size), false, 0);
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

  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
  }

  private static String hex(ByteBuffer frame) {
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
