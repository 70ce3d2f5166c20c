package io.plasmastore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ObjectIdTest {
  private static final String HEX = "000102030405060708090a0b0c0d0e0f10fffefd";

  @Test
  void readsItsOwnHex() {
    ObjectId id = ObjectId.fromHex(HEX);
    assertEquals(HEX, id.toHex());
    assertEquals(HEX, id.toString());
    assertEquals(id, ObjectId.fromHex(HEX.toUpperCase(java.util.Locale.ROOT)));
    assertEquals(id, ObjectId.of(id.toBytes()));
    assertEquals(id.hashCode(), ObjectId.of(id.toBytes()).hashCode());
  }

  @Test
  void isTheStartOfTheDigestOfItsName() {
    ObjectId id = ObjectId.named("trades/2026-11-22");
    assertEquals("c952e82c6125ea87da7d1291fc99adcecfa63223", id.toHex());
    assertEquals(Optional.of("trades/2026-11-22"), id.name());
    assertEquals(ObjectId.fromHex("c952e82c6125ea87da7d1291fc99adcecfa63223"), id);
    assertEquals(id, id.withName(null));
    assertEquals(Optional.empty(), id.withName(null).name());
    assertEquals(255, ObjectId.named("é".repeat(127) + "x").name().orElseThrow().length() + 127);
  }

  @Test
  void parsesNamesAndHex() {
    assertEquals(ObjectId.named("a"), ObjectId.parse("name:a"));
    assertEquals(ObjectId.named("name:a"), ObjectId.parse("name:name:a"));
    assertEquals(ObjectId.fromHex(HEX), ObjectId.parse(HEX));
  }

  @Test
  void saysWhatIsWrong() {
    assertFails("an object id has 20 bytes: found=19 wanted=20", () -> ObjectId.of(new byte[19]));
    assertFails("an object id has 40 hex digits: found=2 text=ab", () -> ObjectId.fromHex("ab"));
    assertFails("an object id has 40 hex digits: found=0 text=", () -> ObjectId.parse(""));
    String noHex = HEX.replace("f", "g");
    assertFails("an object id has 40 hex digits: text=" + noHex, () -> ObjectId.parse(noHex));
    assertFails(
        "a name has 1 to 255 bytes of UTF-8: found=0 max=255", () -> ObjectId.parse("name:"));
    assertFails(
        "a name has 1 to 255 bytes of UTF-8: found=256 max=255",
        () -> ObjectId.named("é".repeat(128)));
    assertFails("a name has half a surrogate pair: name=x\uD800", () -> ObjectId.named("x\uD800"));
  }

  @Test
  void isOrderedAsItsBytesAre() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      byte[] a = new byte[ObjectId.SIZE];
      byte[] b = new byte[ObjectId.SIZE];
      random.nextBytes(a);
      System.arraycopy(a, 0, b, 0, a.length);
      b[random.nextInt(b.length)] = (byte) random.nextInt();
      assertEquals(
          Integer.signum(Arrays.compareUnsigned(a, b)),
          Integer.signum(ObjectId.of(a).compareTo(ObjectId.of(b))));
      assertEquals(Arrays.equals(a, b), ObjectId.of(a).equals(ObjectId.of(b)));
    }
  }

  @Test
  void isCopiedAndMatchedAtAnyOffset() {
    ObjectId id = ObjectId.random();
    for (int offset = 0; offset < 9; offset++) {
      MemorySegment segment = MemorySegment.ofArray(new byte[ObjectId.SIZE + 8]);
      id.copyTo(segment, offset);
      assertTrue(id.matches(segment, offset));
      assertEquals(id, ObjectId.copyFrom(segment, offset));
    }
    MemorySegment shortSegment = MemorySegment.ofArray(new byte[ObjectId.SIZE - 1]);
    ObjectId zeros = ObjectId.of(new byte[ObjectId.SIZE]);
    assertThrows(IndexOutOfBoundsException.class, () -> zeros.matches(shortSegment, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> ObjectId.copyFrom(shortSegment, 0));
  }

  @Test
  void spreadsCountersAndNeighbours() {
    Set<Long> upper = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = new byte[ObjectId.SIZE];
      bytes[i % 20] = (byte) (i / 20);
      bytes[(i + 1) % 20] = (byte) (i / 20 / 256);
      upper.add(ObjectId.of(bytes).hash64() >>> 44);
    }
    // Of 2^20 values; all ids differ but the few hundred that are zero.
    assertTrue(upper.size() > 8500, () -> "distinct=" + upper.size());
    assertNotEquals(ObjectId.random(), ObjectId.random());
    assertArrayEquals(new byte[ObjectId.SIZE], ObjectId.of(new byte[ObjectId.SIZE]).toBytes());
  }

  private static void assertFails(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
