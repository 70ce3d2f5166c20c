package io.plasmastore.arrow;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.AbstractStructVector.ConflictPolicy;
import org.apache.arrow.vector.complex.StructVector;

/**
 * Makes the vectors of columns, empty. arrow-java keeps the children of a struct by name and,
 * unless it is told otherwise before the first is added, drops all but the last of one name; so
 * structs that repeat a name get their children here.
 */
final class NewVectors {
  private NewVectors() {}

  /** A vector without values for each column. */
  static List<FieldVector> of(List<ColumnLayout> columns, BufferAllocator allocator) {
    List<FieldVector> vectors = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      vectors.add(of(columns.get(i), allocator));
    }
    return vectors;
  }

  /** A vector without values. */
  static FieldVector of(ColumnLayout column, BufferAllocator allocator) {
    FieldVector vector = column.skeleton().createVector(allocator);
    complete(vector, column);
    return vector;
  }

  /** The vector that holds the values of an extension type's vector, or the vector itself. */
  static FieldVector storage(FieldVector vector) {
    ValueVector storage = vector;
    while (storage instanceof ExtensionTypeVector<?> extension) {
      storage = extension.getUnderlyingVector();
    }
    return (FieldVector) storage;
  }

  private static void complete(FieldVector vector, ColumnLayout column) {
    if (column.isWhole()) {
      return;
    }
    List<ColumnLayout> children = column.children();
    if (column.repeatsNames()) {
      StructVector struct = (StructVector) storage(vector);
      struct.setConflictPolicy(ConflictPolicy.CONFLICT_APPEND);
      struct.initializeChildrenFromFields(children.stream().map(ColumnLayout::skeleton).toList());
    }
    List<FieldVector> vectors = vector.getChildrenFromFields();
    for (int i = 0; i < children.size(); i++) {
      complete(vectors.get(i), children.get(i));
    }
  }
}
