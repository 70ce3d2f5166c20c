package io.plasmastore.arrow;

import io.plasmastore.SpillFormat;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Writes dataframes that leave a store's memory as Arrow IPC files, which any Arrow library opens
 * while the store is down. The stream lies in the file as it lay in memory, so that it can be
 * checked and mapped back as it is. The store finds this by {@link java.util.ServiceLoader}; nobody
 * else needs it.
 */
public final class ArrowSpillFormat implements SpillFormat {
  /** For {@link java.util.ServiceLoader}. */
  public ArrowSpillFormat() {}

  @Override
  public String contentType() {
    return ArrowMetadata.MEDIA_TYPE;
  }

  @Override
  public String extension() {
    return "arrow";
  }

  /**
   * The start of a file, and its table of contents.
   *
   * @throws InvalidArrowDataException if the bytes are not an Arrow stream
   * @throws UnsupportedOperationException if they are one that can't be a file: with batches that
   *     another producer did not align to 8 bytes, or dictionaries that are replaced
   */
  @Override
  public Optional<Frame> frame(MemorySegment data) {
    if (FileLayout.startsFile(data)) {
      // Put by another producer: it is a file as it is.
      return Optional.of(new Frame(ByteBuffer.allocate(0), ByteBuffer.allocate(0)));
    }
    ByteBuffer before = FileLayout.begin(0).flip();
    return Optional.of(new Frame(before, ArrowOutput.endOfFile(data)));
  }
}
