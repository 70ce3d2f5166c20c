package io.plasmastore.arrow.records;

import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** What is stored as an index into a dictionary of texts, and read from whatever texts are. */
abstract class EncodedType extends ValueType {
  private final DictionaryEncoding encoding;

  /**
   * A column of indices.
   *
   * @param dictionaryId within the schema
   * @param indexWidth of each index, in bytes
   */
  EncodedType(long dictionaryId, int indexWidth) {
    this.encoding =
        new DictionaryEncoding(
            dictionaryId, false, new ArrowType.Int(indexWidth * Byte.SIZE, true));
  }

  final DictionaryEncoding encoding() {
    return encoding;
  }

  @Override
  final boolean mayBeEncoded() {
    return true;
  }

  @Override
  final Field field(String name, boolean nullable) {
    return new Field(name, new FieldType(nullable, encoding.getIndexType(), encoding), null);
  }

  @Override
  final void check(Field stored, ObjectColumns columns, String path, List<String> differences) {
    TextType.STRING.check(stored, columns, path, differences);
  }
}
