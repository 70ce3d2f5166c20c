package io.plasmastore.arrow;

import com.github.luben.zstd.Zstd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.CompressionUtil;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowBodyCompression;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/** The same with batches compressed by ZSTD. */
class HostileCompressionTest extends HostileBytesTest {
  @Override
  int flips() {
    return 6_000;
  }

  @Override
  byte[] stream(VectorSchemaRoot root, VectorSchemaRoot more, MapDictionaryProvider dictionaries)
      throws Exception {
    FieldVector values = dictionaries.lookup(1).getVector();
    return new ForeignStream()
        .schema(MessageSchema.of(root.getSchema(), dictionaries).schema())
        .dictionary(1, false, compressed(List.of(values), values.getValueCount()))
        .batch(compressed(root.getFieldVectors(), root.getRowCount()))
        .batch(compressed(more.getFieldVectors(), more.getRowCount()))
        .end()
        .stored()
        .bytes();
  }

  private ArrowRecordBatch compressed(List<FieldVector> vectors, int rows) {
    List<ArrowBuf> buffers = new ArrayList<>();
    try (ArrowRecordBatch batch = ForeignStream.batchOf(vectors, rows)) {
      for (ArrowBuf buffer : batch.getBuffers()) {
        byte[] bytes = new byte[Math.toIntExact(buffer.readableBytes())];
        buffer.getBytes(buffer.readerIndex(), bytes);
        byte[] packed = Zstd.compress(bytes);
        ArrowBuf target = allocator.buffer(Long.BYTES + packed.length);
        target.setBytes(
            0,
            ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bytes.length)
                .flip());
        target.setBytes(Long.BYTES, packed);
        target.writerIndex(Long.BYTES + packed.length);
        buffers.add(target);
      }
      byte codec = CompressionUtil.CodecType.ZSTD.getType();
      return new ArrowRecordBatch(
          rows, batch.getNodes(), buffers, new ArrowBodyCompression(codec, (byte) 0));
    } finally {
      buffers.forEach(ArrowBuf::close);
    }
  }
}
