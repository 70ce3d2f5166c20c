package io.plasmastore.arrow;

import java.nio.ByteBuffer;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Union;
import org.jspecify.annotations.Nullable;

/**
 * Walks a schema of unknown origin before arrow-java converts it. FlatBuffers checks that each read
 * lies within the bytes, but not that tables form a tree: a field that is its own child, or one
 * subtree that is referred to a million times, would end in a stack overflow or without memory. So
 * nesting is limited, and the whole walk may visit only as much as bytes that are written once can
 * hold, with a generous factor for writers that share strings.
 */
final class SchemaGuard {
  private static final int SHARING = 16;
  // An element of a vector has an offset of 4 bytes and a table of at least as many.
  private static final int LEAST_ELEMENT_SIZE = 8;

  private final int size;
  private long rest;

  private SchemaGuard(int size) {
    this.size = size;
    this.rest = (long) size * SHARING;
  }

  /**
   * Checks a schema.
   *
   * @param size of the message that it lies in, in bytes
   * @throws InvalidArrowDataException if it is nested too deep, or larger when followed than its
   *     bytes
   * @throws UnsupportedOperationException naming field and type of a decimal that arrow-java has no
   *     type for
   * @throws RuntimeException whatever FlatBuffers throws on a read out of bounds
   */
  static void check(Schema schema, int size) {
    SchemaGuard guard = new SchemaGuard(size);
    for (int i = 0; i < guard.count(schema.customMetadataLength()); i++) {
      guard.visit(schema.customMetadata(i));
    }
    for (int i = 0; i < guard.count(schema.fieldsLength()); i++) {
      guard.visit(schema.fields(i), 1);
    }
  }

  private void visit(Field field, int depth) {
    if (depth > ColumnLayout.MAX_DEPTH) {
      throw new InvalidArrowDataException(
          "schema nested too deep: limit=" + ColumnLayout.MAX_DEPTH + " size=" + size);
    }
    take(LEAST_ELEMENT_SIZE);
    take(field.nameAsByteBuffer());
    for (int i = 0; i < count(field.customMetadataLength()); i++) {
      visit(field.customMetadata(i));
    }
    if (field.typeType() == Type.Union && field.type(new Union()) instanceof Union union) {
      take((long) count(union.typeIdsLength()) * Integer.BYTES);
    }
    if (field.typeType() == Type.Decimal && field.type(new Decimal()) instanceof Decimal decimal) {
      check(field, decimal);
    }
    for (int i = 0; i < count(field.childrenLength()); i++) {
      visit(field.children(i), depth + 1);
    }
  }

  /** The format has narrower decimals too, but arrow-java does not know them. */
  private static void check(Field field, Decimal decimal) {
    if (decimal.bitWidth() != 128 && decimal.bitWidth() != 256) {
      throw new UnsupportedOperationException(
          "columns of this type are not supported: field=%s type=Decimal(%d, %d, %d)"
              .formatted(field.name(), decimal.precision(), decimal.scale(), decimal.bitWidth()));
    }
  }

  private void visit(KeyValue entry) {
    take(LEAST_ELEMENT_SIZE);
    take(entry.keyAsByteBuffer());
    take(entry.valueAsByteBuffer());
  }

  private int count(int length) {
    if (length < 0 || length > size / Integer.BYTES) {
      throw new InvalidArrowDataException(
          "schema with more elements than bytes: elements=" + length + " size=" + size);
    }
    return length;
  }

  private void take(@Nullable ByteBuffer text) {
    take(text == null ? 0 : text.remaining());
  }

  private void take(long bytes) {
    rest -= bytes;
    if (rest < 0) {
      throw new InvalidArrowDataException(
          "schema is larger when followed than its bytes: size=" + size + " factor=" + SHARING);
    }
  }
}
