package io.plasmastore.arrow.records;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;

/**
 * An enum as an index into the dictionary of its constants' names. Read by name, from dictionaries
 * of any order and from plain texts.
 */
final class EnumType extends EncodedType {
  private final Class<?> type;
  private final Object[] constants;
  private final Map<String, Object> byName = new HashMap<>();

  EnumType(Class<?> type, long dictionaryId) {
    super(dictionaryId, width(type.getEnumConstants().length));
    this.type = type;
    this.constants = type.getEnumConstants();
    for (Object constant : constants) {
      byName.put(((Enum<?>) constant).name(), constant);
    }
  }

  /** The names of the constants, in their order. */
  List<String> names() {
    return java.util.Arrays.stream(constants).map(each -> ((Enum<?>) each).name()).toList();
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
    return new EnumWriter(place, width(constants.length));
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

  /** Bytes of an index into so many. */
  private static int width(int count) {
    if (count <= Byte.MAX_VALUE) {
      return Byte.BYTES;
    }
    return count <= Short.MAX_VALUE ? Short.BYTES : Integer.BYTES;
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
