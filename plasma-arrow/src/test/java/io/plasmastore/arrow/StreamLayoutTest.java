package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The plain numbers of the layout. */
class StreamLayoutTest {
  @Test
  void hasTheNumbersOfTheFormat() {
    assertEquals(-1, StreamLayout.CONTINUATION);
    assertEquals(0, StreamLayout.CONTINUATION_OFFSET);
    assertEquals(4, StreamLayout.METADATA_SIZE_OFFSET);
    assertEquals(8, StreamLayout.METADATA_OFFSET);
    assertEquals(8, StreamLayout.END_SIZE);
    assertEquals(64, StreamLayout.ALIGNMENT);
  }

  @Test
  void alignsUpwards() {
    assertEquals(0, StreamLayout.align(0));
    assertEquals(64, StreamLayout.align(1));
    assertEquals(64, StreamLayout.align(64));
    assertEquals(128, StreamLayout.align(65));
    assertEquals(1L << 40, StreamLayout.align((1L << 40) - 63));
  }
}
