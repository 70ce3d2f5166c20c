package io.plasmastore.arrow;

import java.io.InputStream;
import java.util.Objects;

/** The same with a file that pyarrow wrote, its batches compressed by LZ4. */
class HostileFileTest extends HostileBytesTest {
  @Override
  int flips() {
    return 6_000;
  }

  @Override
  byte[] smallStream() throws Exception {
    try (InputStream in =
        Objects.requireNonNull(HostileFileTest.class.getResourceAsStream("pyarrow-lz4.arrow"))) {
      return in.readAllBytes();
    }
  }
}
