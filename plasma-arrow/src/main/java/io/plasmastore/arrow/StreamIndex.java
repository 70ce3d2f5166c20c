package io.plasmastore.arrow;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Where the messages of a stream lie in an object, or in a file. Making one reads the metadata of
 * each message and no byte of a body, and checks that each lies within the data.
 */
final class StreamIndex {
  /**
   * Where a record batch lies, be it one of rows or one of a dictionary's values. Offsets are from
   * the start of the object.
   *
   * @param offset of the message's prefix
   * @param metadataOffset of the message's metadata
   * @param metadataSize of the message's metadata in bytes
   * @param bodyOffset of the first byte of the body
   * @param bodySize of the body in bytes
   * @param rowCount rows that the batch states
   * @param compressed whether the buffers are compressed
   */
  record BatchPosition(
      long offset,
      long metadataOffset,
      int metadataSize,
      long bodyOffset,
      long bodySize,
      int rowCount,
      boolean compressed) {
    /** Where the next message of a stream starts. */
    long endOffset() {
      return bodyOffset + bodySize;
    }
  }

  private static final String OLD_COMPRESSION = "ARROW:experimental_compression";

  private final MemorySegment data;
  private final boolean file;
  private final StreamSchema schema;
  private final StatedSchema stated;
  private final KnownStreams.@Nullable Known known;
  private final List<BatchPosition> batches = new ArrayList<>(1);
  private final DictionaryIndex dictionaries = new DictionaryIndex();
  private long endOffset;
  private long rowCount;

  private StreamIndex(MemorySegment data, SchemaCache schemas, boolean file, StatedSchema stated) {
    this.data = data;
    this.file = file;
    this.stated = stated;
    this.known = null;
    this.schema = schemas.schema(stated.metadata());
    this.endOffset = stated.endOffset();
  }

  private StreamIndex(MemorySegment data, KnownStreams.Known known) {
    this.data = data;
    this.file = false;
    this.known = known;
    this.stated =
        new StatedSchema(
            known.head().asSlice(0, known.batch().offset()),
            known.head().asSlice(known.schemaMetadataOffset(), known.schemaMetadataSize()),
            known.batch().offset());
    this.schema = known.schema();
    this.endOffset = known.batch().endOffset();
    this.rowCount = known.batch().rowCount();
    batches.add(known.batch());
  }

  /**
   * What states the schema.
   *
   * @param message that does so, with all that belongs to it
   * @param metadata of the message
   * @param endOffset where the message ends, and the first batch of a stream starts
   */
  private record StatedSchema(MemorySegment message, MemorySegment metadata, long endOffset) {
    /** A message at the start of a stream. */
    static StatedSchema at(MemorySegment data, long offset) {
      MessageHead head = schemaHead(data, offset);
      return new StatedSchema(
          data.asSlice(offset, head.endOffset() - offset),
          data.asSlice(head.metadataOffset(), head.metadataSize()),
          head.endOffset());
    }

    /** A message that is not in the data. */
    static StatedSchema of(Schema schema, long endOffset) {
      ByteBuffer metadata = MessageEncoder.schema(schema);
      long end = StreamLayout.align(StreamLayout.METADATA_OFFSET + (long) metadata.remaining());
      int size = (int) end - StreamLayout.METADATA_OFFSET;
      MemorySegment message = MemorySegment.ofArray(new byte[StreamLayout.METADATA_OFFSET + size]);
      message.set(StreamLayout.INT, 0, StreamLayout.CONTINUATION);
      message.set(StreamLayout.INT, StreamLayout.METADATA_SIZE_OFFSET, size);
      message.asSlice(StreamLayout.METADATA_OFFSET).copyFrom(MemorySegment.ofBuffer(metadata));
      return new StatedSchema(message, message.asSlice(StreamLayout.METADATA_OFFSET), endOffset);
    }
  }

  /**
   * Finds the messages of an object, which is a stream or, if another producer wrote it, a file.
   *
   * @param data the bytes of the object
   * @param schemas where parsed schemas are kept
   * @throws InvalidArrowDataException if the bytes are neither
   * @throws UnsupportedOperationException if a part of it is not supported
   */
  static StreamIndex ofObject(MemorySegment data, SchemaCache schemas) {
    return FileLayout.startsFile(data) ? ofFile(data, schemas) : of(data, schemas);
  }

  /**
   * Finds the messages of a stream.
   *
   * @param data the bytes of the object
   * @param schemas where parsed schemas are kept
   * @throws InvalidArrowDataException if the bytes are not an Arrow stream
   * @throws UnsupportedOperationException if the stream is one that is not supported
   */
  static StreamIndex of(MemorySegment data, SchemaCache schemas) {
    KnownStreams.Known known = schemas.streams().find(data);
    if (known != null) {
      return new StreamIndex(data, known);
    }
    StreamIndex index = new StreamIndex(data, schemas, false, StatedSchema.at(data, 0));
    MessageHead head;
    while ((head = head(data, index.endOffset)) != null) {
      index.add(head);
      index.endOffset = head.endOffset();
    }
    if (index.isPlain() && schemas.streams().isWanted(data.byteSize())) {
      remember(data, index.batches.getFirst().bodyOffset(), schemas);
    }
    return index;
  }

  /** Whether there is one batch, and all that is said of it stands in front of its body. */
  private boolean isPlain() {
    return batches.size() == 1
        && dictionaries.positions().isEmpty()
        && !batches.getFirst().compressed()
        && batches.getFirst().bodyOffset() <= KnownStreams.MAX_HEAD_SIZE;
  }

  /**
   * Parses a stream once more, from a copy of what stands in front of its body, and keeps what it
   * finds. Whoever has the memory may have changed it since: then the copy is one of something
   * else, and is left.
   */
  private static void remember(MemorySegment data, long headSize, SchemaCache schemas) {
    MemorySegment copy =
        MemorySegment.ofArray(data.asSlice(0, headSize).toArray(ValueLayout.JAVA_BYTE));
    try {
      MessageHead stated = schemaHead(copy, 0, data.byteSize());
      MessageHead head = head(copy, stated.endOffset(), data.byteSize());
      if (stated.bodySize() != 0
          || head == null
          || head.type() != MessageHeader.RecordBatch
          || head.message().version() != MetadataVersion.V5
          || head.bodyOffset() != headSize) {
        return;
      }
      BatchPosition batch = position(head);
      if (batch.compressed() || !KnownStreams.endsBehind(data, batch)) {
        return;
      }
      StreamSchema schema =
          schemas.schema(copy.asSlice(stated.metadataOffset(), stated.metadataSize()));
      schemas
          .streams()
          .keep(
              new KnownStreams.Known(
                  copy.asReadOnly(),
                  data.byteSize(),
                  stated.metadataOffset(),
                  stated.metadataSize(),
                  schema,
                  batch,
                  BatchBuffers.read(copy, batch, schema.columns())));
    } catch (InvalidArrowDataException
        | UnsupportedOperationException
        | IndexOutOfBoundsException e) {
      // Whoever reads the batch will be told.
    }
  }

  /** Whether the bytes start with a schema, as each stream does and hardly anything else. */
  static boolean startsStream(MemorySegment data) {
    try {
      int first = data.get(StreamLayout.INT, 0);
      long metadataOffset =
          first == StreamLayout.CONTINUATION ? StreamLayout.METADATA_OFFSET : Integer.BYTES;
      int size = data.get(StreamLayout.INT, metadataOffset - Integer.BYTES);
      return Message.getRootAsMessage(metadata(data, metadataOffset, size)).headerType()
          == MessageHeader.Schema;
    } catch (IndexOutOfBoundsException e) {
      return false;
    }
  }

  /**
   * Finds the messages of a file, by its footer. The schema is that of the message which it starts
   * with, or if there is none, as in files of polars, that of the footer.
   *
   * @param data the bytes of the file
   * @param schemas where parsed schemas are kept
   * @throws InvalidArrowDataException if the bytes are not an Arrow file
   * @throws UnsupportedOperationException if the file is one that is not supported
   */
  static StreamIndex ofFile(MemorySegment data, SchemaCache schemas) {
    List<Long> offsets = FileLayout.batchOffsets(data);
    MemorySegment stream = data.asSlice(FileLayout.STREAM_OFFSET);
    // The footer states it too, and some producers have nothing to be read in front.
    StatedSchema stated =
        startsStream(stream)
            ? StatedSchema.at(data, FileLayout.STREAM_OFFSET)
            : StatedSchema.of(
                FileLayout.schema(data),
                offsets.stream().mapToLong(Long::longValue).min().orElse(FileLayout.STREAM_OFFSET));
    StreamIndex index = new StreamIndex(data, schemas, true, stated);
    for (long offset : offsets) {
      require(data, offset, 0, "batch");
      MessageHead head = head(data, offset);
      if (head == null) {
        throw new InvalidArrowDataException("no batch where the footer says: offset=" + offset);
      }
      index.add(head);
      index.endOffset = Math.max(index.endOffset, head.endOffset());
    }
    return index;
  }

  MemorySegment data() {
    return data;
  }

  StreamSchema schema() {
    return schema;
  }

  /** The message that states the schema; one made for it where the data have none. */
  MemorySegment schemaMessage() {
    return stated.message();
  }

  /** The metadata of the message that states the schema. */
  MemorySegment schemaMetadata() {
    return stated.metadata();
  }

  /** Where the message that states the schema ends, and the first batch of a stream starts. */
  long schemaEndOffset() {
    return stated.endOffset();
  }

  List<BatchPosition> batches() {
    return batches;
  }

  /** Which batches make up the dictionaries. */
  DictionaryIndex dictionaries() {
    return dictionaries;
  }

  /** Whether the bytes are a file, whose batches need not lie in order nor without gaps. */
  boolean isFile() {
    return file;
  }

  /** Whether any batch, of rows or of a dictionary, is compressed. */
  boolean isCompressed() {
    return batches.stream().anyMatch(BatchPosition::compressed)
        || dictionaries.positions().stream().anyMatch(BatchPosition::compressed);
  }

  /** Where the last message ends; an end of stream may follow. */
  long endOffset() {
    return endOffset;
  }

  /** Rows of all batches together. */
  long rowCount() {
    return rowCount;
  }

  /**
   * The counts and buffers of a batch of rows.
   *
   * @param columns those that are read
   * @throws InvalidArrowDataException as {@link BatchBuffers#read}
   * @throws UnsupportedOperationException as {@link BatchBuffers#read}
   */
  @SuppressWarnings("ReferenceEquality") // all columns; an equal choice is read as any other
  BatchBuffers buffers(BatchPosition position, BatchShape columns) {
    return known != null && columns == schema.columns()
        ? known.buffers()
        : BatchBuffers.read(data, position, columns);
  }

  /** The table of a batch, from the metadata of its message. */
  static RecordBatch recordBatch(Message message) {
    RecordBatch batch =
        message.headerType() == MessageHeader.DictionaryBatch
            ? dictionaryBatch(message).data()
            : (RecordBatch) message.header(new RecordBatch());
    if (batch == null) {
      throw new InvalidArrowDataException("message without the batch that it announces");
    }
    return batch;
  }

  /** The metadata of a message as FlatBuffers reads it. */
  static ByteBuffer metadata(MemorySegment data, long offset, long size) {
    return data.asSlice(offset, size).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static DictionaryBatch dictionaryBatch(Message message) {
    DictionaryBatch batch = (DictionaryBatch) message.header(new DictionaryBatch());
    if (batch == null) {
      throw new InvalidArrowDataException("message without the batch that it announces");
    }
    return batch;
  }

  /** A message, and where it and its body lie. */
  private record MessageHead(
      Message message,
      byte type,
      long offset,
      long metadataOffset,
      int metadataSize,
      long bodySize) {
    long bodyOffset() {
      return metadataOffset + metadataSize;
    }

    long endOffset() {
      return bodyOffset() + bodySize;
    }

    String typeName() {
      return type >= 0 && type < MessageHeader.names.length
          ? MessageHeader.name(type)
          : "type " + type;
    }
  }

  /** The message that a stream must start with. */
  private static MessageHead schemaHead(MemorySegment data, long offset) {
    return schemaHead(data, offset, data.byteSize());
  }

  /** The same of the start of some data, which have so many bytes in all. */
  private static MessageHead schemaHead(MemorySegment data, long offset, long size) {
    MessageHead head = head(data, offset, size);
    if (head == null || head.type() != MessageHeader.Schema) {
      throw new InvalidArrowDataException(
          "an Arrow stream starts with a schema: found="
              + (head == null ? "end of stream" : head.typeName())
              + " size="
              + size);
    }
    return head;
  }

  /** The message at an offset, or null at the end of the stream. */
  private static @Nullable MessageHead head(MemorySegment data, long offset) {
    return head(data, offset, data.byteSize());
  }

  /** The same of the start of some data, which have so many bytes in all. */
  private static @Nullable MessageHead head(MemorySegment data, long offset, long size) {
    if (offset == size) {
      // A stream may end without saying so.
      return null;
    }
    require(data, offset, Integer.BYTES, "message");
    int metadataSize = data.get(StreamLayout.INT, offset);
    long metadataOffset = offset + Integer.BYTES;
    if (metadataSize == StreamLayout.CONTINUATION) {
      require(data, offset, StreamLayout.METADATA_OFFSET, "message");
      metadataSize = data.get(StreamLayout.INT, offset + StreamLayout.METADATA_SIZE_OFFSET);
      metadataOffset = offset + StreamLayout.METADATA_OFFSET;
    }
    if (metadataSize == 0) {
      return null;
    }
    require(data, metadataOffset, metadataSize, "metadata");
    try {
      Message message = Message.getRootAsMessage(metadata(data, metadataOffset, metadataSize));
      requireVersion(message.version());
      MessageHead head =
          new MessageHead(
              message,
              message.headerType(),
              offset,
              metadataOffset,
              metadataSize,
              message.bodyLength());
      require(size, head.bodyOffset(), head.bodySize(), "body");
      return head;
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(metadataOffset, metadataSize, e);
    }
  }

  private void add(MessageHead head) {
    try {
      switch (head.type()) {
        case MessageHeader.RecordBatch -> {
          BatchPosition batch = position(head);
          batches.add(batch);
          rowCount += batch.rowCount();
        }
        case MessageHeader.DictionaryBatch -> addDictionary(head);
        default ->
            throw new InvalidArrowDataException(
                "a batch was expected: found="
                    + head.typeName()
                    + " offset="
                    + head.metadataOffset());
      }
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(head.metadataOffset(), head.metadataSize(), e);
    }
  }

  private void addDictionary(MessageHead head) {
    DictionaryBatch batch = dictionaryBatch(head.message());
    long id = batch.id();
    if (!schema.dictionaries().containsKey(id)) {
      throw new InvalidArrowDataException(
          "a dictionary that no column refers to: dictionary="
              + id
              + " offset="
              + head.metadataOffset());
    }
    if (file && !batch.isDelta() && dictionaries.at(id, 0) != null) {
      throw new InvalidArrowDataException(
          "a file can't replace a dictionary: dictionary="
              + id
              + " offset="
              + head.metadataOffset());
    }
    dictionaries.add(id, batch.isDelta(), position(head), file ? 0 : batches.size());
  }

  /** Version 0.17 compressed batches in a way of its own before the format had one. */
  private static void requireNoOldCompression(MessageHead head) {
    Message message = head.message();
    for (int i = 0; i < message.customMetadataLength(); i++) {
      if (OLD_COMPRESSION.equals(message.customMetadata(i).key())) {
        throw new UnsupportedOperationException(
            "batches compressed as before version 1.0 are not supported: codec="
                + message.customMetadata(i).value()
                + " offset="
                + head.metadataOffset());
      }
    }
  }

  private static BatchPosition position(MessageHead head) {
    requireNoOldCompression(head);
    RecordBatch batch = recordBatch(head.message());
    long rows = batch.length();
    if (rows < 0 || rows > Integer.MAX_VALUE) {
      throw new InvalidArrowDataException(
          "row count of a batch out of range: rows="
              + rows
              + " limit="
              + Integer.MAX_VALUE
              + " offset="
              + head.metadataOffset());
    }
    return new BatchPosition(
        head.offset(),
        head.metadataOffset(),
        head.metadataSize(),
        head.bodyOffset(),
        head.bodySize(),
        (int) rows,
        batch.compression() != null);
  }

  private static void require(MemorySegment data, long offset, long size, String what) {
    require(data.byteSize(), offset, size, what);
  }

  private static void require(long limit, long offset, long size, String what) {
    if (offset < 0 || size < 0 || size > limit - offset) {
      throw new InvalidArrowDataException(
          what
              + " does not lie within the object: offset="
              + offset
              + " size="
              + size
              + " limit="
              + limit);
    }
  }

  private static void requireVersion(short version) {
    if (version != MetadataVersion.V4 && version != MetadataVersion.V5) {
      boolean known = version >= MetadataVersion.V1 && version < MetadataVersion.V4;
      String message = "metadata version not supported: found=" + version + " wanted=3 or 4";
      throw known
          ? new UnsupportedOperationException(message)
          : new InvalidArrowDataException(message);
    }
  }

  static InvalidArrowDataException unreadable(long offset, int size, RuntimeException cause) {
    return new InvalidArrowDataException(
        "metadata can't be read: offset=" + offset + " size=" + size + " reason=" + cause, cause);
  }
}
