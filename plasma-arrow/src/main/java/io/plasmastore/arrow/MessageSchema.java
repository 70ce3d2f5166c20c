package io.plasmastore.arrow;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;

/**
 * A schema as a stream states it, made from the schema of the vectors. The two differ in
 * dictionary-encoded columns: vectors have the type of the indices, a stream states the type of the
 * values.
 *
 * @param schema the schema to write
 * @param columns the layouts of the vectors
 * @param dictionaries the layouts of the dictionaries' vectors by id, in the order to write them:
 *     one that another refers to comes first
 */
record MessageSchema(
    Schema schema, List<ColumnLayout> columns, Map<Long, ColumnLayout> dictionaries) {

  /**
   * Converts the schema of vectors, and checks that all of it can be written.
   *
   * @throws UnsupportedOperationException naming field and type of the first that is not supported
   * @throws IllegalArgumentException if a dictionary is missing, has another index type than its
   *     column, or contains itself
   */
  static MessageSchema of(Schema vectors, DictionaryProvider provider) {
    List<ColumnLayout> columns = ColumnLayout.of(vectors.getFields());
    Map<Long, ColumnLayout> dictionaries = new LinkedHashMap<>();
    for (Field field : vectors.getFields()) {
      addDictionaries(field, provider, dictionaries, new HashSet<>());
    }
    List<Field> fields = new ArrayList<>(vectors.getFields().size());
    for (Field field : vectors.getFields()) {
      fields.add(DictionaryUtility.toMessageFormat(field, provider, new HashSet<>()));
    }
    return new MessageSchema(
        new Schema(fields, vectors.getCustomMetadata()), columns, dictionaries);
  }

  private static void addDictionaries(
      Field field,
      DictionaryProvider provider,
      Map<Long, ColumnLayout> dictionaries,
      Set<Long> outer) {
    DictionaryEncoding encoding = field.getDictionary();
    if (encoding == null) {
      for (Field child : field.getChildren()) {
        addDictionaries(child, provider, dictionaries, outer);
      }
      return;
    }
    long id = encoding.getId();
    if (!field.getType().equals(encoding.getIndexType())) {
      throw new IllegalArgumentException(
          "a dictionary-encoded column has the type of its indices: field="
              + field.getName()
              + " type="
              + field.getType()
              + " indices="
              + encoding.getIndexType());
    }
    if (!outer.add(id)) {
      throw new IllegalArgumentException(
          "a dictionary contains itself: field=" + field.getName() + " dictionary=" + id);
    }
    Dictionary dictionary = provider.lookup(id);
    if (dictionary == null) {
      throw new IllegalArgumentException(
          "no dictionary for a dictionary-encoded column, hand it to put: field="
              + field.getName()
              + " dictionary="
              + id);
    }
    Field values = dictionary.getVector().getField();
    for (Field child : values.getChildren()) {
      addDictionaries(child, provider, dictionaries, outer);
    }
    outer.remove(id);
    dictionaries.putIfAbsent(id, ColumnLayout.of(values));
  }
}
