package io.plasmastore.arrow.records;

import io.plasmastore.arrow.InvalidArrowDataException;
import java.lang.foreign.MemorySegment;
import java.util.function.IntUnaryOperator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * Where the runs of a column end that has each value once for as many rows as it is repeated in,
 * the <a href="https://arrow.apache.org/docs/format/Columnar.html#run-end-encoded-layout">run-end
 * encoded</a> form. Checked as it is used.
 */
final class RunEnds {
  private final MemorySegment ends;
  private final int width;
  private final int count;
  private final String path;

  RunEnds(RunEndEncodedVector vector, ObjectColumns columns, String path) {
    FieldVector runEnds = vector.getRunEndsVector();
    this.ends = columns.segment(runEnds.getDataBuffer());
    this.width = ((ArrowType.Int) runEnds.getField().getType()).getBitWidth();
    this.count = Math.min(runEnds.getValueCount(), vector.getValuesVector().getValueCount());
    this.path = path;
  }

  /** The number of the value that a row has. O(log runs). */
  int indexOf(int row) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (end(middle) > row) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    if (low == count) {
      throw new InvalidArrowDataException(
          "no run has the row: component=%s row=%d runs=%d".formatted(path, row, count));
    }
    return low;
  }

  /** As {@link #indexOf}, for one thread that asks for one row after the other. */
  IntUnaryOperator inOrder() {
    int[] run = {0};
    return row -> {
      if (run[0] >= count || !has(run[0], row)) {
        run[0] = indexOf(row);
      }
      return run[0];
    };
  }

  private boolean has(int run, int row) {
    return row < end(run) && (run == 0 || row >= end(run - 1));
  }

  /** The first row of a run. */
  long start(int run) {
    return run == 0 ? 0 : end(run - 1);
  }

  private long end(int run) {
    return switch (width) {
      case Short.SIZE -> ends.get(PrimitiveReader.SHORT, (long) run << 1);
      case Integer.SIZE -> ends.get(PrimitiveReader.INT, (long) run << 2);
      default -> ends.get(PrimitiveReader.LONG, (long) run << 3);
    };
  }

  /** A reader of the rows, from one of the values that are repeated. */
  Reader over(Reader values) {
    return new Rows(values);
  }

  private final class Rows extends Reader {
    private final Reader values;

    Rows(Reader values) {
      this.values = values;
    }

    @Override
    @Nullable Object get(int row) {
      return values.get(indexOf(row));
    }

    @Override
    Reader inOrder() {
      // The values are not read row after row: a run's is asked for as often as it has rows.
      IntUnaryOperator runs = RunEnds.this.inOrder();
      return new Reader() {
        @Override
        @Nullable Object get(int row) {
          return values.get(runs.applyAsInt(row));
        }
      };
    }
  }
}
