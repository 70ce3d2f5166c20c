package io.plasmastore.arrow.records;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** A String as an index into a dictionary. Read from whatever texts are read from. */
final class EncodedTextType extends ValueType {
  private final DictionaryEncoding encoding;

  EncodedTextType(long dictionaryId) {
    this.encoding =
        new DictionaryEncoding(dictionaryId, false, new ArrowType.Int(Integer.SIZE, true));
  }

  DictionaryEncoding encoding() {
    return encoding;
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
    return TextType.STRING.reader(vector, columns, path);
  }

  @Override
  Writer writer(Writer.Place place) {
    return new EncodedTextWriter(place, place.dictionaries().texts(encoding.getId()));
  }
}
