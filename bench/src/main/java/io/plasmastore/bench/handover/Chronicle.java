package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.core.util.ReadResolvable;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.hash.serialization.SizedReader;
import net.openhft.chronicle.hash.serialization.SizedWriter;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.wire.WireIn;
import net.openhft.chronicle.wire.WireOut;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Dataframes as Arrow streams in Chronicle Maps, in files in shared memory: a map for each size,
 * whose values are written by a marshaller straight into the map, and read where they lie under the
 * read lock of a query context. That is more than its documentation shows: {@link ChronicleArrays}
 * does what it advises.
 */
final class Chronicle implements Medium {
  private static final int ENTRIES = 64;
  private static final int ENTRIES_OF_LARGE = 2;
  private static final long LARGE = 64 << 20;
  private static final int ALIGNMENT = 8;

  private final Place place;
  private final Map<Long, ChronicleMap<Long, VectorSchemaRoot>> maps = new ConcurrentHashMap<>();

  Chronicle(Place place) {
    this.place = place;
  }

  @Override
  public Way way() {
    return new ChronicleWay();
  }

  @Override
  public void close() {
    maps.values().forEach(ChronicleMap::close);
  }

  private ChronicleMap<Long, VectorSchemaRoot> map(long size) {
    return maps.computeIfAbsent(size, this::open);
  }

  private ChronicleMap<Long, VectorSchemaRoot> open(long size) {
    Path file = place.folder().resolve("chronicle-" + size);
    try {
      return builder(VectorSchemaRoot.class, size)
          .entryAndValueOffsetAlignment(ALIGNMENT)
          .valueMarshaller(Marshaller.INSTANCE)
          .createPersistedTo(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What any map of dataframes is set up with.
   *
   * @param type in which a dataframe is put and got
   * @param size bytes of each
   */
  static <V> ChronicleMapBuilder<Long, V> builder(Class<V> type, long size) {
    return ChronicleMap.of(Long.class, type)
        .name("dataframes")
        .entries(size >= LARGE ? ENTRIES_OF_LARGE : ENTRIES)
        .actualSegments(1)
        .averageValueSize(size)
        .putReturnsNull(true)
        .removeReturnsNull(true)
        .checksumEntries(false);
  }

  private final class ChronicleWay extends Placed {
    private final BufferAllocator allocator = place.dataframes().allocator();
    private long lastSize;

    @Override
    long put(long key, Orders orders) throws IOException {
      lastSize = StreamWriter.size(orders.root());
      map(lastSize).put(key, orders.root());
      return lastSize;
    }

    @Override
    @SuppressWarnings("restricted")
    Received get(long key, long size) throws IOException {
      ExternalMapQueryContext<Long, VectorSchemaRoot, ?> context = map(size).queryContext(key);
      context.readLock().lock();
      Data<VectorSchemaRoot> value = java.util.Objects.requireNonNull(context.entry()).value();
      long address = ((BytesStore<?, ?>) value.bytes()).addressForRead(value.offset());
      MemorySegment stream = MemorySegment.ofAddress(address).reinterpret(value.size());
      return new ReceivedRoot(WrappedStream.of(stream, allocator, context::close));
    }

    @Override
    void remove(long key) {
      map(lastSize).remove(key);
    }
  }

  /**
   * Writes a dataframe where it is to lie. A map's header names it, by what it writes of itself.
   */
  static final class Marshaller
      implements SizedWriter<VectorSchemaRoot>,
          SizedReader<VectorSchemaRoot>,
          ReadResolvable<Marshaller> {
    static final Marshaller INSTANCE = new Marshaller();

    private Marshaller() {}

    @Override
    public long size(VectorSchemaRoot root) {
      try {
        return StreamWriter.size(root);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    @SuppressWarnings("restricted")
    public void write(Bytes<?> out, long size, VectorSchemaRoot root) {
      long position = out.writePosition();
      try {
        StreamWriter.write(
            root, MemorySegment.ofAddress(out.addressForWrite(position)).reinterpret(size));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      out.writePosition(position + size);
    }

    @Override
    public VectorSchemaRoot read(
        Bytes<?> in, long size, @org.jspecify.annotations.Nullable VectorSchemaRoot using) {
      throw new UnsupportedOperationException("values are read where they lie");
    }

    @Override
    public Marshaller readResolve() {
      return INSTANCE;
    }

    @Override
    public void readMarshallable(WireIn wire) {}

    @Override
    public void writeMarshallable(WireOut wire) {}
  }
}
