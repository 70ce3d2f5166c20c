package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.extension.UuidType;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ExtensionTypeRegistry;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

class SchemaCacheTest {
  private final SchemaCache cache = new SchemaCache();

  @Test
  void parsesEqualBytesOnce() {
    assertSame(cache.schema(metadata("a")), cache.schema(metadata("a")));
  }

  @Test
  void tellsSchemasApart() {
    assertEquals("a", cache.schema(metadata("a")).schema().getFields().getFirst().getName());
    assertEquals("b", cache.schema(metadata("b")).schema().getFields().getFirst().getName());
  }

  @Test
  void staysRightWithMoreSchemasThanSlots() {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 1000; i++) {
        String name = "column " + i;
        assertEquals(name, cache.schema(metadata(name)).schema().getFields().getFirst().getName());
      }
    }
  }

  @Test
  void doesNotKeepHugeSchemas() {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      fields.add(Field.nullable("column " + i, ArrowType.Utf8.INSTANCE));
    }
    Schema schema = new Schema(fields, Map.of());
    assertNotSame(cache.schema(metadata(schema)), cache.schema(metadata(schema)));
  }

  @Test
  void noticesAnExtensionTypeThatIsRegisteredLater() {
    Schema schema = Dataframes.schema(Field.nullable("id", UuidType.INSTANCE));
    assertSame(cache.schema(metadata(schema)), cache.schema(metadata(schema)));
    assertEquals(UuidType.INSTANCE, type(schema));
    ExtensionTypeRegistry.unregister(UuidType.INSTANCE);
    try {
      assertEquals(UuidType.INSTANCE.storageType(), type(schema));
    } finally {
      ExtensionTypeRegistry.register(UuidType.INSTANCE);
    }
    assertEquals(UuidType.INSTANCE, type(schema));
  }

  private ArrowType type(Schema schema) {
    return cache.schema(metadata(schema)).schema().getFields().getFirst().getType();
  }

  private static MemorySegment metadata(String name) {
    return metadata(Dataframes.schema(Field.nullable(name, ArrowType.Utf8.INSTANCE)));
  }

  private static MemorySegment metadata(Schema schema) {
    return MemorySegment.ofBuffer(MessageEncoder.schema(schema));
  }
}
