package io.plasmastore.bench.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.Text;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RowChecksumTest {
  private static final List<RowChecksum.SortOrder> BY_NAME_AND_NUMBER_DOWN =
      List.of(new RowChecksum.SortOrder(0, false), new RowChecksum.SortOrder(1, true));

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @Test
  void doesNotDependOnTheOrderOrTheBatches() {
    RowChecksum sorted = new RowChecksum(BY_NAME_AND_NUMBER_DOWN);
    add(sorted, "ant 3", "ant 1", "bee 2", "cat 9");
    RowChecksum unsorted = new RowChecksum(BY_NAME_AND_NUMBER_DOWN);
    add(unsorted, "cat 9", "ant 1");
    add(unsorted);
    add(unsorted, "ant 3", "bee 2");
    assertEquals(4, unsorted.rows());
    assertEquals(sorted.sum(), unsorted.sum());
    assertEquals(0, sorted.disordered());
    // cat before ant; and ant 1 before ant 3, over the end of a batch.
    assertEquals(2, unsorted.disordered());
  }

  @Test
  void seesThatAValueIsAnotherOrInAnotherRow() {
    long sum = sum("ant 1", "bee 2");
    assertNotEquals(sum, sum("ant 2", "bee 1"));
    assertNotEquals(sum, sum("ant 1", "bed 2"));
    assertNotEquals(sum, sum("ant 1"));
    assertNotEquals(sum("ab 1"), sum("ba 1"));
  }

  private long sum(String... rows) {
    RowChecksum checksum = new RowChecksum(List.of());
    add(checksum, rows);
    return checksum.sum();
  }

  private void add(RowChecksum checksum, String... rows) {
    VarCharVector names = new VarCharVector("name", allocator);
    BigIntVector numbers = new BigIntVector("number", allocator);
    try (VectorSchemaRoot root = VectorSchemaRoot.of(names, numbers)) {
      for (int i = 0; i < rows.length; i++) {
        String[] parts = rows[i].split(" ", -1);
        names.setSafe(i, new Text(parts[0]));
        numbers.setSafe(i, Long.parseLong(parts[1]));
      }
      names.setValueCount(rows.length);
      numbers.setValueCount(rows.length);
      root.setRowCount(rows.length);
      checksum.add(root);
    }
  }
}
