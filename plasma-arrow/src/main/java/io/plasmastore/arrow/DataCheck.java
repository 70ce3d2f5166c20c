package io.plasmastore.arrow;

import java.util.List;
import java.util.function.LongUnaryOperator;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.UnionVector;

/**
 * Reads the data of a batch and checks that all of it that refers to other data refers to what is
 * there: offsets, sizes, views, type ids, run ends and dictionary indices; and that there are as
 * many nulls as stated. What the values mean is not looked at, so not whether a text is UTF-8.
 */
final class DataCheck {
  private final String place;
  private final BatchBuffers buffers;
  private final LongUnaryOperator dictionarySizes;
  private int node;

  /**
   * A check of one batch.
   *
   * @param place which batch it is, for messages
   * @param buffers the counts of the batch
   * @param dictionarySizes the number of values of a dictionary by its id
   */
  DataCheck(String place, BatchBuffers buffers, LongUnaryOperator dictionarySizes) {
    this.place = place;
    this.buffers = buffers;
    this.dictionarySizes = dictionarySizes;
  }

  /**
   * Checks all columns.
   *
   * @param vectors loaded with the batch
   * @throws InvalidArrowDataException naming the first field and value that refers to nothing
   */
  void columns(List<FieldVector> vectors, List<ColumnLayout> columns) {
    for (int i = 0; i < columns.size(); i++) {
      column(vectors.get(i), columns.get(i));
    }
  }

  private void column(FieldVector vector, ColumnLayout layout) {
    FieldVector storage = NewVectors.storage(vector);
    int values = storage.getValueCount();
    int statedNulls = buffers.nullCount(node++);
    if (layout.kind().hasValidity() && values > 0) {
      nulls(layout, storage.getNullCount(), statedNulls);
    }
    switch (layout.kind()) {
      case NULL, FIXED_SIZE_LIST, STRUCT -> {}
      case FIXED -> indices(storage, layout);
      case VARIABLE -> offsets(storage, layout, storage.getDataBuffer().capacity());
      case VIEW -> views((BaseVariableWidthViewVector) storage, layout);
      case LIST -> offsets(storage, layout, child(storage).getValueCount());
      case LIST_VIEW -> listViews(storage, layout);
      case SPARSE_UNION -> typeIds(((UnionVector) storage).getTypeBuffer(), values, layout);
      case DENSE_UNION -> denseUnion((DenseUnionVector) storage, layout);
      case RUN_END_ENCODED -> runEnds((BaseIntVector) child(storage), values, layout);
    }
    List<FieldVector> children = storage.getChildrenFromFields();
    for (int i = 0; i < layout.children().size(); i++) {
      column(children.get(i), layout.children().get(i));
    }
  }

  private void nulls(ColumnLayout layout, int found, int stated) {
    if (stated >= 0 && stated != found) {
      throw new InvalidArrowDataException(
          "a column has another number of nulls than stated: %s field=%s found=%d stated=%d"
              .formatted(place, layout.field().getName(), found, stated));
    }
  }

  private void indices(FieldVector storage, ColumnLayout layout) {
    if (layout.field().getDictionary() == null) {
      return;
    }
    BaseIntVector indices = (BaseIntVector) storage;
    long limit = dictionarySizes.applyAsLong(layout.field().getDictionary().getId());
    for (int i = 0; i < indices.getValueCount(); i++) {
      if (!indices.isNull(i)) {
        long index = indices.getValueAsLong(i);
        require(index >= 0 && index < limit, "dictionary index", layout, i, index, limit);
      }
    }
  }

  private void offsets(FieldVector storage, ColumnLayout layout, long limit) {
    if (storage.getValueCount() == 0) {
      return;
    }
    ArrowBuf offsets = storage.getOffsetBuffer();
    long before = 0;
    for (int i = 0; i <= storage.getValueCount(); i++) {
      long offset = number(offsets, layout, i);
      require(offset >= before && offset <= limit, "offset", layout, i, offset, limit);
      before = offset;
    }
  }

  private void listViews(FieldVector storage, ColumnLayout layout) {
    ArrowBuf sizes =
        storage instanceof ListViewVector list
            ? list.getSizeBuffer()
            : ((LargeListViewVector) storage).getSizeBuffer();
    long limit = child(storage).getValueCount();
    for (int i = 0; i < storage.getValueCount(); i++) {
      long offset = number(storage.getOffsetBuffer(), layout, i);
      long size = number(sizes, layout, i);
      require(offset >= 0 && offset <= limit, "offset", layout, i, offset, limit);
      require(size >= 0 && size <= limit - offset, "size", layout, i, size, limit - offset);
    }
  }

  private void views(BaseVariableWidthViewVector storage, ColumnLayout layout) {
    ArrowBuf views = storage.getDataBuffer();
    List<ArrowBuf> data = storage.getDataBuffers();
    for (int i = 0; i < storage.getValueCount(); i++) {
      if (storage.isNull(i)) {
        continue;
      }
      long view = (long) i * ViewPlan.VIEW_SIZE;
      int length = views.getInt(view + ViewPlan.LENGTH_OFFSET);
      require(length >= 0, "length of a view", layout, i, length, Integer.MAX_VALUE);
      if (length > ViewPlan.MAX_INLINE_LENGTH) {
        int buffer = views.getInt(view + ViewPlan.BUFFER_OFFSET);
        require(
            buffer >= 0 && buffer < data.size(),
            "buffer of a view",
            layout,
            i,
            buffer,
            data.size());
        long offset = views.getInt(view + ViewPlan.VALUE_OFFSET);
        long limit = data.get(buffer).capacity() - length;
        require(offset >= 0 && offset <= limit, "offset of a view", layout, i, offset, limit);
        int prefix = views.getInt(view + ViewPlan.PREFIX_OFFSET);
        int wanted = data.get(buffer).getInt(offset);
        require(prefix == wanted, "prefix of a view", layout, i, prefix, wanted);
      }
    }
  }

  private void typeIds(ArrowBuf types, int values, ColumnLayout layout) {
    for (int i = 0; i < values; i++) {
      int id = types.getByte(i);
      require(layout.unionChild(id) >= 0, "type id", layout, i, id, layout.children().size());
    }
  }

  private void denseUnion(DenseUnionVector storage, ColumnLayout layout) {
    typeIds(storage.getTypeBuffer(), storage.getValueCount(), layout);
    List<FieldVector> children = storage.getChildrenFromFields();
    for (int i = 0; i < storage.getValueCount(); i++) {
      FieldVector child = children.get(layout.unionChild(storage.getTypeBuffer().getByte(i)));
      long offset = number(storage.getOffsetBuffer(), layout, i);
      long limit = child.getValueCount();
      require(offset >= 0 && offset < limit, "offset", layout, i, offset, limit);
    }
  }

  private void runEnds(BaseIntVector ends, int values, ColumnLayout layout) {
    long before = 0;
    for (int i = 0; i < ends.getValueCount(); i++) {
      long end = ends.isNull(i) ? 0 : ends.getValueAsLong(i);
      require(end > before, "run end", layout, i, end, Integer.MAX_VALUE);
      before = end;
    }
    require(before >= values, "last run end", layout, ends.getValueCount() - 1, before, values);
  }

  private static FieldVector child(FieldVector storage) {
    return storage.getChildrenFromFields().getFirst();
  }

  private static long number(ArrowBuf numbers, ColumnLayout layout, int index) {
    long position = (long) index * layout.width();
    return layout.width() == ColumnLayout.OFFSET_SIZE
        ? numbers.getInt(position)
        : numbers.getLong(position);
  }

  private void require(
      boolean fits, String what, ColumnLayout layout, int index, long found, long limit) {
    if (!fits) {
      throw new InvalidArrowDataException(
          "%s does not fit the data: %s field=%s value=%d found=%d limit=%d"
              .formatted(what, place, layout.field().getName(), index, found, limit));
    }
  }
}
