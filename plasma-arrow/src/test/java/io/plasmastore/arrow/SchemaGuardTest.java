package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Struct_;
import org.apache.arrow.flatbuf.Type;
import org.junit.jupiter.api.Test;

/** Schemas that are small as bytes and without end when followed. */
class SchemaGuardTest {
  private final FlatBufferBuilder builder = new FlatBufferBuilder();

  @Test
  void letsASchemaOfTheGreatestDepthPass() {
    assertEquals(
        1, StreamSchema.parse(nestedSchema(ColumnLayout.MAX_DEPTH)).columns().columns().size());
  }

  @Test
  void refusesASchemaOfEndlessDepth() {
    assertRefused(nestedSchema(10_000), "schema nested too deep: limit=64 size=");
  }

  @Test
  void refusesASchemaThatRefersToOneFieldABillionTimes() {
    int field = struct();
    for (int level = 0; level < 20; level++) {
      field = struct(field, field, field, field);
    }
    assertRefused(schema(field), "schema is larger when followed than its bytes: size=");
  }

  @Test
  void refusesASchemaThatRefersToOneLongTextAThousandTimes() {
    int text = builder.createString("x".repeat(1000));
    int entry = KeyValue.createKeyValue(builder, text, text);
    int[] entries = new int[1000];
    Arrays.fill(entries, entry);
    int metadata = Schema.createCustomMetadataVector(builder, entries);
    int fields = Schema.createFieldsVector(builder, new int[0]);
    assertRefused(
        message(Schema.createSchema(builder, (short) 0, fields, metadata, 0)),
        "schema is larger when followed than its bytes: size=");
  }

  private ByteBuffer nestedSchema(int depth) {
    int field = struct();
    for (int level = 1; level < depth; level++) {
      field = struct(field);
    }
    return schema(field);
  }

  private int struct(int... children) {
    int name = builder.createString("s");
    int vector = Field.createChildrenVector(builder, children);
    Struct_.startStruct_(builder);
    int type = Struct_.endStruct_(builder);
    return Field.createField(builder, name, true, Type.Struct_, type, 0, vector, 0);
  }

  private ByteBuffer schema(int... fields) {
    int vector = Schema.createFieldsVector(builder, fields);
    return message(Schema.createSchema(builder, (short) 0, vector, 0, 0));
  }

  private ByteBuffer message(int schema) {
    builder.finish(
        Message.createMessage(builder, MetadataVersion.V5, MessageHeader.Schema, schema, 0, 0));
    return builder.dataBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void assertRefused(ByteBuffer metadata, String reason) {
    var refusal = assertThrows(InvalidArrowDataException.class, () -> StreamSchema.parse(metadata));
    assertTrue(refusal.getMessage().startsWith(reason), refusal::getMessage);
  }
}
