package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlannedSchemaTest {
  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @Test
  void remembersASchemaByIdentity() {
    try (IntVector vector = new IntVector("n", allocator)) {
      Schema schema = VectorSchemaRoot.of(vector).getSchema();
      Schema equal = new Schema(schema.getFields());
      PlannedSchema planned = PlannedSchema.of(schema, ArrowClient.NO_DICTIONARIES);
      assertSame(planned, PlannedSchema.of(schema, ArrowClient.NO_DICTIONARIES));
      assertNotSame(planned, PlannedSchema.of(equal, ArrowClient.NO_DICTIONARIES));
    }
  }

  /** One root over and over, of which the values change, or the counts, or the sizes. */
  @Test
  void statesWhatEachBatchHas() {
    try (IntVector numbers = new IntVector("n", allocator);
        VarCharVector texts = new VarCharVector("t", allocator);
        VectorSchemaRoot root = VectorSchemaRoot.of(numbers, texts)) {
      for (int rows : new int[] {0, 5, 5, 64, 5}) {
        for (int nulls = 0; nulls < Math.min(rows, 3); nulls++) {
          for (String text : new String[] {"a", "b", "a longer one"}) {
            fill(root, rows, nulls, text);
            // As one whose schema nobody has seen.
            MemorySegment wanted =
                stream(
                    new VectorSchemaRoot(
                        new Schema(root.getSchema().getFields()), root.getFieldVectors(), rows));
            for (int i = 0; i < 2; i++) {
              assertEquals(-1, wanted.mismatch(stream(root)), rows + " " + nulls + " " + text);
            }
          }
        }
      }
    }
  }

  private static void fill(VectorSchemaRoot root, int rows, int nulls, String text) {
    IntVector numbers = (IntVector) root.getVector("n");
    VarCharVector texts = (VarCharVector) root.getVector("t");
    root.allocateNew();
    for (int i = 0; i < rows; i++) {
      numbers.setSafe(i, i);
      texts.setSafe(i, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      if (i < nulls) {
        numbers.setNull(i);
      }
    }
    root.setRowCount(rows);
  }

  private static MemorySegment stream(VectorSchemaRoot root) {
    try (StreamPlan plan = StreamPlan.of(root, ArrowClient.NO_DICTIONARIES)) {
      MemorySegment data = Arena.ofAuto().allocate(plan.size(), StreamLayout.ALIGNMENT);
      plan.writeTo(data);
      return data;
    }
  }
}
