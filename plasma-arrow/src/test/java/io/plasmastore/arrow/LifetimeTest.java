package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.TransferPair;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pin is released once, by whoever is the last to hold a part of the object. */
class LifetimeTest {
  private final BufferAllocator allocator = new RootAllocator();
  private StoredStream stored;

  @BeforeEach
  void storesADataframe() {
    Field numbers = Field.nullable("n", new ArrowType.Int(64, true));
    Field texts = Field.nullable("t", ArrowType.Utf8.INSTANCE);
    try (VectorSchemaRoot root =
        new Dataframes(allocator, 1, 0.1).root(Dataframes.schema(numbers, texts), 100)) {
      stored = StoredStream.of(root);
    }
  }

  @AfterEach
  void closesTheAllocator() {
    assertEquals(0, stored.pins());
    allocator.close();
  }

  @Test
  void aRootOutlivesTheObjectItIsFrom() {
    ArrowObject object = stored.open(allocator);
    VectorSchemaRoot first = object.batch(0);
    VectorSchemaRoot second = object.batch(0);
    object.close();
    object.close();
    first.close();
    assertEquals(1, stored.pins());
    assertTrue(second.contentToTSVString().length() > 100);
    second.close();
    assertEquals(0, stored.pins());
    second.close();
  }

  @Test
  void theObjectCountsOnceForAllRoots() {
    try (ArrowObject object = stored.open(allocator);
        VectorSchemaRoot first = object.batch(0);
        VectorSchemaRoot second = object.batch(0)) {
      assertEquals(2, first.getFieldVectors().size() + second.getFieldVectors().size() - 2);
      assertEquals(stored.data().byteSize(), allocator.getAllocatedMemory());
    }
  }

  @Test
  void aRetainedBufferOutlivesItsRoot() {
    VectorSchemaRoot root = stored.get(allocator);
    ArrowBuf values = root.getVector(0).getDataBuffer();
    values.getReferenceManager().retain();
    root.close();
    assertEquals(1, stored.pins());
    assertEquals(800, values.capacity());
    values.close();
  }

  @Test
  void aVectorMayMoveToAnotherAllocator() {
    try (BufferAllocator child = allocator.newChildAllocator("child", 0, Long.MAX_VALUE)) {
      VectorSchemaRoot root = stored.get(allocator);
      TransferPair pair = root.getVector(0).getTransferPair(child);
      pair.transfer();
      root.close();
      assertEquals(1, stored.pins());
      assertEquals(stored.data().byteSize(), child.getAllocatedMemory());
      try (FieldVector moved = (FieldVector) pair.getTo()) {
        assertEquals(100, moved.getValueCount());
      }
      assertEquals(0, stored.pins());
    }
  }

  @Test
  void aSliceHoldsTheObject() {
    VectorSchemaRoot root = stored.get(allocator);
    VectorSchemaRoot slice = root.slice(8, 16);
    root.close();
    assertEquals(1, stored.pins());
    assertTrue(stored.contains(((BigIntVector) slice.getVector(0)).getDataBuffer()));
    slice.close();
  }

  @Test
  void nothingIsHeldWhereTheAllocatorHasNoRoom() {
    try (BufferAllocator small = allocator.newChildAllocator("small", 0, 1000)) {
      assertThrows(OutOfMemoryException.class, () -> stored.get(small));
      assertEquals(0, stored.pins());
      assertThrows(OutOfMemoryException.class, () -> stored.open(small));
      assertEquals(0, stored.pins());
      assertEquals(0, small.getAllocatedMemory());
    }
  }

  @Test
  void aClosedObjectGivesNothingMore() {
    ArrowObject object = stored.open(allocator);
    object.close();
    assertThrows(IllegalStateException.class, () -> object.batch(0));
    assertThrows(IllegalStateException.class, object::reader);
    assertEquals(1, object.batchCount());
  }
}
