package io.plasmastore.bench.sort;

import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Goes through rows in the order in which they come: counts them, adds up a 64-bit hash of each,
 * which does not depend on the order, and counts those that should stand before the row that came
 * before them. It knows the types of {@link SortColumn} and shares no code with the sort. {@code
 * sort_peers.py} computes the same.
 *
 * <pre>
 * x(value)  an integer itself; the bits of a float; of a string Σ byte[j] · P^(j+1)
 * hash(row) = mix(Σ mix(x(column c) + (c + 1) · ODD))
 * </pre>
 */
final class RowChecksum {
  static final long ODD = 0x9e37_79b9_7f4a_7c15L;
  static final long P = 0x0000_0100_0000_01b3L;

  private final List<SortOrder> order;
  private long rows;
  private long sum;
  private long disordered;
  private Object[] last = {};

  /**
   * A key of the order.
   *
   * @param column its number
   * @param descending whether the greatest comes first
   */
  record SortOrder(int column, boolean descending) {}

  RowChecksum(List<SortOrder> order) {
    this.order = order;
  }

  long rows() {
    return rows;
  }

  long sum() {
    return sum;
  }

  long disordered() {
    return disordered;
  }

  /** Goes through the rows of a batch. */
  void add(VectorSchemaRoot root) {
    List<FieldVector> columns = root.getFieldVectors();
    int count = root.getRowCount();
    for (int i = 0; i < count; i++) {
      long hash = 0;
      for (int c = 0; c < columns.size(); c++) {
        hash += mix(bits(columns.get(c), i) + (c + 1) * ODD);
      }
      sum += mix(hash);
    }
    if (count > 0 && last.length > 0 && compareToLast(columns) > 0) {
      disordered++;
    }
    for (int i = 1; i < count; i++) {
      if (compare(columns, i - 1, i) > 0) {
        disordered++;
      }
    }
    if (count > 0) {
      last = order.stream().map(key -> value(columns.get(key.column()), count - 1)).toArray();
    }
    rows += count;
  }

  static long mix(long bits) {
    long z = bits;
    z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
    return z ^ (z >>> 31);
  }

  private int compare(List<FieldVector> columns, int before, int after) {
    for (SortOrder key : order) {
      int compared = compare(columns.get(key.column()), before, after);
      if (compared != 0) {
        return key.descending() ? -compared : compared;
      }
    }
    return 0;
  }

  private int compareToLast(List<FieldVector> columns) {
    for (int k = 0; k < order.size(); k++) {
      SortOrder key = order.get(k);
      @SuppressWarnings("unchecked")
      Comparable<Object> before = (Comparable<Object>) last[k];
      int compared = before.compareTo(value(columns.get(key.column()), 0));
      if (compared != 0) {
        return key.descending() ? -compared : compared;
      }
    }
    return 0;
  }

  private static int compare(FieldVector column, int before, int after) {
    return switch (column) {
      case Float8Vector v -> Double.compare(v.get(before), v.get(after));
      case BigIntVector v -> Long.compare(v.get(before), v.get(after));
      case IntVector v -> Integer.compare(v.get(before), v.get(after));
      case VarCharVector v -> java.util.Arrays.compareUnsigned(v.get(before), v.get(after));
      default -> throw unknown(column);
    };
  }

  /** Small letters alone are in strings, so that their order as text is that of their bytes. */
  private static Object value(FieldVector column, int row) {
    return switch (column) {
      case Float8Vector v -> v.get(row);
      case BigIntVector v -> v.get(row);
      case IntVector v -> v.get(row);
      case VarCharVector v -> v.getObject(row).toString();
      default -> throw unknown(column);
    };
  }

  private static long bits(FieldVector column, int row) {
    return switch (column) {
      case Float8Vector v -> Double.doubleToRawLongBits(v.get(row));
      case BigIntVector v -> v.get(row);
      case IntVector v -> v.get(row);
      case VarCharVector v -> {
        long bits = 0;
        long power = P;
        int end = v.getEndOffset(row);
        for (int at = v.getStartOffset(row); at < end; at++) {
          bits += (v.getDataBuffer().getByte(at) & 0xff) * power;
          power *= P;
        }
        yield bits;
      }
      default -> throw unknown(column);
    };
  }

  private static IllegalArgumentException unknown(FieldVector column) {
    return new IllegalArgumentException("no such column here: field=" + column.getField());
  }
}
