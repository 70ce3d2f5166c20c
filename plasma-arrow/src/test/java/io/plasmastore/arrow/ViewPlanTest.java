package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written of a column of views: no more bytes than it shows, or a third more. */
class ViewPlanTest {
  private static final int ROWS = 1000;

  private final BufferAllocator allocator = new RootAllocator();
  private final ViewVarCharVector vector = new ViewVarCharVector("t", allocator);

  @AfterEach
  void closesTheAllocator() {
    vector.close();
    allocator.close();
  }

  @Test
  void copiesBuffersThatAreReferredTo() {
    fill();
    List<BodyBuffer> planned = planned(Integer.MAX_VALUE);
    assertEquals(ROWS * 16L, planned.getFirst().size());
    assertEquals(vector.getDataBuffers().size(), planned.size() - 1);
    assertEquals(longBytes(), planned.stream().skip(1).mapToLong(BodyBuffer::size).sum());
    assertTrue(planned.stream().allMatch(BodyBuffer.Copied.class::isInstance));
    assertKept();
  }

  @Test
  void gathersWhatIsReferredToWhereItIsLess() {
    fill();
    nullAllBut(7);
    List<BodyBuffer> planned = planned(Integer.MAX_VALUE);
    assertEquals(2, planned.size());
    assertEquals(longBytes(), planned.getLast().size());
    assertKept();
  }

  @Test
  void writesNoBytesWhereNoViewRefersToAny() {
    fill();
    nullAllBut(ROWS + 1);
    assertEquals(0, planned(16).stream().skip(1).mapToLong(BodyBuffer::size).sum());
    assertKept();
  }

  @Test
  void gathersIntoSeveralBuffersWhereOneIsTooSmall() {
    fill();
    nullAllBut(5);
    List<BodyBuffer> planned = planned(100);
    assertTrue(planned.size() > 3, () -> "buffers=" + planned.size());
    assertTrue(planned.stream().skip(1).allMatch(buffer -> buffer.size() <= 100));
    assertEquals(longBytes(), planned.stream().skip(1).mapToLong(BodyBuffer::size).sum());
    try (Arena arena = Arena.ofConfined()) {
      long size = planned.stream().mapToLong(buffer -> StreamLayout.align(buffer.size())).sum();
      MemorySegment memory = arena.allocate(size, StreamLayout.ALIGNMENT);
      StreamTarget target = new StreamTarget(memory);
      long[] starts = new long[planned.size()];
      long offset = 0;
      for (int i = 0; i < starts.length; i++) {
        starts[i] = offset;
        planned.get(i).writeTo(target, offset);
        offset += StreamLayout.align(planned.get(i).size());
      }
      for (int i = 0; i < ROWS; i++) {
        if (!vector.isNull(i)) {
          assertEquals(vector.getObject(i).toString(), read(memory, starts, i));
        }
      }
    }
  }

  @Test
  void aRowOfALargeParentCostsARow() {
    fill();
    VectorSchemaRoot root = new VectorSchemaRoot(List.of(vector.getField()), List.of(vector), ROWS);
    try (VectorSchemaRoot row = root.slice(501, 1)) {
      assertTrue(StoredStream.of(row).data().byteSize() < 1000);
    }
  }

  @Test
  void refusesViewsThatReferToNothing() {
    fill();
    int longOne = 0;
    while (vector.getValueLength(longOne) <= 12) {
      longOne++;
    }
    vector.getDataBuffer().setInt(longOne * 16L + 12, Integer.MAX_VALUE);
    var refusal = assertThrows(IllegalArgumentException.class, () -> planned(Integer.MAX_VALUE));
    assertTrue(
        refusal
            .getMessage()
            .startsWith("a view refers to bytes that are not there: field=t value=" + longOne),
        refusal::getMessage);
    vector.getDataBuffer().setInt(longOne * 16L, -1);
    assertThrows(IllegalArgumentException.class, () -> planned(Integer.MAX_VALUE));
  }

  private void fill() {
    for (int i = 0; i < ROWS; i++) {
      String text = "value " + i + "!".repeat(i % 40);
      vector.setSafe(i, text.getBytes(StandardCharsets.US_ASCII));
    }
    vector.setValueCount(ROWS);
  }

  /** All but each so many-th value. */
  private void nullAllBut(int step) {
    for (int i = 0; i < ROWS; i++) {
      if ((i + 1) % step != 0) {
        BitVectorHelper.unsetBit(vector.getValidityBuffer(), i);
      }
    }
  }

  private long longBytes() {
    long sum = 0;
    for (int i = 0; i < ROWS; i++) {
      int length = vector.getValueLength(i);
      sum += length > 12 ? length : 0;
    }
    return sum;
  }

  private List<BodyBuffer> planned(long maxSize) {
    ArrowBuf validity = vector.getValidityBuffer();
    return ViewPlan.buffers(
        validity, vector.getDataBuffer(), vector.getDataBuffers(), 0, ROWS, "t", maxSize);
  }

  private void assertKept() {
    VectorSchemaRoot root = new VectorSchemaRoot(List.of(vector.getField()), List.of(vector), ROWS);
    StoredStream stored = StoredStream.of(root);
    try (ArrowObject object = stored.open(allocator);
        VectorSchemaRoot got = object.batch(0)) {
      object.validate();
      Values.assertSame(root, got, "");
    }
    assertEquals(0, stored.pins());
  }

  private static String read(MemorySegment memory, long[] starts, int index) {
    long view = starts[0] + index * 16L;
    int length = memory.get(StreamLayout.INT, view);
    long start =
        length <= 12
            ? view + 4
            : starts[1 + memory.get(StreamLayout.INT, view + 8)]
                + memory.get(StreamLayout.INT, view + 12);
    byte[] bytes = memory.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
