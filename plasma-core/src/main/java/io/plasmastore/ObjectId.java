package io.plasmastore;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name of an object: 20 bytes, immutable, free of any machine or place. Two ids are equal when
 * their bytes are; the {@linkplain #name() name} that a {@linkplain #named named} id remembers
 * takes no part in it. Nor does where a client found the object last, which this Java object
 * remembers for the next get by it.
 */
public final class ObjectId implements Comparable<ObjectId> {
  /** Length of an id in bytes. */
  public static final int SIZE = 20;

  /** Greatest length of a name in bytes of UTF-8. */
  public static final int MAX_NAME_SIZE = 255;

  /** What a text starts with that is a name and not hex digits, see {@link #parse}. */
  public static final String NAME_PREFIX = "name:";

  /** What the metadata of a binding starts with, before the name; see {@link #ofBinding}. */
  public static final String BINDING_TYPE = "application/vnd.plasmastore.binding; name=";

  /** The {@link #lastSlot} of an id by which nothing was found yet. */
  static final int NOWHERE = -1;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final long MIDDLE_OFFSET = Long.BYTES;
  private static final long LOW_OFFSET = 2 * Long.BYTES;
  private static final SecureRandom RANDOM = new SecureRandom();

  // Big-endian words, so that comparing them unsigned compares the bytes in order.
  private final long high;
  private final long middle;
  private final int low;
  private final @Nullable String name;

  // A hint, whichever thread's and whichever store's: who follows it looks whether it is true.
  private int lastSlot = NOWHERE;

  private ObjectId(long high, long middle, int low, @Nullable String name) {
    this.high = high;
    this.middle = middle;
    this.low = low;
    this.name = name;
  }

  /**
   * An id that nobody else has: 160 random bits.
   *
   * @return a new id
   */
  public static ObjectId random() {
    byte[] bytes = new byte[SIZE];
    RANDOM.nextBytes(bytes);
    return of(bytes);
  }

  /**
   * The id of these bytes.
   *
   * @param bytes exactly {@value #SIZE} bytes, copied
   * @return the id
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static ObjectId of(byte[] bytes) {
    if (bytes.length != SIZE) {
      throw new IllegalArgumentException(
          "an object id has 20 bytes: found=" + bytes.length + " wanted=" + SIZE);
    }
    return copyFrom(MemorySegment.ofArray(bytes), 0);
  }

  /**
   * The id of these hex digits.
   *
   * @param hex exactly 40 hex digits, upper or lower case
   * @return the id
   * @throws IllegalArgumentException if the text is anything else
   */
  public static ObjectId fromHex(String hex) {
    if (hex.length() != 2 * SIZE) {
      throw new IllegalArgumentException(
          "an object id has 40 hex digits: found=" + hex.length() + " text=" + hex);
    }
    try {
      return of(HexFormat.of().parseHex(hex));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("an object id has 40 hex digits: text=" + hex, e);
    }
  }

  /**
   * The id that stands for a name: the first 20 bytes of the SHA-256 digest of the name's UTF-8
   * bytes. Any language computes the same. The id remembers the name, and a store lists an object
   * created under it by that name.
   *
   * @param name 1 to {@value #MAX_NAME_SIZE} bytes of UTF-8
   * @return the id
   * @throws IllegalArgumentException if the name is empty or too long, or has half a surrogate
   *     pair, which UTF-8 can't hold
   */
  public static ObjectId named(String name) {
    byte[] digest = Arrays.copyOf(sha256().digest(checkedName(name)), SIZE);
    return of(digest).withName(name);
  }

  /**
   * The id of the object that holds what a name is {@linkplain PlasmaClient#bind bound} to: the
   * first 20 bytes of the SHA-256 digest of {@code "binding"}, a zero byte, and the name's UTF-8
   * bytes.
   *
   * @param name 1 to {@value #MAX_NAME_SIZE} bytes of UTF-8
   * @return the id
   * @throws IllegalArgumentException if the name is empty or too long
   */
  public static ObjectId ofBinding(String name) {
    MessageDigest digest = sha256();
    digest.update("binding\0".getBytes(StandardCharsets.UTF_8));
    return of(Arrays.copyOf(digest.digest(checkedName(name)), SIZE));
  }

  /**
   * The id that a person wrote: {@code name:} and a name, or 40 hex digits.
   *
   * @param text what was written
   * @return the id
   * @throws IllegalArgumentException if the text is neither
   */
  public static ObjectId parse(String text) {
    return text.startsWith(NAME_PREFIX)
        ? named(text.substring(NAME_PREFIX.length()))
        : fromHex(text);
  }

  /**
   * The id in these bytes of a segment.
   *
   * @param source where the id lies
   * @param offset of its first byte in the segment
   * @return the id
   * @throws IndexOutOfBoundsException if the segment ends before it
   */
  public static ObjectId copyFrom(MemorySegment source, long offset) {
    return new ObjectId(
        source.get(LONG, offset),
        source.get(LONG, offset + MIDDLE_OFFSET),
        source.get(INT, offset + LOW_OFFSET),
        null);
  }

  /**
   * Writes the id's bytes into a segment.
   *
   * @param target where to write
   * @param offset of the first byte in the segment
   * @throws IndexOutOfBoundsException if the segment is too short
   */
  public void copyTo(MemorySegment target, long offset) {
    target.set(LONG, offset, high);
    target.set(LONG, offset + MIDDLE_OFFSET, middle);
    target.set(INT, offset + LOW_OFFSET, low);
  }

  /**
   * Whether a segment holds this id.
   *
   * @param segment where to look
   * @param offset of the first byte to compare
   * @return true if the 20 bytes there are this id's
   * @throws IndexOutOfBoundsException if the segment is too short
   */
  public boolean matches(MemorySegment segment, long offset) {
    return segment.get(LONG, offset) == high
        && segment.get(LONG, offset + MIDDLE_OFFSET) == middle
        && segment.get(INT, offset + LOW_OFFSET) == low;
  }

  /**
   * The name that this id was made from, if it is known.
   *
   * @return the name of a {@link #named} id or of one from a listing, else empty
   */
  public Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /**
   * The same id, remembering a name. The name is not checked against the bytes.
   *
   * @param name the name, or null to forget it
   * @return an equal id
   */
  public ObjectId withName(@Nullable String name) {
    return new ObjectId(high, middle, low, name);
  }

  /**
   * The bytes of the id.
   *
   * @return a new array of {@value #SIZE} bytes
   */
  public byte[] toBytes() {
    byte[] bytes = new byte[SIZE];
    copyTo(MemorySegment.ofArray(bytes), 0);
    return bytes;
  }

  /**
   * The bytes of the id as text.
   *
   * @return 40 lower-case hex digits
   */
  public String toHex() {
    return HexFormat.of().formatHex(toBytes());
  }

  /**
   * A number in which every bit depends on every bit of the id, for hash tables in shared memory.
   * It is part of the format of the index ({@code docs/format.md}) and is the same in each process.
   *
   * @return the mixed bits
   */
  public long hash64() {
    // Two rounds of the MurmurHash3 finalizer: ids may be counters or text, not only random bits.
    long mixed = mix(high ^ Long.rotateLeft(middle, 32) ^ (low * 0x9E3779B97F4A7C15L));
    return mix(mixed + middle);
  }

  /** The slot in which a client found the object last, or {@link #NOWHERE}. A hint. */
  int lastSlot() {
    return lastSlot;
  }

  void foundIn(int slot) {
    lastSlot = slot;
  }

  private static byte[] checkedName(String name) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw new IllegalArgumentException("a name has half a surrogate pair: name=" + name);
    }
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    if (utf8.length == 0 || utf8.length > MAX_NAME_SIZE) {
      throw new IllegalArgumentException(
          "a name has 1 to 255 bytes of UTF-8: found=" + utf8.length + " max=" + MAX_NAME_SIZE);
    }
    return utf8;
  }

  private static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 33)) * 0xFF51AFD7ED558CCDL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return mixed ^ (mixed >>> 33);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  @Override
  public int compareTo(ObjectId other) {
    int order = Long.compareUnsigned(high, other.high);
    if (order == 0) {
      order = Long.compareUnsigned(middle, other.middle);
    }
    return order != 0 ? order : Integer.compareUnsigned(low, other.low);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ObjectId that
        && high == that.high
        && middle == that.middle
        && low == that.low;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(hash64());
  }

  /** The 40 hex digits. */
  @Override
  public String toString() {
    return toHex();
  }
}
