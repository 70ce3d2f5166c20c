package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A private copy is the same, elsewhere, and may be written. */
class CopyTest {
  private final BufferAllocator allocator = new RootAllocator();

  static Stream<Field> fields() {
    return Stream.of(
            Dataframes.flatFields(),
            Dataframes.nestedFields(),
            Dataframes.unionFields(),
            Dataframes.oddFields())
        .flatMap(List::stream);
  }

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @ParameterizedTest
  @MethodSource("fields")
  void isTheSameForEachType(Field field) {
    for (int rows : new int[] {0, 90}) {
      try (VectorSchemaRoot root =
          new Dataframes(allocator, 11, 0.3).root(Dataframes.schema(field), rows)) {
        StoredStream stored = StoredStream.of(root);
        VectorSchemaRoot copy;
        VectorSchemaRoot slice;
        try (VectorSchemaRoot got = stored.get(allocator)) {
          copy = PrivateCopy.of(got, allocator);
        }
        try (ArrowObject object = stored.open(allocator);
            VectorSchemaRoot part = rows == 0 ? object.batch(0) : object.slice(13, 50).getFirst()) {
          slice = PrivateCopy.of(part, allocator);
        }
        assertEquals(0, stored.pins());
        Values.assertSame(root, copy, "copy");
        Values.assertSlice(root, 13, slice, "slice");
        for (ArrowBuf buffer : StoredStream.buffers(copy.getFieldVectors())) {
          assertTrue(!stored.contains(buffer), () -> "in the object: " + buffer);
          // A write into what is not writable would end this JVM.
          buffer.setByte(0, buffer.getByte(0));
          buffer.setByte(buffer.capacity() - 1, buffer.getByte(buffer.capacity() - 1));
        }
        copy.close();
        slice.close();
      }
    }
  }

  @Test
  void canBeSetAndGrown() {
    Field number = Field.nullable("n", new ArrowType.Int(64, true));
    Field text = Field.nullable("t", ArrowType.Utf8.INSTANCE);
    try (VectorSchemaRoot root =
        new Dataframes(allocator, 11, 0.3).root(Dataframes.schema(number, text), 90)) {
      StoredStream stored = StoredStream.of(root);
      try (VectorSchemaRoot got = stored.get(allocator);
          VectorSchemaRoot copy = PrivateCopy.of(got, allocator)) {
        BigIntVector numbers = (BigIntVector) copy.getVector(0);
        VarCharVector texts = (VarCharVector) copy.getVector(1);
        for (int i = 80; i < 5000; i++) {
          numbers.setSafe(i, i);
        }
        for (int i = 90; i < 5000; i++) {
          texts.setSafe(i, new byte[] {'x'});
        }
        copy.setRowCount(5000);
        assertEquals(4999, numbers.get(4999));
        assertEquals(root.getVector(1).getObject(89), texts.getObject(89));
        assertEquals("x", texts.getObject(90).toString());
        assertEquals(root.getVector(0).getObject(80), got.getVector(0).getObject(80));
      }
    }
  }
}
