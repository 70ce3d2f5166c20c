package io.plasmastore.arrow.records;

import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** Any number of elements for each row: lists and maps. */
abstract class SequenceWriter extends Writer {
  private static final int ELEMENT_SIZE = 16;

  private final List<Writer> children;
  private final GrowingBuffer offsets;
  private long end;

  SequenceWriter(Place place, List<Writer> children) {
    super(place);
    this.children = children;
    this.offsets = buffer((place.rows() + 1L) * Integer.BYTES);
    offsets.putInt(0);
  }

  /** Adds the elements of a value to the children, and says how many. */
  abstract int append(Object value);

  List<Writer> children() {
    return children;
  }

  @Override
  final void write(Object value) {
    end += append(value);
    if (end > Integer.MAX_VALUE) {
      throw unfit("a batch has room for 2^31 elements of a column: elements=" + end, null);
    }
    offsets.putInt((int) end);
    place().limit().reach(end * ELEMENT_SIZE);
  }

  @Override
  final void writeNothing() {
    offsets.putInt((int) end);
  }

  @Override
  final void appendValues(Writer other) {
    SequenceWriter added = (SequenceWriter) other;
    if (end + added.end > Integer.MAX_VALUE) {
      throw unfit("a batch has room for 2^31 elements of a column: elements=" + end, null);
    }
    offsets.appendOffsets(added.offsets, (int) end);
    end += added.end;
    for (int i = 0; i < children.size(); i++) {
      children.get(i).append(added.children.get(i));
    }
  }

  @Override
  void finish(FieldVector vector) {
    super.finish(vector);
    finishElements(vector.getChildrenFromFields().getFirst());
  }

  /** Gives the elements to the vector below. */
  void finishElements(FieldVector elements) {
    children.getFirst().finish(elements);
  }

  @Override
  public void close() {
    super.close();
    children.forEach(Writer::close);
  }
}
