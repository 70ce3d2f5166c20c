package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The numbers of the diagram, plainly. */
class ChannelLayoutTest {
  @Test
  void theReceiversPart() {
    assertEquals(0, ChannelLayout.ATTACHED_OFFSET);
    assertEquals(128, ChannelLayout.TAKEN_OFFSET);
    assertEquals(256, ChannelLayout.SLEEP_OFFSET);
    assertEquals(384, ChannelLayout.RETURNED_OFFSET);
    assertEquals(384 + 15 * 8, ChannelLayout.returnedOffset(15));
    assertEquals(65_536, ChannelLayout.RECEIVER_SIZE);
  }

  @Test
  void theSendersPart() {
    assertEquals(0, ChannelLayout.MARK_OFFSET);
    assertEquals(8, ChannelLayout.WAKES_OFFSET);
    assertEquals(128, ChannelLayout.SENT_OFFSET);
    assertEquals(136, ChannelLayout.CORE_OFFSET);
    assertEquals(256, ChannelLayout.QUEUE_OFFSET);
    assertEquals(1024, ChannelLayout.QUEUE_LENGTH);
    assertEquals(65_536, ChannelLayout.BLOCKS_OFFSET);
    assertEquals(16, ChannelLayout.BLOCK_COUNT);
    assertEquals(65_536, ChannelLayout.BLOCK_SIZE);
    assertEquals(1_114_112, ChannelLayout.SENDER_SIZE);
    assertEquals(1_179_648, ChannelLayout.SIZE);
    assertEquals(65_536 + 15 * 65_536, ChannelLayout.blockOffset(15));
    assertTrue(ChannelLayout.messageOffset(1023) + 32 <= ChannelLayout.BLOCKS_OFFSET);
    assertEquals(ChannelLayout.messageOffset(1), ChannelLayout.messageOffset(1025));
  }

  @Test
  void aMessage() {
    assertEquals(0, ChannelLayout.KIND_OFFSET);
    assertEquals(4, ChannelLayout.BLOCK_OFFSET);
    assertEquals(4, ChannelLayout.ID_OFFSET);
    assertEquals(8, ChannelLayout.LENGTH_OFFSET);
    assertEquals(32, ChannelLayout.MESSAGE_SIZE);
    assertEquals(1, ChannelLayout.BLOCK);
    assertEquals(2, ChannelLayout.OBJECT);
  }

  @Test
  void aSleep() {
    assertEquals(7 * 4, ChannelBell.Sleep.AWAKE.numbered(7));
    assertEquals(7 * 4 + 1, ChannelBell.Sleep.NAPPING.numbered(7));
    assertEquals(7 * 4 + 2, ChannelBell.Sleep.SLEEPING.numbered(7));
    for (ChannelBell.Sleep how : ChannelBell.Sleep.values()) {
      assertEquals(how, ChannelBell.Sleep.of(how.numbered(Long.MAX_VALUE)));
    }
    assertEquals(ChannelBell.Sleep.AWAKE, ChannelBell.Sleep.of(3));
  }

  @Test
  void theMarkSaysWhatItIs() {
    byte[] mark =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(ChannelLayout.MARK).array();
    assertEquals("PLASMAC\2", new String(mark, StandardCharsets.US_ASCII));
  }

  @Test
  void everyDefaultLimitFitsIntoTheQueue() {
    assertTrue(ObjectChannel.DEFAULT_LIMIT <= ChannelLayout.QUEUE_LENGTH);
  }
}
