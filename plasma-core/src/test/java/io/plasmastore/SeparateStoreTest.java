package io.plasmastore;

import io.plasmastore.testing.TestStore;
import java.nio.file.Path;

/** The contract, of a store in a process of its own. */
class SeparateStoreTest extends StoreContract {
  @Override
  TestStore launch(Path folder) {
    return TestStore.inAnotherProcess(folder, CAPACITY);
  }
}
