package io.plasmastore.arrow;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;

/**
 * The buffers of a batch that another producer compressed, each on its own: 8 bytes of the size
 * without compression, then the compressed bytes; −1 for bytes that are stored as they are. The
 * codecs of arrow-java itself trust that size, so they are not used.
 */
final class CompressedBody {
  private static final int PREFIX_SIZE = Long.BYTES;
  private static final long NOT_COMPRESSED = -1;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** How far a codec can shrink bytes at all: whatever claims more is no honest size. */
  private enum Codec {
    // Each further byte of a length stands for 255 bytes.
    LZ4(255),
    // A block of 128 KB takes 4 bytes at least.
    ZSTD(1 << 15);

    private final long maxFactor;

    Codec(long maxFactor) {
      this.maxFactor = maxFactor;
    }
  }

  private final MemorySegment data;
  private final Codec codec;
  private final long[] offsets;
  private final long[] compressedSizes;
  private final long[] sizes;

  /** Where a buffer lies in the memory that it is decompressed into, or -1 if it is stored. */
  private final long[] places;

  private final long totalSize;

  private CompressedBody(MemorySegment data, Codec codec, long[] offsets, long[] sizes) {
    this.data = data;
    this.codec = codec;
    this.offsets = offsets;
    this.compressedSizes = sizes.clone();
    this.places = new long[offsets.length];
    long total = 0;
    for (int i = 0; i < offsets.length; i++) {
      places[i] = -1;
      sizes[i] = readSize(i);
      if (places[i] == 0) {
        places[i] = total;
        total += StreamLayout.align(sizes[i]);
      }
    }
    this.sizes = sizes.clone();
    this.totalSize = total;
  }

  /**
   * Reads the sizes of compressed buffers.
   *
   * @param data the bytes of the object
   * @param offsets of the buffers in it; those of stored buffers are moved behind their prefix
   * @param sizes of the buffers in it; becomes their sizes without compression
   * @throws InvalidArrowDataException if a size can't be
   * @throws UnsupportedOperationException if the way of compression is not known
   */
  static CompressedBody of(
      MemorySegment data, BodyCompression compression, long[] offsets, long[] sizes) {
    return new CompressedBody(data, codec(compression), offsets, sizes);
  }

  /** Whether a buffer is compressed; otherwise it lies in the object as it is. */
  boolean isCompressed(int buffer) {
    return places[buffer] >= 0;
  }

  /** Where a compressed buffer starts in what {@link #decompress} gives. */
  long place(int buffer) {
    return places[buffer];
  }

  /**
   * Decompresses all buffers that are compressed.
   *
   * @return new memory of the allocator with all of them, for the caller to close
   * @throws InvalidArrowDataException if one can't be decompressed to exactly the size it states
   * @throws org.apache.arrow.memory.OutOfMemoryException if the allocator's limit does not allow it
   */
  ArrowBuf decompress(BufferAllocator allocator) {
    ArrowBuf body = allocator.buffer(totalSize);
    try {
      for (int i = 0; i < places.length; i++) {
        if (places[i] >= 0) {
          decompress(i, body);
        }
      }
      return body;
    } catch (Throwable e) {
      body.close();
      throw e;
    }
  }

  private static Codec codec(BodyCompression compression) {
    boolean buffers = compression.method() == BodyCompressionMethod.BUFFER;
    if (buffers && compression.codec() == CompressionType.LZ4_FRAME) {
      return Codec.LZ4;
    }
    if (buffers && compression.codec() == CompressionType.ZSTD) {
      return Codec.ZSTD;
    }
    throw new UnsupportedOperationException(
        "batches compressed in this way are not supported: codec="
            + compression.codec()
            + " method="
            + compression.method());
  }

  /** The size of a buffer without compression; its place becomes 0 if it is to be decompressed. */
  private long readSize(int buffer) {
    long compressed = compressedSizes[buffer];
    if (compressed == 0) {
      return 0;
    }
    long size = compressed < PREFIX_SIZE ? Long.MIN_VALUE : data.get(LONG, offsets[buffer]);
    offsets[buffer] += PREFIX_SIZE;
    compressedSizes[buffer] -= PREFIX_SIZE;
    if (size == NOT_COMPRESSED) {
      return compressedSizes[buffer];
    }
    if (size < 0 || size > compressedSizes[buffer] * codec.maxFactor) {
      throw new InvalidArrowDataException(
          "size of a compressed buffer out of range: buffer="
              + buffer
              + " size="
              + size
              + " compressed="
              + compressed
              + " codec="
              + codec);
    }
    places[buffer] = size == 0 ? -1 : 0;
    return size;
  }

  private void decompress(int buffer, ArrowBuf body) {
    String fault = null;
    Exception cause = null;
    try {
      long size =
          switch (codec) {
            case LZ4 -> lz4(buffer, body);
            case ZSTD -> zstd(buffer, body);
          };
      if (size != sizes[buffer]) {
        fault =
            Zstd.isError(size) && codec == Codec.ZSTD ? Zstd.getErrorName(size) : "size=" + size;
      }
    } catch (IOException | RuntimeException e) {
      fault = e.toString();
      cause = e;
    }
    if (fault != null) {
      throw new InvalidArrowDataException(
          "a compressed buffer can't be read: buffer="
              + buffer
              + " wanted="
              + sizes[buffer]
              + " codec="
              + codec
              + " reason="
              + fault,
          cause);
    }
  }

  private long zstd(int buffer, ArrowBuf body) {
    return Zstd.decompressUnsafe(
        body.memoryAddress() + places[buffer],
        sizes[buffer],
        data.address() + offsets[buffer],
        compressedSizes[buffer]);
  }

  private long lz4(int buffer, ArrowBuf body) throws IOException {
    MemorySegment compressed = data.asSlice(offsets[buffer], compressedSizes[buffer]);
    byte[] step = new byte[1 << 16];
    long done = 0;
    try (InputStream in = new FramedLZ4CompressorInputStream(new SegmentInputStream(compressed))) {
      int read;
      while ((read = in.read(step, 0, step.length)) >= 0) {
        if (read > sizes[buffer] - done) {
          return done + read;
        }
        body.setBytes(places[buffer] + done, step, 0, read);
        done += read;
      }
    }
    return done;
  }

  /** The bytes of a segment, which may be longer than an array. */
  private static final class SegmentInputStream extends InputStream {
    private final MemorySegment segment;
    private long position;

    SegmentInputStream(MemorySegment segment) {
      this.segment = segment;
    }

    @Override
    public int read() {
      return position == segment.byteSize()
          ? -1
          : Byte.toUnsignedInt(segment.get(ValueLayout.JAVA_BYTE, position++));
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      int size = (int) Math.min(length, segment.byteSize() - position);
      if (size == 0 && length > 0) {
        return -1;
      }
      MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, position, bytes, offset, size);
      position += size;
      return size;
    }
  }
}
