package io.plasmastore.arrow.records;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.util.AutoCloseables;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;

/** The names of the constants of all enums in a record, as the dictionaries of their columns. */
final class EnumDictionaries implements AutoCloseable {
  private final MapDictionaryProvider provider = new MapDictionaryProvider();
  private final List<AutoCloseable> vectors = new ArrayList<>();

  EnumDictionaries(List<EnumType> types, BufferAllocator allocator) {
    try {
      types.forEach(type -> add(type, allocator));
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /** Gives them as long as this is open. */
  DictionaryProvider provider() {
    return provider;
  }

  @Override
  public void close() {
    AutoCloseables.closeNoChecked(() -> AutoCloseables.close(vectors));
    vectors.clear();
  }

  private void add(EnumType type, BufferAllocator allocator) {
    VarCharVector vector = new VarCharVector("enum" + type.dictionaryId(), allocator);
    vectors.add(vector);
    List<String> names = type.names();
    for (int i = 0; i < names.size(); i++) {
      vector.setSafe(i, names.get(i).getBytes(StandardCharsets.UTF_8));
    }
    vector.setValueCount(names.size());
    provider.put(new Dictionary(vector, type.encoding()));
  }
}
