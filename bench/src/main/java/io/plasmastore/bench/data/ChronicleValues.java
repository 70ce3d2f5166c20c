package io.plasmastore.bench.data;

import java.io.IOException;
import java.nio.file.Path;
import net.openhft.chronicle.map.ChronicleMap;

/**
 * Small values in a Chronicle Map, in a file in shared memory, read as its documentation advises:
 * into an array that is used again. One thread.
 */
public final class ChronicleValues implements AutoCloseable {
  private final ChronicleMap<byte[], byte[]> values;
  private final SmallKeys keys;
  private final byte[] value;

  /**
   * Writes the values.
   *
   * @param file which is not there yet
   * @param count how many values
   * @param size bytes of each
   */
  public ChronicleValues(Path file, int count, int size) throws IOException {
    keys = new SmallKeys(count);
    value = new byte[size];
    values =
        ChronicleMap.of(byte[].class, byte[].class)
            .name("values")
            .entries(2L * count)
            .constantKeySizeBySample(new byte[SmallKeys.SIZE])
            .constantValueSizeBySample(value)
            .createPersistedTo(file.toFile());
    for (byte[] key : keys.all()) {
      values.put(key, value);
    }
  }

  /** The size of the next value, of which one byte is read. */
  public long get() {
    byte[] found = values.getUsing(keys.next(), value);
    return (long) found.length + found[0];
  }

  @Override
  public void close() {
    values.close();
  }
}
