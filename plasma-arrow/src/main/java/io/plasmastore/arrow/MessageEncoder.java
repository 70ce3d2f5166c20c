package io.plasmastore.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.vector.types.pojo.Schema;

/** The metadata of each kind of message, as FlatBuffers. */
final class MessageEncoder {
  private MessageEncoder() {}

  static ByteBuffer schema(Schema schema) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    return message(builder, MessageHeader.Schema, schema.getSchema(builder), 0);
  }

  static ByteBuffer recordBatch(BatchPlan batch) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int table = batch.writeTable(builder);
    return message(builder, MessageHeader.RecordBatch, table, batch.bodySize());
  }

  static ByteBuffer dictionaryBatch(long id, BatchPlan batch) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int data = batch.writeTable(builder);
    int table = DictionaryBatch.createDictionaryBatch(builder, id, data, false);
    return message(builder, MessageHeader.DictionaryBatch, table, batch.bodySize());
  }

  /** Completes a message. */
  static ByteBuffer message(FlatBufferBuilder builder, byte headerType, int header, long bodySize) {
    int message =
        Message.createMessage(builder, MetadataVersion.V5, headerType, header, bodySize, 0);
    Message.finishMessageBuffer(builder, message);
    return builder.dataBuffer();
  }
}
