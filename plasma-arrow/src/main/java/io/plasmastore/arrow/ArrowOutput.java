package io.plasmastore.arrow;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.ipc.message.ArrowBlock;

/**
 * Dataframes of the store as Arrow IPC files and streams. The batches are written as they lie in
 * the store, whatever their size, and keep their alignment. Stateless, for any thread.
 */
public final class ArrowOutput {
  private static final long MAX_WRITE = 1 << 30;

  private ArrowOutput() {}

  /**
   * Writes dataframes, one after the other, as one Arrow IPC stream. A single one is written byte
   * for byte.
   *
   * @param dataframes the bytes of one or more objects, as {@link
   *     io.plasmastore.SealedObject#data()} gives them; all with the same schema
   * @param out where to write; stays open
   * @throws IOException if it can't be written
   * @throws IllegalArgumentException if there is none, or a schema differs from the first
   * @throws InvalidArrowDataException if one is not an Arrow stream
   * @throws UnsupportedOperationException if there are several and they have dictionaries
   */
  public static void writeStream(List<MemorySegment> dataframes, WritableByteChannel out)
      throws IOException {
    List<StreamIndex> streams = indexes(dataframes);
    StreamIndex first = streams.getFirst();
    if (streams.size() == 1 && !first.isFile()) {
      write(first.data(), out);
      return;
    }
    write(first.schemaMessage(), out);
    for (StreamIndex stream : streams) {
      writeBatches(stream, out);
    }
    write(endOfStream().flip(), out);
  }

  /**
   * Writes dataframes, one after the other, as one Arrow IPC file.
   *
   * @param dataframes the bytes of one or more objects, as {@link
   *     io.plasmastore.SealedObject#data()} gives them; all with the same schema
   * @param out where to write, from where it stands; stays open
   * @throws IOException if it can't be written
   * @throws IllegalArgumentException if there is none, or a schema differs from the first
   * @throws InvalidArrowDataException if one is not an Arrow stream
   * @throws UnsupportedOperationException if there are several and they have dictionaries, if a
   *     dictionary is replaced between batches, or another producer did not align the batches to 8
   *     bytes
   */
  public static void writeFile(List<MemorySegment> dataframes, WritableByteChannel out)
      throws IOException {
    List<StreamIndex> streams = indexes(dataframes);
    StreamIndex first = streams.getFirst();
    if (streams.size() == 1 && first.isFile()) {
      write(first.data(), out);
      return;
    }
    requireLastingDictionaries(streams);
    ByteBuffer begin = beginOfFile(first);
    long offset = begin.capacity();
    List<ArrowBlock> dictionaryBlocks = new ArrayList<>();
    List<ArrowBlock> batchBlocks = new ArrayList<>();
    for (StreamIndex stream : streams) {
      long shift = offset - stream.schemaEndOffset();
      stream.dictionaries().positions().forEach(at -> dictionaryBlocks.add(block(at, shift)));
      stream.batches().forEach(at -> batchBlocks.add(block(at, shift)));
      offset += batches(stream).byteSize();
    }

    write(begin.clear(), out);
    for (StreamIndex stream : streams) {
      write(batches(stream), out);
    }
    write(endOfStream().flip(), out);
    write(FileLayout.end(first.schemaMetadata(), dictionaryBlocks, batchBlocks), out);
  }

  /** What stands in a file before the batches, up to the buffer's capacity. */
  static ByteBuffer beginOfFile(StreamIndex first) {
    // The batches move by a multiple of 64, so that they are aligned as they are in the object.
    long moved =
        FileLayout.STREAM_OFFSET
            + StreamLayout.METADATA_OFFSET
            + first.schemaMetadata().byteSize()
            - first.schemaEndOffset();
    int padding = (int) (StreamLayout.align(moved) - moved);
    int schemaSize = Math.toIntExact(first.schemaMetadata().byteSize() + padding);
    ByteBuffer begin = FileLayout.begin(StreamLayout.METADATA_OFFSET + schemaSize);
    begin.putInt(StreamLayout.CONTINUATION).putInt(schemaSize);
    begin.put(first.schemaMetadata().asByteBuffer());
    return begin;
  }

  /**
   * What makes a file of a stream that follows the {@linkplain FileLayout#begin start of a file} as
   * it lies.
   */
  static ByteBuffer endOfFile(MemorySegment dataframe) {
    StreamIndex stream = StreamIndex.of(dataframe, new SchemaCache());
    requireLastingDictionaries(List.of(stream));
    List<ArrowBlock> dictionaries = new ArrayList<>();
    List<ArrowBlock> batches = new ArrayList<>();
    long shift = FileLayout.STREAM_OFFSET;
    stream.dictionaries().positions().forEach(at -> dictionaries.add(block(at, shift)));
    stream.batches().forEach(at -> batches.add(block(at, shift)));
    ByteBuffer end = FileLayout.end(stream.schemaMetadata(), dictionaries, batches);
    if (stream.endOffset() < dataframe.byteSize()) {
      return end;
    }
    // A stream need not say that it ends, but who reads the file as one is to see it.
    ByteBuffer endOfStream = endOfStream().flip();
    return ByteBuffer.allocate(endOfStream.remaining() + end.remaining())
        .put(endOfStream)
        .put(end)
        .flip();
  }

  private static List<StreamIndex> indexes(List<MemorySegment> dataframes) {
    if (dataframes.isEmpty()) {
      throw new IllegalArgumentException("no dataframe to write");
    }
    SchemaCache schemas = new SchemaCache();
    List<StreamIndex> streams = new ArrayList<>(dataframes.size());
    for (MemorySegment dataframe : dataframes) {
      StreamIndex stream = StreamIndex.ofObject(dataframe, schemas);
      streams.add(stream);
      if (dataframes.size() > 1 && !stream.dictionaries().positions().isEmpty()) {
        throw new UnsupportedOperationException(
            "several dataframes with dictionaries can't be written as one: dataframes="
                + dataframes.size());
      }
      requireSameSchema(streams.getFirst(), stream);
    }
    return streams;
  }

  static void requireSameSchema(StreamIndex first, StreamIndex other) {
    if (!other.schema().schema().equals(first.schema().schema())) {
      throw new IllegalArgumentException(
          "dataframes with different schemas can't be written as one: first="
              + first.schema().schema()
              + " other="
              + other.schema().schema());
    }
  }

  static void requireLastingDictionaries(List<StreamIndex> streams) {
    for (StreamIndex stream : streams) {
      for (long id : stream.schema().dictionaries().keySet()) {
        if (stream.dictionaries().isReplaced(id)) {
          throw new UnsupportedOperationException(
              "a dictionary that is replaced between batches can't be written to a file: dictionary="
                  + id);
        }
      }
    }
  }

  /** All batches with their dictionaries, in an order that a stream may have. */
  static void writeBatches(StreamIndex stream, WritableByteChannel out) throws IOException {
    if (!stream.isFile()) {
      write(batches(stream), out);
      return;
    }
    for (StreamIndex.BatchPosition at : stream.dictionaries().positions()) {
      write(message(stream, at), out);
    }
    for (StreamIndex.BatchPosition at : stream.batches()) {
      write(message(stream, at), out);
    }
  }

  private static MemorySegment message(StreamIndex stream, StreamIndex.BatchPosition at) {
    return stream.data().asSlice(at.offset(), at.endOffset() - at.offset());
  }

  static MemorySegment batches(StreamIndex stream) {
    return stream
        .data()
        .asSlice(stream.schemaEndOffset(), stream.endOffset() - stream.schemaEndOffset());
  }

  static ArrowBlock block(StreamIndex.BatchPosition position, long shift) {
    ArrowBlock block =
        new ArrowBlock(
            position.offset() + shift,
            Math.toIntExact(position.bodyOffset() - position.offset()),
            position.bodySize());
    // A stream need not be aligned, but readers of files insist.
    if (((block.getOffset() | block.getMetadataLength() | block.getBodyLength())
            % FileLayout.ALIGNMENT)
        != 0) {
      throw new UnsupportedOperationException(
          "batches not aligned to %d bytes can't be written as a file: offset=%d bodyOffset=%d bodySize=%d"
              .formatted(
                  FileLayout.ALIGNMENT,
                  position.offset(),
                  position.bodyOffset(),
                  position.bodySize()));
    }
    return block;
  }

  static ByteBuffer endOfStream() {
    return ByteBuffer.allocate(StreamLayout.END_SIZE)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(StreamLayout.CONTINUATION)
        .putInt(0);
  }

  static void write(MemorySegment data, WritableByteChannel out) throws IOException {
    for (long offset = 0; offset < data.byteSize(); offset += MAX_WRITE) {
      long size = Math.min(MAX_WRITE, data.byteSize() - offset);
      write(data.asSlice(offset, size).asByteBuffer(), out);
    }
  }

  static void write(ByteBuffer bytes, WritableByteChannel out) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
