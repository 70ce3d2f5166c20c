package io.plasmastore.arrow.records;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The values of a component, where they lie in the store, read like an array. No object is made and
 * a loop over it runs as fast as one over an array. Valid until the {@link RecordList} that it is
 * from is closed; for any thread.
 */
public final class DoubleColumn {
  private final HeldObject held;
  private final MemorySegment values;
  private final @Nullable Bitmap validity;
  private final int size;

  DoubleColumn(HeldObject held, Reader reader, int size) {
    this.held = held;
    this.size = size;
    this.values = PrimitiveReader.valuesOf(reader, (long) size << 3);
    this.validity = NullableReader.validityOf(reader, size);
  }

  /**
   * The value of a row.
   *
   * @param row its number, from 0
   * @return the value; 0 or anything else where it is null
   * @throws IndexOutOfBoundsException if there is no such row
   * @throws IllegalStateException if the list is closed
   */
  public double get(int row) {
    held.requireOpen();
    return values.get(PrimitiveReader.DOUBLE, (long) row << 3);
  }

  /**
   * Whether the value of a row is null.
   *
   * @param row its number, from 0
   * @return false always for a component of a primitive type
   * @throws IndexOutOfBoundsException if there is no such row
   * @throws IllegalStateException if the list is closed
   */
  public boolean isNull(int row) {
    held.requireOpen();
    java.util.Objects.checkIndex(row, size);
    return validity != null && validity.isNull(row);
  }

  /**
   * The number of rows.
   *
   * @return 0 or more
   */
  public int size() {
    return size;
  }

  /**
   * The values as an array of one's own.
   *
   * @return a new array; 0 or anything else where a value is null
   * @throws IllegalStateException if the list is closed
   */
  public double[] toArray() {
    held.requireOpen();
    return values.toArray(PrimitiveReader.DOUBLE);
  }
}
