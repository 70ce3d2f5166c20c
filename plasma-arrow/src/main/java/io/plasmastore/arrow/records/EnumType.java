package io.plasmastore.arrow.records;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * An enum as an index into the dictionary of its constants' names. Read by name, from dictionaries
 * of any order and from plain texts.
 */
final class EnumType extends ValueType {
  private final Class<?> type;
  private final Object[] constants;
  private final Map<String, Object> byName = new HashMap<>();
  private final DictionaryEncoding encoding;

  EnumType(Class<?> type, long dictionaryId) {
    this.type = type;
    this.constants = type.getEnumConstants();
    for (Object constant : constants) {
      byName.put(((Enum<?>) constant).name(), constant);
    }
    this.encoding =
        new DictionaryEncoding(dictionaryId, false, new ArrowType.Int(width() * 8, true));
  }

  DictionaryEncoding encoding() {
    return encoding;
  }

  /** The names of the constants, in their order. */
  List<String> names() {
    return java.util.Arrays.stream(constants).map(each -> ((Enum<?>) each).name()).toList();
  }

  @Override
  boolean mayBeEncoded() {
    return true;
  }

  @Override
  Field field(String name, boolean nullable) {
    return new Field(name, new FieldType(nullable, encoding.getIndexType(), encoding), null);
  }

  @Override
  void check(Field stored, ObjectColumns columns, String path, List<String> differences) {
    TextType.STRING.check(stored, columns, path, differences);
  }

  @Override
  Reader reader(FieldVector vector, ObjectColumns columns, String path) {
    Reader names = TextType.STRING.reader(vector, columns, path);
    return new Reader() {
      @Override
      Object get(int row) {
        return constant(String.valueOf(names.get(row)), path);
      }
    };
  }

  @Override
  Writer writer(Writer.Place place) {
    return new EnumWriter(place, width());
  }

  private Object constant(String name, String path) {
    Object constant = byName.get(name);
    if (constant == null) {
      throw SchemaMismatchException.of(
          "no constant of that name: component="
              + path
              + " enum="
              + type.getName()
              + " name="
              + name);
    }
    return constant;
  }

  private int width() {
    if (constants.length <= Byte.MAX_VALUE) {
      return Byte.BYTES;
    }
    return constants.length <= Short.MAX_VALUE ? Short.BYTES : Integer.BYTES;
  }

  private static final class EnumWriter extends Writer {
    private final int width;
    private final GrowingBuffer indices;

    EnumWriter(Place place, int width) {
      super(place);
      this.width = width;
      this.indices = buffer((long) place.rows() * width);
    }

    @Override
    boolean isFlat() {
      return true;
    }

    @Override
    @SuppressWarnings("EnumOrdinal") // the dictionary has the constants in their order
    void write(Object value) {
      put(((Enum<?>) value).ordinal());
    }

    @Override
    void writeNothing() {
      put(0);
    }

    private void put(int index) {
      switch (width) {
        case Byte.BYTES -> indices.putByte((byte) index);
        case Short.BYTES -> indices.putShort((short) index);
        default -> indices.putInt(index);
      }
    }
  }
}
