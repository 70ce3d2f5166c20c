package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrowMetadataTest {
  @Test
  void isOneLineOfText() {
    assertEquals(
        "application/vnd.apache.arrow.stream; rows=200000; batches=1",
        new ArrowMetadata(200_000, 1).format());
  }

  @Test
  void writesCountsOfAnyLength() {
    String head = ArrowMetadata.MEDIA_TYPE + "; rows=";
    assertEquals(head + "0; batches=0", new ArrowMetadata(0, 0).format());
    assertEquals(head + "9; batches=10", new ArrowMetadata(9, 10).format());
    assertEquals(
        head + "9223372036854775807; batches=2147483647",
        new ArrowMetadata(Long.MAX_VALUE, Integer.MAX_VALUE).format());
  }

  @Test
  void readsWhatItWrote() {
    ArrowMetadata metadata = new ArrowMetadata(Long.MAX_VALUE / 16, Integer.MAX_VALUE);
    assertEquals(Optional.of(metadata), ArrowMetadata.parse(metadata.format()));
    assertEquals(
        Optional.of(metadata), ArrowMetadata.parse(MemorySegment.ofArray(metadata.toBytes())));
  }

  @Test
  void passesOverParametersThatItDoesNotKnow() {
    assertEquals(
        Optional.of(new ArrowMetadata(7, 2)),
        ArrowMetadata.parse(
            "application/vnd.apache.arrow.stream;producer=x; batches=2 ;rows=7; sorted"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain; rows=1; batches=1",
        "application/vnd.apache.arrow.stream",
        "application/vnd.apache.arrow.stream; rows=1",
        "application/vnd.apache.arrow.stream; rows=-1; batches=1",
        "application/vnd.apache.arrow.stream; rows=x; batches=1",
        "application/vnd.apache.arrow.stream; rows=1; batches=4294967296",
        "application/vnd.apache.arrow.stream; rows=9999999999999999999; batches=1"
      })
  void isAbsentInOtherText(String text) {
    assertEquals(Optional.empty(), ArrowMetadata.parse(text));
  }

  @Test
  void isAbsentInLongBytes() {
    assertEquals(Optional.empty(), ArrowMetadata.parse(MemorySegment.ofArray(new byte[64 << 10])));
  }

  @Test
  void refusesNegativeCounts() {
    assertThrows(IllegalArgumentException.class, () -> new ArrowMetadata(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> new ArrowMetadata(0, -1));
  }
}
