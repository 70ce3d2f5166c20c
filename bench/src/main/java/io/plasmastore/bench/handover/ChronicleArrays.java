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
 * Dataframes as Arrow streams in Chronicle Maps as its documentation advises for plain bytes:
 * arrays with the serialisers that the map has for them, put from an array and got into one that is
 * used again. (For {@link ByteBuffer}s it has some too, but gets them byte by byte, which takes
 * forty times as long.) Vectors can't lie in an array, so what is got is copied to where they can.
 */
final class ChronicleArrays implements Medium {
  private final Place place;
  private final Map<Long, ChronicleMap<Long, byte[]>> maps = new ConcurrentHashMap<>();

  ChronicleArrays(Place place) {
    this.place = place;
  }

  @Override
  public Way way() {
    return new ArrayWay();
  }

  @Override
  public void close() {
    maps.values().forEach(ChronicleMap::close);
  }

  private ChronicleMap<Long, byte[]> map(long size) {
    return maps.computeIfAbsent(size, this::open);
  }

  private ChronicleMap<Long, byte[]> open(long size) {
    Path file = place.folder().resolve("chronicle-arrays-" + size);
    try {
      return Chronicle.builder(byte[].class, size).createPersistedTo(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class ArrayWay extends Placed {
    private byte[] array = new byte[0];
    private ByteBuffer outside = ByteBuffer.allocateDirect(0);
    private long lastSize;

    @Override
    long put(long key, Orders orders) throws IOException {
      lastSize = StreamWriter.size(orders.root());
      byte[] stream = room(lastSize);
      StreamWriter.write(orders.root(), MemorySegment.ofArray(stream));
      map(lastSize).put(key, stream);
      return lastSize;
    }

    @Override
    Received get(long key, long size) throws IOException {
      byte[] stream = Objects.requireNonNull(map(size).getUsing(key, room(size)), "not there");
      if (outside.capacity() < stream.length) {
        outside = ByteBuffer.allocateDirect(stream.length);
      }
      outside.clear().put(stream).flip();
      return new ReceivedRoot(
          WrappedStream.of(
              MemorySegment.ofBuffer(outside), place.dataframes().allocator(), () -> {}));
    }

    @Override
    void remove(long key) {
      map(lastSize).remove(key);
    }

    /** Exactly so many bytes, or the map would not use them. */
    private byte[] room(long size) {
      if (array.length != size) {
        array = new byte[Math.toIntExact(size)];
      }
      return array;
    }
  }
}
