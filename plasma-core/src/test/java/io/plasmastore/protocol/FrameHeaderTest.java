package io.plasmastore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class FrameHeaderTest {
  @Test
  void layoutIsTheOneInTheDocument() {
    assertEquals(0, FrameHeader.TABLE_LENGTH_OFFSET);
    assertEquals(4, FrameHeader.TYPE_OFFSET);
    assertEquals(6, FrameHeader.RESERVED_OFFSET);
    assertEquals(8, FrameHeader.REQUEST_NUMBER_OFFSET);
    assertEquals(16, FrameHeader.LENGTH);
  }

  @Test
  void readsLittleEndianFieldsAndMovesPastThem() throws Exception {
    ByteBuffer buffer = bytes("ff 00020100 0300 0000 f7f6f5f4f3f2f1f0 ff").position(1);

    FrameHeader header = FrameHeader.read(buffer);

    assertEquals(new FrameHeader(0x10200, 3, 0xf0f1f2f3f4f5f6f7L), header);
    assertEquals(17, buffer.position());
    assertEquals(ByteOrder.BIG_ENDIAN, buffer.order());
  }

  @Test
  void readsWhatItWrote() throws Exception {
    ByteBuffer buffer = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
    FrameHeader.write(buffer, 5, 123, MessageType.LISTED, Long.MIN_VALUE);

    assertEquals(0, buffer.position());
    assertEquals(
        new FrameHeader(123, MessageType.LISTED.number(), Long.MIN_VALUE),
        FrameHeader.read(buffer.position(5)));
  }

  @Test
  void admitsTheLargestTable() throws Exception {
    assertEquals(
        Limits.MAX_TABLE,
        FrameHeader.read(bytes("00001000 0300 0000 0000000000000000")).tableLength());
  }

  @Test
  void refusesATableOverTheLimit() {
    MalformedFrameException e =
        assertThrows(
            MalformedFrameException.class,
            () -> FrameHeader.read(bytes("01001000 0300 0000 0000000000000000")));
    assertEquals(
        "malformed frame: type=3 (CREATE) tableLength=1048577 maxTable=1048576", e.getMessage());
    assertEquals(3, e.type());
    assertEquals(1_048_577, e.tableLength());
  }

  @Test
  void takesALengthWithItsHighestBitForLargeAndNotForNegative() {
    MalformedFrameException e =
        assertThrows(
            MalformedFrameException.class,
            () -> FrameHeader.read(bytes("ffffffff ffff 0000 0000000000000000")));
    assertEquals(
        "malformed frame: type=65535 (unknown) tableLength=4294967295 maxTable=1048576",
        e.getMessage());
  }

  @Test
  void refusesReservedBits() {
    MalformedFrameException e =
        assertThrows(
            MalformedFrameException.class,
            () -> FrameHeader.read(bytes("10000000 0100 0080 0000000000000000")));
    assertEquals(
        "malformed frame: type=1 (HELLO) tableLength=16 reserved=32768 wanted=0", e.getMessage());
  }

  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
  }
}
