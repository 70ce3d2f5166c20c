package io.plasmastore.arrow.records;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** A List as a list, read from large lists as well. What is read is a list that can't change. */
final class ListType extends ValueType {
  static final String ELEMENTS = "[]";

  private final Slot element;

  ListType(Slot element) {
    this.element = element;
  }

  @Override
  Field field(String name, boolean nullable) {
    return new Field(
        name,
        new FieldType(nullable, ArrowType.List.INSTANCE, null),
        List.of(element.field("element")));
  }

  @Override
  void check(Field stored, ObjectColumns columns, String path, List<String> differences) {
    ArrowType type = stored.getType();
    boolean fits = type instanceof ArrowType.List || type instanceof ArrowType.LargeList;
    expect(fits, stored, ArrowType.List.INSTANCE, path, differences);
    if (fits) {
      element.check(stored.getChildren().getFirst(), columns, path + ELEMENTS, differences);
    }
  }

  @Override
  Reader reader(FieldVector vector, ObjectColumns columns, String path) {
    Sequences sequences = new Sequences(vector, columns, path);
    Reader elements =
        element.reader(vector.getChildrenFromFields().getFirst(), columns, path + ELEMENTS, false);
    return new Reader() {
      @Override
      Object get(int row) {
        int start = sequences.start(row);
        @Nullable Object[] values = new @Nullable Object[sequences.end(row, start) - start];
        for (int i = 0; i < values.length; i++) {
          values[i] = elements.get(start + i);
        }
        return Collections.unmodifiableList(Arrays.asList(values));
      }
    };
  }

  @Override
  Writer writer(Writer.Place place) {
    return new SequenceWriter(place, List.of(element.writer(place.below(ELEMENTS)))) {
      @Override
      int append(Object value) {
        List<?> list = (List<?>) value;
        Writer elements = children().getFirst();
        int size = 0;
        // By its iterator, once: a list may be a linked one, or change.
        for (Object one : list) {
          elements.set(one);
          size++;
        }
        return size;
      }
    };
  }
}
