package io.plasmastore.arrow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.MetadataVersion;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A stream written message by message with arrow-java's serializer, as other producers may write.
 */
final class ForeignStream {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final WriteChannel channel =
      new WriteChannel(Channels.newChannel(bytes)) {
        /** Without the byte buffers that need a start-up flag. */
        @Override
        public void write(ArrowBuf buffer) throws IOException {
          byte[] copy = new byte[Math.toIntExact(buffer.readableBytes())];
          buffer.getBytes(buffer.readerIndex(), copy);
          write(ByteBuffer.wrap(copy));
        }
      };
  private final IpcOption option;

  ForeignStream() {
    this(MetadataVersion.V5, false);
  }

  /** Legacy: without continuation markers, as before version 0.15. */
  ForeignStream(MetadataVersion version, boolean legacy) {
    option = new IpcOption(legacy, version);
  }

  ForeignStream schema(Schema schema) throws IOException {
    MessageSerializer.serialize(channel, schema, option);
    return this;
  }

  /** Writes and closes the batch. */
  ForeignStream batch(ArrowRecordBatch batch) throws IOException {
    try (batch) {
      MessageSerializer.serialize(channel, batch, option);
    }
    return this;
  }

  /** Writes and closes the batch. */
  ForeignStream dictionary(long id, boolean delta, ArrowRecordBatch values) throws IOException {
    try (ArrowDictionaryBatch batch = new ArrowDictionaryBatch(id, values, delta)) {
      MessageSerializer.serialize(channel, batch, option);
    }
    return this;
  }

  /** A batch of vectors, as arrow-java itself unloads them. */
  static ArrowRecordBatch batchOf(List<FieldVector> vectors, int rows) {
    List<Field> fields = vectors.stream().map(FieldVector::getField).toList();
    return new VectorUnloader(new VectorSchemaRoot(fields, vectors, rows)).getRecordBatch();
  }

  ForeignStream end() throws IOException {
    if (!option.write_legacy_ipc_format) {
      channel.writeIntLittleEndian(StreamLayout.CONTINUATION);
    }
    channel.writeIntLittleEndian(0);
    return this;
  }

  ForeignStream append(byte... more) throws IOException {
    channel.write(more);
    return this;
  }

  StoredStream stored() {
    return StoredStream.of(bytes.toByteArray());
  }
}
