package io.plasmastore.arrow;

import java.util.List;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.DensityAwareVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Tells vectors to allocate at first as much as others have. */
final class InitialCapacity {
  private InitialCapacity() {}

  /** Room for vectors that are allocated as others were, which took so many bytes when written. */
  static long room(long size) {
    // What vectors round up by.
    return size + size / 16 + (64 << 10);
  }

  static void copy(VectorSchemaRoot from, VectorSchemaRoot to) {
    for (int i = 0; i < from.getFieldVectors().size(); i++) {
      copy(from.getVector(i), to.getVector(i));
    }
  }

  private static void copy(FieldVector from, FieldVector to) {
    int count = from.getValueCount();
    FieldVector storage = NewVectors.storage(from);
    FieldVector target = NewVectors.storage(to);
    switch (storage) {
      // Their bytes lie in buffers that are only made when there are values.
      case BaseVariableWidthViewVector _ -> target.setInitialCapacity(count);
      case org.apache.arrow.vector.VariableWidthFieldVector text
          when target instanceof DensityAwareVector dense ->
          dense.setInitialCapacity(count, density(text.sizeOfValueBuffer(), count));
      default -> target.setInitialCapacity(count);
    }
    List<FieldVector> children = storage.getChildrenFromFields();
    List<FieldVector> targets = target.getChildrenFromFields();
    for (int i = 0; i < children.size(); i++) {
      copy(children.get(i), targets.get(i));
    }
  }

  private static double density(long bytes, int count) {
    return count == 0 ? 0 : (double) bytes / count;
  }
}
