package io.plasmastore.arrow;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * An Arrow IPC file or stream, told apart by its first bytes and mapped into memory, so that {@link
 * ArrowClient#put(io.plasmastore.ObjectId, ArrowReader)} copies its values once, from the page
 * cache into the store. Opening it finds every message: what was cut short is refused before
 * anything else happens.
 *
 * <pre>{@code
 * try (ArrowInput input = ArrowInput.open(file);
 *     ArrowReader reader = input.reader(allocator)) {
 *   dataframes.put(id, reader);
 * }
 * }</pre>
 *
 * <p>arrow-java's own readers of files and streams need {@code --add-opens} on today's JVMs; this
 * one does not. It reads the types that {@link ArrowClient} lists.
 *
 * <p><b>The memory is read-only: a write through a vector got from here ends this JVM with a
 * SIGSEGV.</b> The file must not be cut short while it is read.
 *
 * <p>Any thread may call any method; a reader belongs to one thread at a time.
 */
public final class ArrowInput implements AutoCloseable {
  private static final int FIRST_BYTES_SHOWN = 8;

  /**
   * Streams without continuation markers, from before version 0.15, start with the size alone; text
   * read as a number is more than this. Of one with a marker nobody would say more.
   */
  private static final int MAX_SCHEMA_SIZE = 64 << 20;

  private final Arena arena;
  private final StreamIndex index;

  private ArrowInput(Arena arena, StreamIndex index) {
    this.arena = arena;
    this.index = index;
  }

  /**
   * Opens a file. What has no size of its own, such as a pipe, is read to its end as {@link #read}
   * does.
   *
   * @param file path of an Arrow IPC file or stream
   * @return the input, for the caller to close
   * @throws IOException if it can't be read
   * @throws InvalidArrowDataException if it is neither an Arrow IPC file nor a stream, or not all
   *     of it is there
   * @throws UnsupportedOperationException if a part of it is not supported
   */
  public static ArrowInput open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "is a folder");
    }
    try {
      return openOrRead(file);
    } catch (InvalidArrowDataException e) {
      throw new InvalidArrowDataException(e.getMessage() + " file=" + file, e);
    } catch (UnsupportedOperationException e) {
      throw new UnsupportedOperationException(e.getMessage() + " file=" + file, e);
    }
  }

  /**
   * Reads a stream of bytes to its end, unless its first bytes are not those of Arrow data, by way
   * of a temporary file that has lost its name.
   *
   * @param in where to read; stays open
   * @return the input, for the caller to close
   * @throws IOException if it can't be read, or the temporary file not be written
   * @throws InvalidArrowDataException if it is neither an Arrow IPC file nor a stream, or not all
   *     of it is there
   * @throws UnsupportedOperationException if a part of it is not supported
   */
  public static ArrowInput read(InputStream in) throws IOException {
    Path spool = Files.createTempFile("plasma-", ".input");
    try (FileChannel channel =
        FileChannel.open(spool, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      // At once, so that nothing is left however this process ends.
      Files.delete(spool);
      OutputStream out = Channels.newOutputStream(channel);
      byte[] start = in.readNBytes(FIRST_BYTES_SHOWN);
      if (start.length == FIRST_BYTES_SHOWN && !mayStart(start)) {
        // It may have no end.
        throw notArrow("starts=" + HexFormat.of().formatHex(start));
      }
      out.write(start);
      in.transferTo(out);
      return map(channel);
    }
  }

  /**
   * The schema of the vectors that {@link #reader} loads. Dictionary-encoded columns have the type
   * of their indices.
   *
   * @return the schema
   */
  public Schema schema() {
    return index.schema().schema();
  }

  /**
   * The rows of all batches together.
   *
   * @return 0 or more
   */
  public long rowCount() {
    return index.rowCount();
  }

  /**
   * The number of record batches.
   *
   * @return 0 or more
   */
  public int batchCount() {
    return index.batches().size();
  }

  /**
   * The bytes of the file or stream.
   *
   * @return more than 0
   */
  public long size() {
    return index.data().byteSize();
  }

  /**
   * A reader of all batches, over the mapped bytes.
   *
   * @param allocator counts the mapped bytes while they are in use
   * @return a new reader, for the caller to close before this, with everything that was read
   * @throws org.apache.arrow.memory.OutOfMemoryException if the allocator's limit does not allow
   *     the size
   */
  public ArrowReader reader(BufferAllocator allocator) {
    ArrowBuf bytes = PinnedAllocation.wrap("input", index.data(), allocator, () -> {});
    try {
      return new ArrowObjectReader(index, index.schema(), null, bytes, allocator);
    } catch (Throwable e) {
      bytes.close();
      throw e;
    }
  }

  /** Unmaps the bytes. No vector read from here may be in use any more. Idempotent. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private static ArrowInput openOrRead(Path file) throws IOException {
    if (Files.isRegularFile(file)) {
      try (FileChannel channel = FileChannel.open(file)) {
        return map(channel);
      }
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(in);
    }
  }

  private static ArrowInput map(FileChannel channel) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new ArrowInput(arena, index(data));
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  private static StreamIndex index(MemorySegment data) {
    SchemaCache schemas = new SchemaCache();
    if (FileLayout.startsFile(data)) {
      return StreamIndex.ofFile(data, schemas);
    }
    if (!StreamIndex.startsStream(data)) {
      requireUncut(data);
      byte[] start =
          data.asSlice(0, Math.min(FIRST_BYTES_SHOWN, data.byteSize()))
              .toArray(ValueLayout.JAVA_BYTE);
      throw notArrow(
          "size=%d starts=%s".formatted(data.byteSize(), HexFormat.of().formatHex(start)));
    }
    return StreamIndex.of(data, schemas);
  }

  /** Whether a file or stream may start so: with the magic, or the size of a schema. */
  private static boolean mayStart(byte[] start) {
    MemorySegment data = MemorySegment.ofArray(start);
    if (FileLayout.startsFile(data)) {
      return true;
    }
    int first = data.get(StreamLayout.INT, 0);
    return first == StreamLayout.CONTINUATION
        ? data.get(StreamLayout.INT, Integer.BYTES) > 0
        : first > 0 && first <= MAX_SCHEMA_SIZE;
  }

  /** Tells a stream of which not even the schema is whole from what is no stream at all. */
  private static void requireUncut(MemorySegment data) {
    long size = data.byteSize();
    if (size < Integer.BYTES || data.get(StreamLayout.INT, 0) != StreamLayout.CONTINUATION) {
      return;
    }
    long needed = StreamLayout.METADATA_OFFSET;
    if (size >= needed) {
      int metadataSize = data.get(StreamLayout.INT, StreamLayout.METADATA_SIZE_OFFSET);
      needed += metadataSize <= MAX_SCHEMA_SIZE ? Math.max(0, metadataSize) : 0;
    }
    if (size < needed) {
      throw new InvalidArrowDataException(
          "the stream ends within its schema, it was cut short: size=%d needed=%d"
              .formatted(size, needed));
    }
  }

  private static InvalidArrowDataException notArrow(String found) {
    return new InvalidArrowDataException("neither an Arrow IPC file nor a stream: " + found);
  }
}
