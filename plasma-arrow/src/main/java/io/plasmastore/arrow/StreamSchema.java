package io.plasmastore.arrow;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.ExtensionTypeRegistry;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The schema of a stream that is read, in the form that vectors need, with what each batch must
 * consist of. Immutable, so that all objects of one schema share it.
 *
 * @param schema of the vectors: dictionary-encoded columns have the type of their indices
 * @param columns the columns that are read, of all that each batch has
 * @param dictionaries what the columns refer to, by dictionary id
 * @param extensions the extension types that the fields name
 */
record StreamSchema(
    Schema schema,
    BatchShape columns,
    Map<Long, DictionaryShape> dictionaries,
    List<Extension> extensions) {
  /**
   * An extension type that a field names.
   *
   * @param name of the type
   * @param type that was registered under the name when the schema was parsed, or null
   */
  record Extension(String name, ArrowType.@Nullable ExtensionType type) {}

  /**
   * A dictionary that columns refer to.
   *
   * @param encoding its id and the type of the indices
   * @param values the layout of its values: one column
   */
  record DictionaryShape(DictionaryEncoding encoding, BatchShape values) {}

  /**
   * Reads the schema of a message.
   *
   * @param metadata the metadata of a schema message, at position 0, little endian
   * @throws InvalidArrowDataException if it can't be read
   * @throws UnsupportedOperationException if the data is big endian, or naming field and type of
   *     the first column that is not supported
   */
  static StreamSchema parse(ByteBuffer metadata) {
    Schema stated = decode(metadata);
    Map<Long, DictionaryShape> dictionaries = new LinkedHashMap<>();
    List<Field> fields = new ArrayList<>(stated.getFields().size());
    for (Field field : stated.getFields()) {
      fields.add(vectorField(field, dictionaries));
    }
    return new StreamSchema(
        new Schema(fields, stated.getCustomMetadata()),
        BatchShape.of(fields),
        Collections.unmodifiableMap(dictionaries),
        extensions(stated.getFields()).distinct().toList());
  }

  /**
   * Some of the columns, with the dictionaries that they and these dictionaries refer to.
   *
   * @throws IllegalArgumentException if there is no such column, or more than one
   */
  StreamSchema select(Columns chosen) {
    int[] numbers = chosen.among(schema.getFields());
    List<Field> fields = IntStream.of(numbers).mapToObj(schema.getFields()::get).toList();
    Map<Long, DictionaryShape> needed = new LinkedHashMap<>();
    fields.forEach(field -> addDictionaries(field, needed));
    return new StreamSchema(
        new Schema(fields, schema.getCustomMetadata()),
        columns.select(numbers),
        Collections.unmodifiableMap(needed),
        extensions);
  }

  private void addDictionaries(Field field, Map<Long, DictionaryShape> needed) {
    DictionaryEncoding encoding = field.getDictionary();
    DictionaryShape shape = encoding == null ? null : dictionaries.get(encoding.getId());
    if (shape != null && needed.putIfAbsent(encoding.getId(), shape) == null) {
      addDictionaries(shape.values().columns().getFirst().field(), needed);
    }
    field.getChildren().forEach(child -> addDictionaries(child, needed));
  }

  /** Whether parsing the same bytes again would give the same types. */
  @SuppressWarnings("ReferenceEquality") // an equal type may make other vectors
  boolean isCurrent() {
    for (int i = 0; i < extensions.size(); i++) {
      Extension extension = extensions.get(i);
      if (ExtensionTypeRegistry.lookup(extension.name()) != extension.type()) {
        return false;
      }
    }
    return true;
  }

  private static Stream<Extension> extensions(List<Field> fields) {
    return fields.stream()
        .flatMap(
            field -> {
              String name =
                  field.getMetadata().get(ArrowType.ExtensionType.EXTENSION_METADATA_KEY_NAME);
              Stream<Extension> own =
                  name == null
                      ? Stream.empty()
                      : Stream.of(new Extension(name, ExtensionTypeRegistry.lookup(name)));
              return Stream.concat(own, extensions(field.getChildren()));
            });
  }

  private static Schema decode(ByteBuffer metadata) {
    int size = metadata.remaining();
    org.apache.arrow.flatbuf.@Nullable Schema schema;
    try {
      schema =
          (org.apache.arrow.flatbuf.Schema)
              Message.getRootAsMessage(metadata).header(new org.apache.arrow.flatbuf.Schema());
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(size, e);
    }
    return decode(schema, size);
  }

  /**
   * A schema as it is stated.
   *
   * @param schema of a message or a footer, or null if that has none
   * @param size of the message or footer in bytes
   * @throws InvalidArrowDataException if it can't be read
   * @throws UnsupportedOperationException if the data is big endian, or a type is not supported
   */
  static Schema decode(org.apache.arrow.flatbuf.@Nullable Schema schema, int size) {
    if (schema == null) {
      throw new InvalidArrowDataException("no schema where one is announced: size=" + size);
    }
    try {
      SchemaGuard.check(schema, size);
      if (schema.endianness() != Endianness.Little) {
        throw new UnsupportedOperationException(
            "only little-endian data is supported: endianness=" + schema.endianness());
      }
      return Schema.convertSchema(schema);
    } catch (InvalidArrowDataException | UnsupportedOperationException e) {
      throw e;
    } catch (RuntimeException e) {
      // FlatBuffers has no verifier; a read out of bounds or a value of no meaning ends up here.
      throw unreadable(size, e);
    }
  }

  private static InvalidArrowDataException unreadable(int size, RuntimeException cause) {
    return new InvalidArrowDataException(
        "schema can't be read: size=" + size + " reason=" + cause, cause);
  }

  /**
   * The field that a vector has: a dictionary-encoded one is retyped to its indices, and its
   * dictionary is noted.
   */
  private static Field vectorField(Field field, Map<Long, DictionaryShape> dictionaries) {
    List<Field> children = new ArrayList<>(field.getChildren().size());
    for (Field child : field.getChildren()) {
      children.add(vectorField(child, dictionaries));
    }
    // The format allows a missing name, arrow-java's vectors do not.
    String name = field.getName() == null ? "" : field.getName();
    DictionaryEncoding encoding = field.getDictionary();
    ArrowType stored = withTypeIds(field.getType(), children.size());
    if (encoding == null) {
      FieldType type = new FieldType(field.isNullable(), stored, null, field.getMetadata());
      return new Field(name, type, children);
    }
    FieldType type = new FieldType(field.isNullable(), stored, null);
    Field values = new Field("DICT" + encoding.getId(), type, children);
    dictionaries.putIfAbsent(
        encoding.getId(), new DictionaryShape(encoding, BatchShape.of(List.of(values))));
    FieldType indices =
        new FieldType(field.isNullable(), encoding.getIndexType(), encoding, field.getMetadata());
    return new Field(name, indices, List.of());
  }

  /** The format lets a union leave its type ids out where they are 0, 1, and so on. */
  private static ArrowType withTypeIds(ArrowType type, int childCount) {
    if (!(type instanceof ArrowType.Union union)
        || (union.getTypeIds() != null && union.getTypeIds().length > 0)) {
      return type;
    }
    return new ArrowType.Union(union.getMode(), IntStream.range(0, childCount).toArray());
  }
}
