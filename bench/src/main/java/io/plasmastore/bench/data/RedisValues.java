package io.plasmastore.bench.data;

import java.util.Objects;
import redis.clients.jedis.Jedis;

/**
 * Small values in a Redis of this machine, by Jedis over the loopback interface, asked one after
 * the other. One thread.
 */
public final class RedisValues implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final Jedis connection;
  private final SmallKeys keys;

  /**
   * Writes the values.
   *
   * @param host where the server is
   * @param port where it listens
   * @param count how many values
   * @param size bytes of each
   */
  public RedisValues(String host, int port, int count, int size) {
    keys = new SmallKeys(count);
    connection = new Jedis(host, port, PATIENCE_MILLIS);
    for (byte[] key : keys.all()) {
      String unused = connection.set(key, new byte[size]);
    }
  }

  /** The size of the next value, of which one byte is read. */
  public long get() {
    byte[] found = Objects.requireNonNull(connection.get(keys.next()), "a value is gone");
    return (long) found.length + found[0];
  }

  @Override
  public void close() {
    connection.close();
  }
}
