package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import net.openhft.chronicle.map.ChronicleMap;

/**
 * Dataframes as Arrow streams in Chronicle Maps as its documentation advises for plain bytes: byte
 * buffers with the serialisers that the map has for them, put from a buffer and got into one, both
 * outside of the Java heap and used again.
 */
final class ChronicleBuffers implements Medium {
  private static final ByteBuffer EMPTY = ByteBuffer.allocateDirect(0);

  private final Place place;
  private final Map<Long, ChronicleMap<Long, ByteBuffer>> maps = new ConcurrentHashMap<>();

  ChronicleBuffers(Place place) {
    this.place = place;
  }

  @Override
  public Way way() {
    return new BufferWay();
  }

  @Override
  public void close() {
    maps.values().forEach(ChronicleMap::close);
  }

  private ChronicleMap<Long, ByteBuffer> map(long size) {
    return maps.computeIfAbsent(size, this::open);
  }

  private ChronicleMap<Long, ByteBuffer> open(long size) {
    Path file = place.folder().resolve("chronicle-buffers-" + size);
    try {
      return Chronicle.builder(ByteBuffer.class, size).createPersistedTo(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class BufferWay extends Placed {
    private ByteBuffer buffer = EMPTY;
    private long lastSize;

    @Override
    long put(long key, Orders orders) throws IOException {
      lastSize = StreamWriter.size(orders.root());
      ByteBuffer stream = room(lastSize);
      StreamWriter.write(orders.root(), MemorySegment.ofBuffer(stream));
      map(lastSize).put(key, stream);
      return lastSize;
    }

    @Override
    Received get(long key, long size) throws IOException {
      ByteBuffer stream = Objects.requireNonNull(map(size).getUsing(key, room(size)), "not there");
      return new ReceivedRoot(
          WrappedStream.of(
              MemorySegment.ofBuffer(stream), place.dataframes().allocator(), () -> {}));
    }

    @Override
    void remove(long key) {
      map(lastSize).remove(key);
    }

    private ByteBuffer room(long size) {
      int bytes = Math.toIntExact(size);
      if (buffer.capacity() < bytes) {
        buffer = ByteBuffer.allocateDirect(bytes);
      }
      return buffer.clear().limit(bytes);
    }
  }
}
