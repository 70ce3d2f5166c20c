package io.plasmastore;

import io.plasmastore.testing.TestStore;
import java.nio.file.Path;

/** The contract, of a store in the client's own JVM. */
class EmbeddedStoreTest extends StoreContract {
  @Override
  TestStore launch(Path folder) {
    return TestStore.embedded(folder, CAPACITY);
  }
}
