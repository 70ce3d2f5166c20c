package io.plasmastore.arrow;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;

/**
 * Plans what of vectors is written: of each exactly the values that are shown, whatever the
 * capacity of its buffers, wherever its offsets start, and however many more values a child has.
 * Copies nothing. What it reads is what the sizes depend on: of each column the validity bitmap, to
 * count the nulls; of views, list views and dense unions the entries, but not what they refer to;
 * of run ends a few.
 */
final class BatchPlanner {
  private final BatchPlan plan;
  private final boolean trusting;
  // Of the vector that is planned, for messages.
  private int values;

  /** Trusting: columns that may not have nulls are taken to have none, without a look. */
  BatchPlanner(BatchPlan plan, boolean trusting) {
    this.plan = plan;
    this.trusting = trusting;
  }

  /**
   * Plans a column of the batch.
   *
   * @throws IllegalArgumentException if the vector and the row count, or the vector and those below
   *     it, do not fit together
   */
  void addColumn(FieldVector vector, ColumnLayout layout) {
    if (vector.getValueCount() != plan.rowCount()) {
      throw new IllegalArgumentException(
          "a vector has another number of values than there are rows: field="
              + layout.field().getName()
              + " values="
              + vector.getValueCount()
              + " rows="
              + plan.rowCount());
    }
    add(vector, layout, 0, plan.rowCount());
  }

  private void add(FieldVector vector, ColumnLayout layout, int from, int count) {
    List<FieldVector> children = vector.getChildrenFromFields();
    if (children.size() != layout.children().size()) {
      throw new IllegalArgumentException(
          "a vector has other children than its field: field=" + layout.field());
    }
    if (count == 0) {
      addEmpty(layout, children);
      return;
    }
    // This is how arrow-java itself unloads a vector: holes in the offsets are filled.
    List<ArrowBuf> sources = vector.getFieldBuffers();
    values = from + count;
    requireBuffers(layout, sources.size());
    if (layout.kind().hasValidity()) {
      addValidity(layout, sources.getFirst(), from, count);
    } else {
      plan.addNode(count, layout.kind() == ColumnLayout.Kind.NULL ? count : 0);
    }
    switch (layout.kind()) {
      case NULL -> {}
      case FIXED -> addFixed(layout, sources.get(1), from, count);
      case VARIABLE -> {
        Range bytes = addOffsets(layout, sources.get(1), from, count);
        addSource(layout, sources.get(2), bytes.start(), bytes.size());
      }
      case VIEW -> addViews(layout, sources, from, count);
      case LIST -> addChild(layout, children, 0, addOffsets(layout, sources.get(1), from, count));
      case LIST_VIEW -> {
        Entries entries = new Entries(layout, sources.get(1), from, count);
        requireCapacity(layout, sources.get(2), layout.entriesSize((long) from + count));
        Range shown = entries.listed(sources.get(2), children.getFirst().getValueCount());
        plan.addBuffer(entries.moved(sources.get(2), shown));
        addEntries(layout, sources.get(2), from, count);
        addChild(layout, children, 0, shown);
      }
      case FIXED_SIZE_LIST ->
          addChild(
              layout,
              children,
              0,
              Range.of((long) from * layout.width(), (long) count * layout.width()));
      case STRUCT -> addChildren(layout, children, from, count);
      case SPARSE_UNION -> {
        addSource(layout, sources.get(0), from, count);
        addChildren(layout, children, from, count);
      }
      case DENSE_UNION -> addMembers(layout, sources, children, from, count);
      case RUN_END_ENCODED -> addRuns(layout, children, from, count);
    }
  }

  /**
   * A vector without values, which may never have been allocated. Its buffers are empty; offsets,
   * of which there is one more than values, are a single zero, as readers in other languages rely
   * on.
   */
  private void addEmpty(ColumnLayout layout, List<FieldVector> children) {
    plan.addNode(0, 0);
    boolean offsets =
        layout.kind() == ColumnLayout.Kind.VARIABLE || layout.kind() == ColumnLayout.Kind.LIST;
    for (int i = 0; i < layout.kind().bufferCount(); i++) {
      plan.addBuffer(new BodyBuffer.Zeros(offsets && i == 1 ? layout.width() : 0));
    }
    if (layout.kind() == ColumnLayout.Kind.VIEW) {
      plan.addVariadicCount(0);
    }
    addChildren(layout, children, 0, 0);
  }

  private void addValidity(ColumnLayout layout, ArrowBuf validity, int from, int count) {
    if (validity.capacity() == 0) {
      // Nothing is null where there is no bitmap.
      plan.addNode(count, 0);
      plan.addBuffer(new BodyBuffer.Zeros(0));
    } else {
      addBits(layout, validity, from, count);
      boolean counted = !trusting || layout.field().isNullable();
      plan.addNode(count, counted ? count - (int) Bits.ones(validity, from, count) : 0);
    }
  }

  private void addFixed(ColumnLayout layout, ArrowBuf values, int from, int count) {
    if (layout.width() == 1) {
      addBits(layout, values, from, count);
    } else {
      addSource(layout, values, layout.valuesSize(from), layout.valuesSize(count));
    }
  }

  private void addBits(ColumnLayout layout, ArrowBuf bits, int from, int count) {
    if (from % Byte.SIZE == 0) {
      addSource(layout, bits, from / Byte.SIZE, ColumnLayout.validitySize(count));
    } else {
      requireCapacity(layout, bits, ColumnLayout.validitySize((long) from + count));
      plan.addBuffer(new BodyBuffer.Shifted(bits, from, count));
    }
  }

  /** Plans the offsets as they are counted from the first value, and gives what they refer to. */
  private Range addOffsets(ColumnLayout layout, ArrowBuf offsets, int from, int count) {
    requireCapacity(layout, offsets, layout.offsetsSize((long) from + count));
    Entries entries = new Entries(layout, offsets, from, count + 1);
    Range referred = Range.between(entries.get(0), entries.get(count));
    plan.addBuffer(entries.moved(referred.start()));
    return referred;
  }

  private void addEntries(ColumnLayout layout, ArrowBuf entries, int from, int count) {
    addSource(layout, entries, layout.entriesSize(from), layout.entriesSize(count));
  }

  private void addViews(ColumnLayout layout, List<ArrowBuf> sources, int from, int count) {
    requireCapacity(layout, sources.get(1), layout.valuesSize((long) from + count));
    List<BodyBuffer> planned =
        ViewPlan.buffers(
            sources.get(0),
            sources.get(1),
            sources.subList(2, sources.size()),
            from,
            count,
            layout.field().getName());
    planned.forEach(plan::addBuffer);
    plan.addVariadicCount(planned.size() - 1);
  }

  private void addMembers(
      ColumnLayout layout,
      List<ArrowBuf> sources,
      List<FieldVector> children,
      int from,
      int count) {
    ArrowBuf types = sources.get(0);
    addSource(layout, types, from, count);
    requireCapacity(layout, sources.get(1), layout.entriesSize((long) from + count));
    Entries entries = new Entries(layout, sources.get(1), from, count);
    List<Range> shown = entries.members(types);
    plan.addBuffer(entries.moved(types, shown));
    for (int i = 0; i < children.size(); i++) {
      addChild(layout, children, i, shown.get(i));
    }
  }

  private void addRuns(ColumnLayout layout, List<FieldVector> children, int from, int count) {
    BaseIntVector vector = (BaseIntVector) children.getFirst();
    ColumnLayout endLayout = layout.children().getFirst();
    int width = endLayout.width() / Byte.SIZE;
    RunEnds ends = new RunEnds(vector.getDataBuffer(), width, vector.getValueCount());
    long end = ends.count() == 0 ? 0 : ends.end(ends.count() - 1);
    if (end < (long) from + count) {
      throw new IllegalArgumentException(
          "the runs end before the values do: field="
              + layout.field().getName()
              + " values="
              + ((long) from + count)
              + " end="
              + end);
    }
    int first = ends.runOf(from);
    int runs = ends.runOf(from + count - 1) + 1 - first;
    if (from == 0) {
      add(vector, endLayout, 0, runs);
    } else {
      addValidity(endLayout, vector.getFieldBuffers().getFirst(), first, runs);
      plan.addBuffer(new BodyBuffer.MovedRuns(ends, first, runs, from, count));
    }
    addChild(layout, children, 1, Range.of(first, runs));
  }

  private void addChildren(ColumnLayout layout, List<FieldVector> children, int from, int count) {
    for (int i = 0; i < children.size(); i++) {
      addChild(layout, children, i, Range.of(from, count));
    }
  }

  private void addChild(ColumnLayout layout, List<FieldVector> children, int index, Range shown) {
    FieldVector child = children.get(index);
    if (child.getValueCount() < shown.end() && shown.size() > 0) {
      throw new IllegalArgumentException(
          "a child vector has fewer values than the one above refers to: field="
              + layout.field().getName()
              + " values="
              + child.getValueCount()
              + " wanted="
              + shown.end());
    }
    add(child, layout.children().get(index), (int) shown.start(), (int) shown.size());
  }

  private void addSource(ColumnLayout layout, ArrowBuf source, long start, long size) {
    requireCapacity(layout, source, start + size);
    plan.addBuffer(new BodyBuffer.Copied(source, start, size));
  }

  private static void requireBuffers(ColumnLayout layout, int found) {
    int wanted = layout.kind().bufferCount();
    if (layout.kind() == ColumnLayout.Kind.VIEW ? found < wanted : found != wanted) {
      throw new IllegalArgumentException(
          "a vector has other buffers than its type: field="
              + layout.field()
              + " found="
              + found
              + " wanted="
              + wanted);
    }
  }

  private void requireCapacity(ColumnLayout layout, ArrowBuf source, long size) {
    if (size < 0 || size > source.capacity()) {
      throw new IllegalArgumentException(
          "a vector's buffer does not fit its values: field="
              + layout.field().getName()
              + " values="
              + values
              + " wanted="
              + size
              + " capacity="
              + source.capacity());
    }
  }
}
