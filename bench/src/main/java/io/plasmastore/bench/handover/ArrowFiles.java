package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.arrow.vector.ipc.ArrowFileWriter;

/**
 * A dataframe as an Arrow IPC file in shared memory, by {@code ArrowFileWriter}; the file is mapped
 * to be read where it lies, since arrow-java's own reader copies.
 */
final class ArrowFiles extends Placed {
  /** What the file format has before the stream. */
  private static final long MAGIC_SIZE = 8;

  private final Place place;

  ArrowFiles(Place place) {
    this.place = place;
  }

  @Override
  @SuppressWarnings("resource") // Closing the writer would close the root.
  long put(long key, Orders orders) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file(key),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ArrowFileWriter writer = new ArrowFileWriter(orders.root(), null, channel);
      writer.start();
      writer.writeBatch();
      writer.end();
      return channel.position();
    }
  }

  @Override
  Received get(long key, long size) throws IOException {
    Arena arena = Arena.ofConfined();
    try (FileChannel channel = FileChannel.open(file(key), StandardOpenOption.READ)) {
      MemorySegment mapped = channel.map(MapMode.READ_ONLY, 0, size, arena);
      return new ReceivedRoot(
          WrappedStream.of(
              mapped.asSlice(MAGIC_SIZE), place.dataframes().allocator(), arena::close));
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  @Override
  void remove(long key) throws IOException {
    Files.deleteIfExists(file(key));
  }

  private Path file(long key) {
    return place.folder().resolve(Long.toHexString(key) + ".arrow");
  }
}
