package io.plasmastore.arrow.records;

import io.plasmastore.arrow.BatchWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.util.AutoCloseables;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;

/**
 * The dictionaries of the columns of a list that is put: of enums the names of the constants, of
 * texts those that were met. Made for each list, and shared by the threads that take it apart.
 */
final class Dictionaries implements AutoCloseable {
  private final MapDictionaryProvider provider = new MapDictionaryProvider();
  private final Map<Long, TextDictionary> texts = new HashMap<>();
  private final List<AutoCloseable> held = new ArrayList<>();

  private Dictionaries() {}

  /** Those of the columns of a codec. */
  static Dictionaries of(RecordCodec<?> codec, BufferAllocator allocator) {
    Dictionaries dictionaries = new Dictionaries();
    try {
      codec.enums().forEach(type -> dictionaries.add(type, allocator));
      codec.encodedTexts().forEach(type -> dictionaries.add(type, allocator));
      return dictionaries;
    } catch (Throwable e) {
      dictionaries.close();
      throw e;
    }
  }

  /** Gives them as long as this is open; those of texts have none before {@link #finish}. */
  DictionaryProvider provider() {
    return provider;
  }

  /** The dictionary of a column of texts. For any thread. */
  TextDictionary texts(long id) {
    return Objects.requireNonNull(texts.get(id));
  }

  /** Room in a stream for each dictionary of texts, as large as they reckon to get. */
  Map<Long, Long> rooms() {
    Map<Long, Long> rooms = new HashMap<>();
    texts.forEach(
        (id, dictionary) ->
            rooms.put(
                id, BatchWriter.dictionaryRoom(dictionary.maxCount(), dictionary.maxBytes())));
    return rooms;
  }

  /** Whether one of texts has got larger than it reckoned. */
  boolean areOverfull() {
    for (TextDictionary dictionary : texts.values()) {
      if (dictionary.isOverfull()) {
        return true;
      }
    }
    return false;
  }

  /** Gives the texts to the provider, once all rows are taken apart. */
  void finish() {
    texts.forEach((id, dictionary) -> dictionary.finish(provider.lookup(id).getVector()));
  }

  @Override
  public void close() {
    AutoCloseables.closeNoChecked(() -> AutoCloseables.close(held));
    held.clear();
  }

  private void add(EnumType type, BufferAllocator allocator) {
    VarCharVector vector = vector(type.encoding(), allocator);
    List<String> names = type.names();
    for (int i = 0; i < names.size(); i++) {
      vector.setSafe(i, names.get(i).getBytes(StandardCharsets.UTF_8));
    }
    vector.setValueCount(names.size());
  }

  private void add(EncodedTextType type, BufferAllocator allocator) {
    VarCharVector unused = vector(type.encoding(), allocator);
    TextDictionary dictionary = new TextDictionary(allocator, this);
    held.add(dictionary);
    texts.put(type.encoding().getId(), dictionary);
  }

  /** A new one that the provider gives. */
  private VarCharVector vector(DictionaryEncoding encoding, BufferAllocator allocator) {
    VarCharVector vector = new VarCharVector("values" + encoding.getId(), allocator);
    held.add(vector);
    provider.put(new Dictionary(vector, encoding));
    return vector;
  }
}
