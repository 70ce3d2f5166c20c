package io.plasmastore.sort;

import io.plasmastore.arrow.ArrowObject;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * What the strings of a column begin with, as far as some of them tell: names of things often begin
 * alike, and bytes that are everywhere the same tell no two values apart. What others begin with
 * does not matter: {@link BytesType} sorts them all the same.
 */
final class CommonBeginning {
  /** Values to look at in each batch. */
  private static final int LOOKS = 64;

  private static final int MAX_LENGTH = 64;

  private final String column;

  /** Null until the first value. */
  private byte @Nullable [] common;

  CommonBeginning(String column) {
    this.column = column;
  }

  /** Looks at some values of a partition. */
  void add(ArrowObject partition) {
    for (int batch = 0; batch < partition.batchCount(); batch++) {
      try (VectorSchemaRoot root = partition.batch(batch)) {
        add(root.getVector(column), root.getRowCount());
      }
    }
  }

  /** What the values have in common; nothing, if there is only one of them. */
  byte[] bytes() {
    return common == null ? new byte[0] : common.clone();
  }

  private void add(FieldVector vector, int rowCount) {
    if (vector.getField().getDictionary() != null
        || !(KeyType.of(vector.getField()) instanceof BytesType)) {
      common = new byte[0];
      return;
    }
    FlatColumn values = FlatColumn.of(vector);
    int looks = Math.min(rowCount, LOOKS);
    for (int i = 0; i < looks; i++) {
      int row = (int) ((long) rowCount * i / looks);
      if (!values.isNull(row)) {
        long start = values.start(row);
        long length = Math.min(MAX_LENGTH, values.start(row + 1) - start);
        add(values.data().asSlice(start, length));
      }
    }
  }

  private void add(MemorySegment value) {
    byte[] before = common;
    if (before == null) {
      common = value.toArray(ValueLayout.JAVA_BYTE);
      return;
    }
    long same = MemorySegment.ofArray(before).mismatch(value);
    if (same >= 0 && same < before.length) {
      common = Arrays.copyOf(before, (int) same);
    }
  }
}
