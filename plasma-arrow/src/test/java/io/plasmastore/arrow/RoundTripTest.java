package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from the bytes of a dataframe is what was written. */
class RoundTripTest {
  private static final int ROWS = 100;

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  static Stream<Field> fields() {
    return Stream.of(Dataframes.flatFields(), Dataframes.nestedFields(), Dataframes.unionFields())
        .flatMap(List::stream);
  }

  static Stream<Field> oddFields() {
    return Dataframes.oddFields().stream();
  }

  @ParameterizedTest
  @MethodSource({"fields", "oddFields"})
  void keepsEachType(Field field) {
    for (double nulls : new double[] {0, 0.3, 1}) {
      try (VectorSchemaRoot root = dataframe(nulls).root(Dataframes.schema(field), ROWS)) {
        assertKept(root);
      }
    }
  }

  @ParameterizedTest
  @MethodSource({"fields", "oddFields"})
  void keepsEachTypeWithoutRows(Field field) {
    try (VectorSchemaRoot root = dataframe(0).root(Dataframes.schema(field), 0)) {
      assertKept(root);
    }
  }

  @ParameterizedTest
  @MethodSource("fields")
  void keepsVectorsThatWereNeverAllocated(Field field) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(Dataframes.schema(field), allocator)) {
      long before = allocator.getAllocatedMemory();
      assertKept(root);
      assertEquals(before, allocator.getAllocatedMemory());
    }
  }

  @ParameterizedTest
  @MethodSource("fields")
  void keepsSlicesOfEachType(Field field) {
    try (VectorSchemaRoot root = dataframe(0.3).root(Dataframes.schema(field), ROWS)) {
      for (int start : new int[] {0, 1, 8, 13, 64}) {
        try (VectorSchemaRoot slice = root.slice(start, 21)) {
          assertKept(slice);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 63, 64, 65, 1000})
  void keepsEverythingTogether(int rows) {
    try (VectorSchemaRoot root = dataframe(0.2).root(Dataframes.everything(), rows)) {
      assertKept(root);
    }
  }

  @Test
  void keepsADataframeWithoutColumns() {
    try (VectorSchemaRoot root = new VectorSchemaRoot(new Schema(List.of()), List.of(), 5)) {
      assertKept(root);
    }
  }

  @Test
  void writesWhatWasGotByteForByte() {
    try (VectorSchemaRoot root = dataframe(0.2).root(Dataframes.everything(), ROWS)) {
      // The second time, since the order of custom metadata is only kept from then on.
      StoredStream first = putAgain(StoredStream.of(root));
      StoredStream second = putAgain(first);
      assertEquals(-1, first.data().mismatch(second.data()));
    }
  }

  @Test
  void writesOnlyWhatTheValuesNeed() {
    Schema schema =
        Dataframes.schema(
            Dataframes.flatFields().stream()
                .filter(field -> field.getName().equals("Int(64, true)"))
                .toArray(Field[]::new));
    try (VectorSchemaRoot root = dataframe(0).root(schema, 100_000);
        VectorSchemaRoot row = root.slice(77_777, 1)) {
      assertEquals(StoredStream.of(row).data().byteSize() % 64, StreamLayout.END_SIZE);
      assertTrue(StoredStream.of(row).data().byteSize() < 1000);
    }
  }

  private Dataframes dataframe(double nulls) {
    return new Dataframes(allocator, 42, nulls);
  }

  private StoredStream putAgain(StoredStream stored) {
    try (VectorSchemaRoot got = stored.get(allocator)) {
      return StoredStream.of(got);
    }
  }

  private void assertKept(VectorSchemaRoot root) {
    StoredStream stored = StoredStream.of(root);
    long before = allocator.getAllocatedMemory();
    try (VectorSchemaRoot got = stored.get(allocator)) {
      Values.assertSame(root, got, "");
      long counted = allocator.getAllocatedMemory() - before;
      assertTrue(counted == 0 || counted == stored.data().byteSize(), () -> "counted " + counted);
      for (ArrowBuf buffer : StoredStream.buffers(got.getFieldVectors())) {
        assertTrue(stored.contains(buffer), () -> "outside of the object: " + buffer);
        assertEquals(0, buffer.memoryAddress() % StreamLayout.ALIGNMENT);
      }
    }
    assertEquals(0, stored.pins());
    assertEquals(before, allocator.getAllocatedMemory());
  }
}
