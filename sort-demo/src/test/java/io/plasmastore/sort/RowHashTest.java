package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RowHashTest {
  private static final FrameModel FRAME = new FrameModel(ColumnModel.ALL);

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void close() {
    allocator.close();
  }

  @Test
  void doesNotDependOnTheOrderOfTheRowsNorOnTheirBatches() {
    Random random = new Random(1);
    List<byte[][]> rows = FRAME.rows(random, 10_000, 0.2);
    long sum = sum(rows);
    List<byte[][]> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, random);
    assertEquals(sum, sum(shuffled.subList(0, 5_001)) + sum(shuffled.subList(5_001, 10_000)));
  }

  @Test
  void dependsOnEveryValue() {
    Random random = new Random(2);
    List<byte[][]> rows = FRAME.rows(random, 50, 0.2);
    Set<Long> sums = new HashSet<>();
    sums.add(sum(rows));
    int changes = 0;
    for (int column = 0; column < FRAME.columns().size(); column++) {
      for (int row = 0; row < rows.size(); row += 7) {
        byte[] value = rows.get(row)[column];
        if (value == null || value.length == 0) {
          continue;
        }
        byte[] changed = value.clone();
        changed[random.nextInt(changed.length)] ^= 1;
        rows.get(row)[column] = changed;
        sums.add(sum(rows));
        rows.get(row)[column] = null;
        sums.add(sum(rows));
        rows.get(row)[column] = value;
        changes += 2;
      }
    }
    assertEquals(changes + 1, sums.size());
  }

  @Test
  void dependsOnWhichValuesStandInOneRow() {
    Random random = new Random(3);
    List<byte[][]> rows = FRAME.rows(random, 2, 0);
    long sum = sum(rows);
    byte[] value = rows.get(0)[4];
    rows.get(0)[4] = rows.get(1)[4];
    rows.get(1)[4] = value;
    assertNotEquals(sum, sum(rows));
  }

  @Test
  void countsRowsThatAreAlike() {
    List<byte[][]> rows = new ArrayList<>(FRAME.rows(new Random(4), 1, 0));
    long one = sum(rows);
    rows.add(rows.getFirst());
    assertEquals(2 * one, sum(rows));
  }

  @Test
  void dependsOnWhereListsEnd() {
    Set<Long> sums = new HashSet<>();
    for (int[] lengths : new int[][] {{3, 0}, {1, 2}, {2, 1}}) {
      try (ListVector list = ListVector.empty("list", allocator)) {
        UnionListWriter writer = list.getWriter();
        int value = 0;
        for (int row = 0; row < lengths.length; row++) {
          writer.setPosition(row);
          writer.startList();
          for (int i = 0; i < lengths[row]; i++) {
            writer.writeInt(value++);
          }
          writer.endList();
        }
        list.setValueCount(lengths.length);
        sums.add(hash().sum(List.of(list), 0, lengths.length));
      }
    }
    assertEquals(3, sums.size());
  }

  private long sum(List<byte[][]> rows) {
    try (VectorSchemaRoot root = FRAME.root(rows, allocator)) {
      return hash().sum(root.getFieldVectors(), 0, rows.size());
    }
  }

  private static RowHash hash() {
    return new RowHash(new DictionaryProvider.MapDictionaryProvider());
  }
}
