package io.plasmastore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageRoundTripTest {
  private final MessageWriter writer = new MessageWriter();

  static List<Message> messages() {
    return Samples.all();
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("messages")
  void arrivesAsItWasSent(Message message) throws Exception {
    ByteBuffer frame = writer.write(-17, message);
    assertTrue(frame.remaining() <= Limits.MAX_FRAME, () -> "frame=" + frame.remaining());

    FrameHeader header = FrameHeader.read(frame);

    assertEquals(new FrameHeader(frame.remaining(), message.type().number(), -17), header);
    assertEquals(message, Samples.read(header, frame));
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("messages")
  void arrivesFromAnyKindOfBuffer(Message message) throws Exception {
    ByteBuffer frame = writer.write(1, message);
    int length = frame.remaining();
    ByteBuffer array = ByteBuffer.allocate(length + 7).position(3).put(frame.duplicate());
    array.position(3).limit(3 + length);

    assertEquals(message, Samples.read(array.duplicate().order(ByteOrder.LITTLE_ENDIAN)));
    assertEquals(message, Samples.read(array.asReadOnlyBuffer()));
    assertEquals(3, array.position());
  }

  @Test
  void oneWriterServesAllMessagesInAnyOrder() throws Exception {
    for (int round = 0; round < 3; round++) {
      for (Message message : Samples.all().reversed()) {
        assertEquals(message, Samples.read(writer.write(round, message)));
      }
    }
  }

  @Test
  void aNameKeepsItsCharacters() throws Exception {
    String name = "\u0001 é ߿ ࠀ \uffff 🧀 \udbff\udfff";
    Request.Create create = new Request.Create(Samples.id(), 1, Samples.bytes(0), name, false, 0);

    assertEquals(name, ((Request.Create) Samples.read(writer.write(1, create))).name());
  }

  @Test
  void bytesOfAMessageAreAReadOnlyViewOfTheFrame() throws Exception {
    ByteBuffer data = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1).limit(3);
    ByteBuffer frame =
        writer.write(1, new Request.CreateAndSeal(Samples.id(), data, null, data, false, 0));

    Request.CreateAndSeal read = (Request.CreateAndSeal) Samples.read(frame);

    assertTrue(read.data().isReadOnly() && read.metadata().isReadOnly());
    assertEquals(2, read.data().remaining());
    assertEquals(2, read.data().get(0));
    writer.write(
        2, new Request.CreateAndSeal(Samples.id(), data, null, data.put(1, (byte) 9), false, 0));
    assertEquals(9, read.data().get(0), "the view shows what the buffer holds now");
  }

  @Test
  void bytesOfABatchAreReadOnlyViewsOfTheFrame() throws Exception {
    ByteBuffer data = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1).limit(3);
    Request.CreateAndSealAll.Entry entry =
        new Request.CreateAndSealAll.Entry(Samples.id(), data, "n", data, true);
    ByteBuffer frame = writer.write(1, new Request.CreateAndSealAll(List.of(entry, entry), 0));

    Request.CreateAndSealAll.Entry last =
        ((Request.CreateAndSealAll) Samples.read(frame.duplicate())).entries().getLast();

    assertEquals(entry, last);
    assertTrue(last.data().isReadOnly() && last.metadata().isReadOnly());
    frame.put(0, new byte[frame.limit()]);
    assertEquals(0, last.data().get(0), "the view shows what the buffer holds now");
  }
}
