package io.plasmastore.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.types.MetadataVersion;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The layout of an Arrow IPC file, as the <a
 * href="https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format">Arrow columnar
 * format</a> defines it: a stream with a table of contents behind it.
 *
 * <pre>
 *   +--------------------------------------------------------+
 *   |  0  magic                 "ARROW1"             6 bytes |
 *   |  6  padding               zeros                2 bytes |
 *   +--------------------------------------------------------+
 *   |  8  stream                as in StreamLayout           |
 *   +--------------------------------------------------------+
 *   |     footer                a FlatBuffers Footer         |
 *   |     footer size           little endian        4 bytes |
 *   |     magic                 "ARROW1"             6 bytes |
 *   +--------------------------------------------------------+
 * </pre>
 */
final class FileLayout {
  static final int STREAM_OFFSET = 8;

  /** Messages and bodies start at a multiple of this many bytes. */
  static final int ALIGNMENT = 8;

  private static final byte[] MAGIC = {'A', 'R', 'R', 'O', 'W', '1'};
  private static final int FOOTER_SIZE_LENGTH = Integer.BYTES;

  /** What follows the footer. */
  static final int END_SIZE = FOOTER_SIZE_LENGTH + MAGIC.length;

  private FileLayout() {}

  /** Whether the bytes start as a file does. */
  static boolean startsFile(MemorySegment data) {
    return data.byteSize() >= MAGIC.length
        && data.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) < 0;
  }

  /** What stands behind the stream, and how large it is. */
  private record End(Footer footer, int size) {}

  /**
   * The offsets of all batches that the footer lists, those of dictionaries first: a file may have
   * them after the batches that refer to them.
   *
   * @throws InvalidArrowDataException if the file has no footer that can be read
   */
  static List<Long> batchOffsets(MemorySegment data) {
    End end = end(data);
    try {
      List<Long> offsets = new ArrayList<>();
      for (int i = 0; i < end.footer().dictionariesLength(); i++) {
        offsets.add(end.footer().dictionaries(i).offset());
      }
      for (int i = 0; i < end.footer().recordBatchesLength(); i++) {
        offsets.add(end.footer().recordBatches(i).offset());
      }
      return offsets;
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(end.size(), e);
    }
  }

  /**
   * The schema that the footer states.
   *
   * @throws InvalidArrowDataException if the file has no footer that can be read, or no schema
   * @throws UnsupportedOperationException if a part of the schema is not supported
   */
  static Schema schema(MemorySegment data) {
    End end = end(data);
    try {
      return StreamSchema.decode(end.footer().schema(), end.size());
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(end.size(), e);
    }
  }

  private static End end(MemorySegment data) {
    long footerEnd = data.byteSize() - END_SIZE;
    if (footerEnd < STREAM_OFFSET
        || data.asSlice(footerEnd + FOOTER_SIZE_LENGTH).mismatch(MemorySegment.ofArray(MAGIC))
            >= 0) {
      throw new InvalidArrowDataException(
          "the file has no end, it was cut short: size=" + data.byteSize());
    }
    int size = data.get(StreamLayout.INT, footerEnd);
    if (size <= 0 || size > footerEnd - STREAM_OFFSET) {
      throw new InvalidArrowDataException(
          "footer does not lie within the file: size=" + size + " limit=" + footerEnd);
    }
    ByteBuffer bytes =
        data.asSlice(footerEnd - size, size).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    try {
      return new End(Footer.getRootAsFooter(bytes), size);
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(size, e);
    }
  }

  private static InvalidArrowDataException unreadable(int size, RuntimeException cause) {
    return new InvalidArrowDataException(
        "footer can't be read: size=" + size + " reason=" + cause, cause);
  }

  /** The start of a file, for its caller to flip. */
  static ByteBuffer begin(int roomAfter) {
    return ByteBuffer.allocate(STREAM_OFFSET + roomAfter)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .position(STREAM_OFFSET);
  }

  /** What follows the stream: footer, its size and the magic. */
  static ByteBuffer end(
      MemorySegment schemaMetadata, List<ArrowBlock> dictionaries, List<ArrowBlock> batches) {
    Message message =
        Message.getRootAsMessage(
            StreamIndex.metadata(schemaMetadata, 0, schemaMetadata.byteSize()));
    org.apache.arrow.flatbuf.@Nullable Schema schema =
        (org.apache.arrow.flatbuf.Schema) message.header(new org.apache.arrow.flatbuf.Schema());
    if (schema == null) {
      throw new InvalidArrowDataException("schema message without a schema");
    }
    FlatBufferBuilder builder = new FlatBufferBuilder();
    builder.finish(
        new ArrowFooter(
                Schema.convertSchema(schema),
                dictionaries,
                batches,
                null,
                MetadataVersion.fromFlatbufID(message.version()))
            .writeTo(builder));
    ByteBuffer footer = builder.dataBuffer();
    int size = footer.remaining();
    return ByteBuffer.allocate(size + END_SIZE)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(footer)
        .putInt(size)
        .put(MAGIC)
        .flip();
  }
}
