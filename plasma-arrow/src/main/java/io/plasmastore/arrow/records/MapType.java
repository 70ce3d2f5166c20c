package io.plasmastore.arrow.records;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * A Map as a map. What is read keeps the order and can't change; of two entries with one key, which
 * only other producers write, the last counts.
 */
final class MapType extends ValueType {
  private static final ArrowType STORED = new ArrowType.Map(false);
  private static final String KEYS = "{key}";
  private static final String VALUES = "{value}";

  private final Slot key;
  private final Slot value;

  MapType(Slot key, Slot value) {
    this.key = key;
    this.value = value;
  }

  @Override
  Field field(String name, boolean nullable) {
    Field entries =
        new Field(
            MapVector.DATA_VECTOR_NAME,
            new FieldType(false, ArrowType.Struct.INSTANCE, null),
            List.of(key.field(MapVector.KEY_NAME), value.field(MapVector.VALUE_NAME)));
    return new Field(name, new FieldType(nullable, STORED, null), List.of(entries));
  }

  @Override
  void check(Field stored, ObjectColumns columns, String path, List<String> differences) {
    boolean fits = stored.getType() instanceof ArrowType.Map;
    expect(fits, stored, STORED, path, differences);
    if (fits) {
      List<Field> entry = stored.getChildren().getFirst().getChildren();
      key.check(entry.getFirst(), columns, path + KEYS, differences);
      value.check(entry.get(1), columns, path + VALUES, differences);
    }
  }

  @Override
  Reader reader(FieldVector vector, ObjectColumns columns, String path) {
    Sequences sequences = new Sequences(vector, columns, path);
    List<FieldVector> entry = vector.getChildrenFromFields().getFirst().getChildrenFromFields();
    Reader keys = key.reader(entry.getFirst(), columns, path + KEYS, false);
    Reader values = value.reader(entry.get(1), columns, path + VALUES, false);
    return new Reader() {
      @Override
      Object get(int row) {
        int start = sequences.start(row);
        int end = sequences.end(row, start);
        Map<@Nullable Object, @Nullable Object> map = LinkedHashMap.newLinkedHashMap(end - start);
        for (int i = start; i < end; i++) {
          map.put(keys.get(i), values.get(i));
        }
        return Collections.unmodifiableMap(map);
      }
    };
  }

  @Override
  Writer writer(Writer.Place place) {
    List<Writer> entry = List.of(key.writer(place.below(KEYS)), value.writer(place.below(VALUES)));
    return new SequenceWriter(place, entry) {
      private int entries;

      @Override
      int append(Object map) {
        int size = 0;
        for (Map.Entry<?, ?> each : ((Map<?, ?>) map).entrySet()) {
          entry.getFirst().set(each.getKey());
          entry.get(1).set(each.getValue());
          size++;
        }
        entries += size;
        return size;
      }

      @Override
      void finishElements(FieldVector elements) {
        try (GrowingBuffer validity = ones(place, entries)) {
          List<ArrowBuf> buffers = List.of(validity.bytes());
          elements.loadFieldBuffers(new ArrowFieldNode(entries, 0), buffers);
        }
        List<FieldVector> vectors = elements.getChildrenFromFields();
        entry.getFirst().finish(vectors.getFirst());
        entry.get(1).finish(vectors.get(1));
      }
    };
  }

  private static GrowingBuffer ones(Writer.Place place, int count) {
    long words = (count + 63L) >>> 6;
    GrowingBuffer ones = new GrowingBuffer(place.allocator(), words * Long.BYTES);
    for (long word = 0; word < words; word++) {
      ones.putLong(-1);
    }
    return ones;
  }
}
