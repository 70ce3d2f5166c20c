package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The least that an engineer writes: a file in shared memory that either process maps once, and
 * that each dataframe is written over. There is room for one dataframe, nobody is kept from
 * overwriting what another reads, and nothing is left of it but the file when a process dies.
 */
final class MappedFile extends Placed {
  private final Place place;
  private @Nullable MemorySegment written;
  private @Nullable MemorySegment read;

  MappedFile(Place place) {
    this.place = place;
  }

  @Override
  long put(long key, Orders orders) throws IOException {
    long size = StreamWriter.size(orders.root());
    MemorySegment target = written;
    if (target == null || target.byteSize() < size) {
      target = map(key, size, MapMode.READ_WRITE);
      written = target;
    }
    StreamWriter.write(orders.root(), target);
    return size;
  }

  @Override
  Received get(long key, long size) throws IOException {
    MemorySegment source = read;
    if (source == null || source.byteSize() < size) {
      source = map(key, size, MapMode.READ_ONLY);
      read = source;
    }
    return new ReceivedRoot(
        WrappedStream.of(source.asSlice(0, size), place.dataframes().allocator(), () -> {}));
  }

  @Override
  void remove(long key) {
    // Its pages are used again.
  }

  /** A mapping for the rest of the process: there are few. */
  private MemorySegment map(long key, long size, MapMode mode) throws IOException {
    Path file = place.folder().resolve(Long.toHexString(key) + ".mapped");
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(mode, 0, size, Arena.global());
    }
  }
}
