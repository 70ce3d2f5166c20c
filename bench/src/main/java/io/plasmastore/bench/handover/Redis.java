package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/**
 * A dataframe as an Arrow stream in a value of a Redis that keeps nothing on disk, by Jedis over
 * the loopback interface (it has no Unix sockets of its own).
 */
final class Redis extends Placed {
  private static final int PATIENCE_MILLIS = 60_000;

  private final BufferAllocator allocator;
  private final Path portFile;
  private @Nullable Jedis connection;

  Redis(Place place) {
    this.allocator = place.dataframes().allocator();
    this.portFile = RedisServer.portFile(place.folder());
  }

  @Override
  long put(long key, Orders orders) throws IOException {
    byte[] stream = new byte[Math.toIntExact(StreamWriter.size(orders.root()))];
    StreamWriter.write(orders.root(), MemorySegment.ofArray(stream));
    String unused = connection().set(bytes(key), stream);
    return stream.length;
  }

  @Override
  Received get(long key, long size) throws IOException {
    byte[] stream = Objects.requireNonNull(connection().get(bytes(key)), "not there");
    return ReadStream.open(Channels.newChannel(new ByteArrayInputStream(stream)), allocator);
  }

  @Override
  void remove(long key) throws IOException {
    long unused = connection().del(bytes(key));
  }

  @Override
  public boolean opensAgain() {
    // Each time all of it is sent.
    return false;
  }

  @Override
  public void close() {
    if (connection != null) {
      connection.close();
    }
  }

  private Jedis connection() throws IOException {
    Jedis open = connection;
    if (open == null) {
      open =
          new Jedis(
              RedisServer.HOST, Integer.parseInt(Files.readString(portFile)), PATIENCE_MILLIS);
      connection = open;
    }
    return open;
  }

  private static byte[] bytes(long key) {
    return ByteBuffer.allocate(Long.BYTES).putLong(key).array();
  }
}
