package io.plasmastore.sort;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Brings all rows of some batches into another order, a column at a time; see {@link
 * ColumnScatter}. One thread.
 */
final class RowScatter {
  private final List<OpenRows.Part> parts;
  private final BufferAllocator allocator;

  /** Moves the rows of these parts, into memory of an allocator. */
  RowScatter(List<OpenRows.Part> parts, BufferAllocator allocator) {
    this.parts = parts;
    this.allocator = allocator;
  }

  /**
   * Moves all columns.
   *
   * @param schema of the columns by value
   * @param places of the rows in the order of the parts; each number below {@code count} once
   * @return a new root, for the caller to close
   * @throws io.plasmastore.PlasmaException LIMIT_EXCEEDED if a column would have more bytes or
   *     values than its offsets can say
   */
  VectorSchemaRoot all(Schema schema, int[] places, int count) {
    List<FieldVector> columns = new ArrayList<>();
    try {
      for (int i = 0; i < schema.getFields().size(); i++) {
        FieldVector target = schema.getFields().get(i).createVector(allocator);
        columns.add(target);
        new ColumnScatter(ranges(i), places, count, allocator).fill(target);
      }
      return new VectorSchemaRoot(schema, columns, count);
    } catch (Throwable e) {
      Closing.all(columns);
      throw e;
    }
  }

  private List<ColumnScatter.Range> ranges(int column) {
    return parts.stream()
        .map(
            part ->
                new ColumnScatter.Range(
                    part.root().getVector(column), part.dictionaries(), part.from(), part.to()))
        .toList();
  }
}
