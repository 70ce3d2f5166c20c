package io.plasmastore.arrow;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/**
 * Copies vectors into memory of an allocator, each buffer into an allocation of its own, so that
 * they can be written and grown like any others. What is copied is what a put would write.
 */
final class PrivateCopy {
  private final BatchPlan plan;
  private final BufferAllocator allocator;
  private int node;
  private int buffer;
  private int view;

  private PrivateCopy(BatchPlan plan, BufferAllocator allocator) {
    this.plan = plan;
    this.allocator = allocator;
  }

  /**
   * A copy of a root.
   *
   * @throws UnsupportedOperationException naming the field, if a column's type is not supported
   * @throws IllegalArgumentException if the vectors and the row count do not fit together
   */
  static VectorSchemaRoot of(VectorSchemaRoot root, BufferAllocator allocator) {
    List<ColumnLayout> columns = ColumnLayout.of(root.getSchema().getFields());
    List<FieldVector> copies = new ArrayList<>(columns.size());
    try {
      PrivateCopy copy = new PrivateCopy(BatchPlan.of(root, columns), allocator);
      columns.forEach(column -> copy.addTo(copies, column));
      // Not by setRowCount, which counts the members of dense unions anew.
      return new VectorSchemaRoot(root.getSchema(), copies, root.getRowCount());
    } catch (Throwable e) {
      copies.forEach(FieldVector::close);
      throw e;
    }
  }

  private void addTo(List<FieldVector> copies, ColumnLayout column) {
    FieldVector copy = NewVectors.of(column, allocator);
    copies.add(copy);
    fill(copy, column);
  }

  private void fill(FieldVector vector, ColumnLayout layout) {
    ArrowFieldNode counts = plan.counts(node++);
    int bufferCount = layout.kind().bufferCount();
    if (layout.kind() == ColumnLayout.Kind.VIEW) {
      bufferCount += plan.variadicCount(view++);
    }
    List<ArrowBuf> copies = new ArrayList<>(bufferCount);
    try {
      for (int i = 0; i < bufferCount; i++) {
        copies.add(copy(plan.buffer(buffer++)));
      }
      vector.loadFieldBuffers(counts, copies);
    } finally {
      // The vector has retained them.
      copies.forEach(ArrowBuf::close);
    }
    List<FieldVector> children = vector.getChildrenFromFields();
    for (int i = 0; i < layout.children().size(); i++) {
      fill(children.get(i), layout.children().get(i));
    }
  }

  private ArrowBuf copy(BodyBuffer bytes) {
    ArrowBuf copy = allocator.buffer(bytes.size());
    copy.writerIndex(bytes.size());
    StreamTarget target = new StreamTarget(copy);
    bytes.writeTo(target, 0);
    target.finish();
    return copy;
  }
}
