package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

class BatchTemplateTest {
  private static final Field LONG = field("long", new ArrowType.Int(64, true));
  private static final Field TEXT = field("text", new ArrowType.Utf8());
  private static final Field BITS = field("bits", new ArrowType.Bool());
  private static final int SIZE = 4096;

  /** Numbers that are not zero, which an encoder would leave out. */
  @Test
  void writesTheBytesThatTheEncoderWrites() {
    Field list = new Field("list", FieldType.nullable(new ArrowType.List()), List.of(LONG));
    Schema schema = new Schema(List.of(LONG, TEXT, BITS, list));
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        ArrowBuf one = allocator.buffer(SIZE);
        ArrowBuf two = allocator.buffer(SIZE)) {
      root.getFieldVectors().forEach(FieldVector::allocateNew);
      root.setRowCount(10);
      List<ColumnLayout> columns = MessageSchema.of(schema, null).columns();
      BatchPlan plan = BatchPlan.of(root, columns);
      BatchTemplate template = assertNotNullAnd(BatchTemplate.of(columns));
      PlannedMessage message = new PlannedMessage(MessageEncoder.recordBatch(plan), null);
      assertEquals(message.headSize(), template.headSize());
      one.setOne(0L, (long) SIZE);
      two.setOne(0L, (long) SIZE);
      message.writeTo(new StreamTarget(one), 64, 2048);
      template.writeTo(new StreamTarget(two), plan, plan.buffers(), plan.bodySize(), 64, 2048);
      byte[] wanted = new byte[SIZE];
      byte[] found = new byte[SIZE];
      one.getBytes(0, wanted);
      two.getBytes(0, found);
      assertArrayEquals(wanted, found);
    }
  }

  @Test
  void thereIsNoneForViews() {
    Schema schema = new Schema(List.of(LONG, field("view", new ArrowType.Utf8View())));
    assertNull(BatchTemplate.of(MessageSchema.of(schema, null).columns()));
  }

  private static BatchTemplate assertNotNullAnd(BatchTemplate template) {
    assertNotNull(template);
    return template;
  }

  private static Field field(String name, ArrowType type) {
    return new Field(name, FieldType.nullable(type), null);
  }
}
