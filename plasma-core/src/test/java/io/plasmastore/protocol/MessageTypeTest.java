package io.plasmastore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MessageTypeTest {
  @Test
  void numbersNeverChange() {
    assertEquals(
        "HELLO=1 JOIN=2 CREATE=3 SEAL=4 ABORT=5 CREATE_AND_SEAL=6 GET=7 CONTAINS=8 DELETE=9"
            + " UNPINNED=10 LIST_OBJECTS=11 CREATE_AND_SEAL_ALL=12 EVICT=13 TRIM=14 REFRESH=15"
            + " BIND=16 LIST_CLIENTS=17 LIST_HOLDERS=18 SUBSCRIBE=19 GOODBYE=20 PIN=21 RESIZE=22"
            + " SHARE_PAGES=23 DROP_PAGES=24 MARKED=25 CREATE_ALL=26 FAILURE=128 DONE=129 WELCOME=130 CREATED=131 GOT=132 ANSWER=133 LISTED=134"
            + " OUTCOMES=135 COUNT=136 CLIENTS_LISTED=137 HOLDERS_LISTED=138 NOTICE=139 RESIZED=140"
            + " CREATED_ALL=141",
        Arrays.stream(MessageType.values())
            .map(type -> type + "=" + type.number())
            .collect(Collectors.joining(" ")));
  }

  @Test
  void findsATypeByItsNumber() {
    for (MessageType type : MessageType.values()) {
      assertEquals(type, MessageType.of(type.number()));
    }
  }

  @Test
  void findsNothingUnderOtherNumbers() {
    for (int number : new int[] {Integer.MIN_VALUE, -1, 0, 27, 127, 142, 255, 256, 65_535}) {
      assertNull(MessageType.of(number), () -> "number=" + number);
    }
  }

  @Test
  void tellsRepliesFromRequests() {
    assertFalse(MessageType.HELLO.isReply());
    assertFalse(MessageType.PIN.isReply());
    assertTrue(MessageType.FAILURE.isReply());
    assertTrue(MessageType.NOTICE.isReply());
  }

  @Test
  void everyTypeHasAMessageOfItsSide() {
    Set<MessageType> seen = EnumSet.noneOf(MessageType.class);
    for (Message message : Samples.all()) {
      assertEquals(message instanceof Reply, message.type().isReply(), message::toString);
      seen.add(message.type());
    }
    assertEquals(EnumSet.allOf(MessageType.class), seen);
  }
}
