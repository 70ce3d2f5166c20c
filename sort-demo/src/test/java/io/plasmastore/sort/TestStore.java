package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.plasmastore.ObjectId;
import io.plasmastore.ObjectInfo;
import io.plasmastore.PlasmaClient;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.store.PlasmaStore;
import io.plasmastore.store.StoreOptions;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** A store of this test alone, a client and an allocator. Closing it checks that nothing leaked. */
final class TestStore implements AutoCloseable {
  private final PlasmaStore store;
  private final PlasmaClient client;
  private final BufferAllocator allocator = new RootAllocator();
  private final ArrowClient dataframes;

  TestStore(Path directory, long capacity) {
    this(directory, StoreOptions.of(directory.resolve("socket"), capacity));
  }

  private TestStore(Path directory, StoreOptions options) {
    this.store = PlasmaStore.launch(options);
    this.client = PlasmaClient.connect(directory.resolve("socket"));
    this.dataframes = ArrowClient.over(client, allocator);
  }

  TestStore(Path directory) {
    this(directory, 64 << 20);
  }

  /** A store that puts on a disk what its memory has no room for. */
  static TestStore spilling(Path directory, long capacity) {
    return new TestStore(
        directory,
        StoreOptions.of(directory.resolve("socket"), capacity)
            .withSpill(directory.resolve("spill"), 0));
  }

  PlasmaClient client() {
    return client;
  }

  BufferAllocator allocator() {
    return allocator;
  }

  ArrowClient dataframes() {
    return dataframes;
  }

  /** Stops the store alone. */
  void stop() {
    store.close();
  }

  /** Checks that the store has these objects and no others, and that nobody holds any. */
  void assertHoldsOnly(Collection<ObjectId> expected) {
    List<ObjectInfo> objects;
    try (var listed = client.list()) {
      objects = listed.toList();
    }
    Set<String> found = new TreeSet<>();
    for (ObjectInfo object : objects) {
      found.add(object.id().name().orElse(object.id().toHex()) + " pins=" + object.pins());
    }
    Set<String> wanted = new TreeSet<>();
    for (ObjectId id : expected) {
      String name =
          objects.stream()
              .filter(object -> object.id().equals(id))
              .findFirst()
              .flatMap(object -> object.id().name())
              .orElse(id.toHex());
      wanted.add(name + " pins=0");
    }
    assertEquals(wanted, found);
    assertEquals(0, allocator.getAllocatedMemory(), "memory that was not given back");
  }

  @Override
  public void close() {
    // In this order, so that a leak is reported before the store is gone.
    try (store;
        client;
        allocator) {
      assertEquals(0, allocator.getAllocatedMemory(), "memory that was not given back");
    }
  }
}
