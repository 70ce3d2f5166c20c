package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Some rows of an object are where all of them are. */
class SliceTest {
  private static final int ROWS = 150;

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
  void showsTheRowsOfEachType(Field field) {
    for (double nulls : new double[] {0, 0.3}) {
      try (VectorSchemaRoot root =
          new Dataframes(allocator, 3, nulls).root(Dataframes.schema(field), ROWS)) {
        StoredStream stored = StoredStream.of(root);
        try (ArrowObject object = stored.open(allocator)) {
          for (int[] rows :
              new int[][] {{0, ROWS}, {0, 1}, {1, 20}, {8, 70}, {13, 137}, {149, 1}}) {
            VectorSchemaRoot slice = object.slice(rows[0], rows[1]).getFirst();
            Values.assertSlice(root, rows[0], slice, "nulls=" + nulls);
            assertEquals(rows[1], slice.getRowCount());
            slice.close();
          }
        }
        assertEquals(0, stored.pins());
      }
    }
  }

  @Test
  void liesInTheObjectButForBitsOutOfStep() {
    try (VectorSchemaRoot root =
        new Dataframes(allocator, 3, 0).root(Dataframes.everything(), ROWS)) {
      StoredStream stored = StoredStream.of(root);
      try (ArrowObject object = stored.open(allocator);
          VectorSchemaRoot aligned = object.slice(64, 50).getFirst();
          VectorSchemaRoot unaligned = object.slice(65, 50).getFirst()) {
        assertTrue(outside(stored, aligned) < 600, "more than the ends of runs");
        // Validity bitmaps without nulls are not copied either.
        assertTrue(outside(stored, unaligned) < 1200, () -> "" + outside(stored, unaligned));
      }
    }
  }

  @Test
  void goesAcrossBatches() throws Exception {
    Dataframes dataframes = new Dataframes(allocator, 5, 0.2);
    List<VectorSchemaRoot> roots = new ArrayList<>();
    for (int rows : new int[] {10, 0, 1, 100}) {
      roots.add(dataframes.root(Dataframes.everything(), rows));
    }
    StoredStream stored;
    try (ArrowReader reader = new BatchesReader(allocator, Dataframes.everything(), roots)) {
      stored = StoredStream.of(reader);
    }
    List<VectorSchemaRoot> slices;
    try (ArrowObject object = stored.open(allocator)) {
      slices = object.slice(7, 90);
      assertEquals(List.of(), object.slice(111, 0));
      assertThrows(IndexOutOfBoundsException.class, () -> object.slice(111, 1));
      assertThrows(IndexOutOfBoundsException.class, () -> object.slice(-1, 1));
    }
    assertEquals(List.of(3, 1, 86), slices.stream().map(VectorSchemaRoot::getRowCount).toList());
    Values.assertSlice(roots.get(0), 7, slices.get(0), "first");
    Values.assertSlice(roots.get(2), 0, slices.get(1), "second");
    Values.assertSlice(roots.get(3), 0, slices.get(2), "third");
    slices.forEach(VectorSchemaRoot::close);
    assertEquals(0, stored.pins());
    roots.forEach(VectorSchemaRoot::close);
  }

  @Test
  void isReadByArrowJava() {
    Field text = Field.nullable("text", ArrowType.Utf8.INSTANCE);
    Field list = Dataframes.nested("list", ArrowType.List.INSTANCE, text);
    Field runs = Dataframes.nestedFields().get(13);
    assertEquals("runs of 32", runs.getName());
    try (VectorSchemaRoot root =
        new Dataframes(allocator, 3, 0.2).root(Dataframes.schema(text, list, runs), ROWS)) {
      try (ArrowObject object = StoredStream.of(root).open(allocator);
          VectorSchemaRoot slice = object.slice(21, 100).getFirst();
          VectorSchemaRoot again = slice.slice(9, 50)) {
        for (int row = 0; row < 50; row++) {
          assertEquals(root.getVector(0).getObject(30 + row), again.getVector(0).getObject(row));
          assertEquals(root.getVector(1).getObject(30 + row), again.getVector(1).getObject(row));
          assertEquals(root.getVector(2).getObject(30 + row), again.getVector(2).getObject(row));
        }
      }
    }
  }

  /** Bytes of buffers that are not the object's. */
  private static long outside(StoredStream stored, VectorSchemaRoot root) {
    return StoredStream.buffers(root.getFieldVectors()).stream()
        .filter(buffer -> !stored.contains(buffer))
        .filter(buffer -> buffer.getReferenceManager().getSize() > 0)
        .mapToLong(ArrowBuf::capacity)
        .sum();
  }
}
