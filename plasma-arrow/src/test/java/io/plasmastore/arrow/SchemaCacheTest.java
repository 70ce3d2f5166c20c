package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    assertSame(cache.schema(metadata(wide(2_000))), cache.schema(metadata(wide(2_000))));
    Schema schema = wide(20_000);
    assertTrue(metadata(schema).byteSize() > 1 << 20);
    assertNotSame(cache.schema(metadata(schema)), cache.schema(metadata(schema)));
  }

  @Test
  void dropsSchemasThatAreTooMuchTogether() {
    for (int i = 0; i < 40; i++) {
      Object next = cache.schema(metadata(wide(5_000 + i)));
      assertTrue(next == cache.schema(metadata(wide(5_000 + i))), "just parsed, and not kept");
      assertTrue(cache.totalSize() <= 16 << 20, () -> "totalSize=" + cache.totalSize());
    }
    assertTrue(cache.totalSize() > 8 << 20, () -> "totalSize=" + cache.totalSize());
  }

  @Test
  void remembersSomeColumnsOfASchema() {
    StreamSchema whole = cache.schema(metadata(wide(10)));
    Columns columns = Columns.named("column 7", "column 2");
    StreamSchema some = cache.select(whole, columns);
    assertEquals(
        List.of("column 7", "column 2"),
        some.schema().getFields().stream().map(Field::getName).toList());
    assertSame(some, cache.select(whole, Columns.named("column 7", "column 2")));
    assertNotSame(some, cache.select(whole, Columns.at(7, 2)));
    assertEquals(some.schema(), cache.select(whole, Columns.at(7, 2)).schema());
  }

  private static Schema wide(int columns) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      fields.add(Field.nullable("column " + i, ArrowType.Utf8.INSTANCE));
    }
    return new Schema(fields, Map.of());
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
