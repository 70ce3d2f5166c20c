package io.plasmastore.sort;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Schemas by value: each dictionary-encoded column, at any depth, stands as a plain column of the
 * dictionary's values. This is what the partitions of a sort have in common, and what its pieces
 * and buckets are made of.
 */
final class ValueSchema {
  private ValueSchema() {}

  /** The schema by value; its metadata and that of its fields stay. */
  static Schema of(Schema schema, DictionaryProvider dictionaries) {
    return new Schema(
        schema.getFields().stream().map(field -> of(field, dictionaries)).toList(),
        schema.getCustomMetadata());
  }

  /**
   * What two schemas by value have in common, each column null where it may be null in one of them.
   * Metadata is the first's.
   *
   * @param where names the second one in the error
   * @throws IllegalArgumentException naming column and types, if they differ in more than that
   */
  static Schema common(Schema first, Schema second, String where) {
    return new Schema(
        common(first.getFields(), second.getFields(), "", where), first.getCustomMetadata());
  }

  private static Field of(Field field, DictionaryProvider dictionaries) {
    if (field.getDictionary() == null) {
      List<Field> children =
          field.getChildren().stream().map(child -> of(child, dictionaries)).toList();
      return new Field(field.getName(), field.getFieldType(), children);
    }
    FieldVector values =
        Objects.requireNonNull(dictionaries.lookup(field.getDictionary().getId())).getVector();
    Field value = of(values.getField(), dictionaries);
    boolean nullable = field.isNullable() || values.getNullCount() > 0;
    return new Field(
        field.getName(),
        new FieldType(nullable, value.getType(), null, field.getMetadata()),
        value.getChildren());
  }

  private static List<Field> common(
      List<Field> first, List<Field> second, String path, String where) {
    if (first.size() != second.size()) {
      throw new IllegalArgumentException(
          "partitions have different columns: %s columns=%s first=%s"
              .formatted(where, names(second), names(first)));
    }
    List<Field> fields = new ArrayList<>(first.size());
    for (int i = 0; i < first.size(); i++) {
      fields.add(common(first.get(i), second.get(i), path, where));
    }
    return fields;
  }

  private static Field common(Field first, Field second, String path, String where) {
    String name = path + first.getName();
    if (!Objects.equals(first.getName(), second.getName())) {
      throw new IllegalArgumentException(
          "partitions have different columns: %s column=%s first=%s"
              .formatted(where, path + second.getName(), name));
    }
    if (!first.getType().equals(second.getType())) {
      throw new IllegalArgumentException(
          "a column has different types in two partitions: %s column=%s type=%s first=%s"
              .formatted(where, name, second.getType(), first.getType()));
    }
    boolean nullable = first.isNullable() || second.isNullable();
    return new Field(
        first.getName(),
        new FieldType(nullable, first.getType(), null, first.getMetadata()),
        common(first.getChildren(), second.getChildren(), name + ".", where));
  }

  private static List<String> names(List<Field> fields) {
    return fields.stream().map(Field::getName).toList();
  }
}
