package io.plasmastore.arrow;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the metadata of a dataframe's object says, so that a listing knows the rows without touching
 * the data. It is one line of ASCII: a media type and its parameters, {@code
 * application/vnd.apache.arrow.stream; rows=200000; batches=1}.
 *
 * <p>It is a hint for people and tools. Readers of the data take the counts from the stream itself.
 *
 * @param rows rows of all batches together, 0 or more
 * @param batches record batches in the stream, 0 or more
 */
public record ArrowMetadata(long rows, int batches) {
  /** The registered media type of an Arrow IPC stream, with which the metadata starts. */
  public static final String MEDIA_TYPE = "application/vnd.apache.arrow.stream";

  private static final String ROWS = "rows";
  private static final String BATCHES = "batches";

  private static final byte[] ROWS_HEAD = ascii(MEDIA_TYPE + "; " + ROWS + "=");
  private static final byte[] BATCHES_HEAD = ascii("; " + BATCHES + "=");

  // Longer metadata is somebody else's.
  private static final int MAX_SIZE = 1024;

  /**
   * Checks the counts.
   *
   * @throws IllegalArgumentException if a count is negative
   */
  public ArrowMetadata {
    if (rows < 0 || batches < 0) {
      throw new IllegalArgumentException(
          "counts are 0 or more: rows=" + rows + " batches=" + batches);
    }
  }

  /**
   * Reads the metadata of an object.
   *
   * @param metadata the metadata's bytes, as {@link io.plasmastore.SealedObject#metadata()} gives
   *     them
   * @return the counts, or empty if the object does not say that it is a dataframe
   */
  public static Optional<ArrowMetadata> parse(MemorySegment metadata) {
    if (metadata.byteSize() > MAX_SIZE) {
      return Optional.empty();
    }
    byte[] bytes = metadata.toArray(ValueLayout.JAVA_BYTE);
    return parse(new String(bytes, StandardCharsets.US_ASCII));
  }

  /**
   * Reads the metadata of an object. Parameters that are not known are passed over.
   *
   * @param text the metadata as text
   * @return the counts, or empty if the text is not the metadata of a dataframe
   */
  public static Optional<ArrowMetadata> parse(String text) {
    String[] parts = text.split(";", -1);
    if (!parts[0].strip().equals(MEDIA_TYPE)) {
      return Optional.empty();
    }
    OptionalLong rows = number(parts, ROWS);
    OptionalLong batches = number(parts, BATCHES);
    if (rows.isEmpty() || batches.isEmpty() || batches.getAsLong() > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    return Optional.of(new ArrowMetadata(rows.getAsLong(), (int) batches.getAsLong()));
  }

  /**
   * The metadata as text, which {@link #parse(String)} reads back.
   *
   * @return one line of ASCII
   */
  public String format() {
    return new String(toBytes(), StandardCharsets.US_ASCII);
  }

  /**
   * The metadata as bytes, for {@link io.plasmastore.PlasmaClient#create}.
   *
   * @return the bytes of {@link #format()}
   */
  public byte[] toBytes() {
    // The end of a seal, which runs with cold caches: no formatting, and no string.
    int rowsSize = digits(rows);
    int batchesSize = digits(batches);
    byte[] bytes = new byte[ROWS_HEAD.length + rowsSize + BATCHES_HEAD.length + batchesSize];
    System.arraycopy(ROWS_HEAD, 0, bytes, 0, ROWS_HEAD.length);
    int rowsEnd = ROWS_HEAD.length + rowsSize;
    writeDigits(rows, bytes, rowsEnd);
    System.arraycopy(BATCHES_HEAD, 0, bytes, rowsEnd, BATCHES_HEAD.length);
    writeDigits(batches, bytes, bytes.length);
    return bytes;
  }

  private static int digits(long number) {
    int digits = 1;
    for (long left = number; left >= 10; left /= 10) {
      digits++;
    }
    return digits;
  }

  private static void writeDigits(long number, byte[] bytes, int end) {
    long left = number;
    int at = end;
    do {
      bytes[--at] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left > 0);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static OptionalLong number(String[] parts, String name) {
    String prefix = name + "=";
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i].strip();
      // 18 digits always fit into a long.
      if (part.startsWith(prefix) && part.substring(prefix.length()).matches("[0-9]{1,18}")) {
        return OptionalLong.of(Long.parseLong(part.substring(prefix.length())));
      }
    }
    return OptionalLong.empty();
  }
}
