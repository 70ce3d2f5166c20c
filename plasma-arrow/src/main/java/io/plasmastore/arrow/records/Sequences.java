package io.plasmastore.arrow.records;

import io.plasmastore.arrow.InvalidArrowDataException;
import java.lang.foreign.MemorySegment;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Where the elements of each row lie, for lists and maps. Checked as it is used. */
final class Sequences {
  private final MemorySegment offsets;
  private final boolean large;
  private final int limit;
  private final String path;

  Sequences(FieldVector vector, ObjectColumns columns, String path) {
    this.offsets = columns.segment(vector.getOffsetBuffer());
    this.large = vector.getField().getType() instanceof ArrowType.LargeList;
    this.limit = vector.getChildrenFromFields().getFirst().getValueCount();
    this.path = path;
  }

  /** The number of the first element of a row. */
  int start(int row) {
    return checked(offset(row), 0, row);
  }

  /** The number after that of the last element of a row. */
  int end(int row, int start) {
    return checked(offset(row + 1L), start, row);
  }

  private int checked(long offset, int least, int row) {
    if (offset < least || offset > limit) {
      throw new InvalidArrowDataException(
          "offsets out of range: component=%s row=%d offset=%d limit=%d"
              .formatted(path, row, offset, limit));
    }
    return (int) offset;
  }

  private long offset(long row) {
    return large
        ? offsets.get(PrimitiveReader.LONG, row << 3)
        : offsets.get(PrimitiveReader.INT, row << 2);
  }
}
