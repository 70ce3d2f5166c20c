package io.plasmastore.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** The same with a file that polars wrote, whose schema stands in the footer alone. */
class HostileFooterTest extends HostileBytesTest {
  @Override
  int flips() {
    return 6_000;
  }

  @Override
  byte[] smallStream() throws Exception {
    return ArrowInputTest.bytes("polars.arrow");
  }

  @Test
  void readsOrRefusesAFooterWithAnyOffsetPointingAnywhere() throws Exception {
    byte[] whole = smallStream();
    int end = whole.length - FileLayout.END_SIZE;
    int start = end - ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt(end);
    for (int position = start; position <= end - Integer.BYTES; position += Integer.BYTES) {
      // Backwards too: a table that contains itself.
      for (int target = start; target < end; target += 4 * Integer.BYTES) {
        byte[] bytes = whole.clone();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(position, target - position);
        readsOrRefuses(bytes, "position=" + position + " target=" + target);
      }
    }
  }
}
