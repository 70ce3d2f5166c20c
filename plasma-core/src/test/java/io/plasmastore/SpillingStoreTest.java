package io.plasmastore;

import io.plasmastore.testing.TestStore;
import java.nio.file.Path;

/** The contract, of a store that spills. */
class SpillingStoreTest extends StoreContract {
  @Override
  TestStore launch(Path folder) {
    return TestStore.embedded(
        TestStore.options(folder, CAPACITY).withSpill(folder.resolve("disk"), 0));
  }
}
