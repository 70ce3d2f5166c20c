package io.plasmastore.arrow.records;

import org.apache.arrow.vector.FieldVector;

/** A String as an index into a dictionary. Read from whatever texts are read from. */
final class EncodedTextType extends EncodedType {
  EncodedTextType(long dictionaryId) {
    super(dictionaryId, Integer.BYTES);
  }

  @Override
  Reader reader(FieldVector vector, ObjectColumns columns, String path) {
    return TextType.STRING.reader(vector, columns, path);
  }

  @Override
  Writer writer(Writer.Place place) {
    return new EncodedTextWriter(place, place.dictionaries().texts(encoding().getId()));
  }
}
