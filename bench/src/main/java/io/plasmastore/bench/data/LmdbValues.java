package io.plasmastore.bench.data;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

/**
 * Small values in LMDB, in a file in shared memory, read as its documentation advises: where they
 * lie, in a read transaction that is kept and renewed. One thread.
 */
public final class LmdbValues implements AutoCloseable {
  private static final long MAP_SIZE = 1L << 30;

  private final Env<ByteBuffer> env;
  private final Dbi<ByteBuffer> values;
  private final Txn<ByteBuffer> reading;
  private final SmallKeys keys;
  private final ByteBuffer key = ByteBuffer.allocateDirect(SmallKeys.SIZE);

  /**
   * Writes the values.
   *
   * @param folder an empty folder, for its files
   * @param count how many values
   * @param size bytes of each
   */
  public LmdbValues(Path folder, int count, int size) {
    keys = new SmallKeys(count);
    env = Env.create().setMapSize(MAP_SIZE).open(folder.toFile(), EnvFlags.MDB_NOSYNC);
    values = env.openDbi("values", DbiFlags.MDB_CREATE);
    ByteBuffer value = ByteBuffer.allocateDirect(size);
    try (Txn<ByteBuffer> writing = env.txnWrite()) {
      for (byte[] each : keys.all()) {
        boolean added = values.put(writing, key(each), value.clear());
        if (!added) {
          throw new IllegalStateException("two keys are alike");
        }
      }
      writing.commit();
    }
    reading = env.txnRead();
  }

  /** Sees what was written since. */
  public void renew() {
    reading.reset();
    reading.renew();
  }

  /** The size of the next value, of which one byte is read. */
  public long get() {
    ByteBuffer value = values.get(reading, key(keys.next()));
    return (long) value.remaining() + value.get(0);
  }

  @Override
  public void close() {
    reading.close();
    env.close();
  }

  private ByteBuffer key(byte[] bytes) {
    return key.clear().put(bytes).flip();
  }
}
