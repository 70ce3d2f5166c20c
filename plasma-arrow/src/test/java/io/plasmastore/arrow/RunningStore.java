package io.plasmastore.arrow;

import io.plasmastore.ObjectId;
import io.plasmastore.ObjectInfo;
import io.plasmastore.PlasmaClient;
import io.plasmastore.store.PlasmaStore;
import io.plasmastore.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** A store of its own, with a client and an allocator. Closing it checks that nothing is left. */
public final class RunningStore implements AutoCloseable {
  private final Path folder;
  private final Path socket;
  private final PlasmaStore store;
  private final PlasmaClient client;
  private final BufferAllocator allocator = new RootAllocator();
  private final ArrowClient dataframes;

  public RunningStore(long capacity) throws IOException {
    folder = Files.createTempDirectory("plasma-arrow");
    socket = folder.resolve("socket");
    store = PlasmaStore.launch(StoreOptions.of(socket, capacity));
    client = PlasmaClient.connect(socket);
    dataframes = ArrowClient.over(client, allocator);
  }

  public Path socket() {
    return socket;
  }

  public PlasmaClient client() {
    return client;
  }

  public BufferAllocator allocator() {
    return allocator;
  }

  public ArrowClient dataframes() {
    return dataframes;
  }

  /** Pins of all processes on the one object that there is. */
  public long pins() {
    return client.list().mapToLong(ObjectInfo::pins).sum();
  }

  public long objects() {
    return client.list().count();
  }

  /** Bytes in use after an object was deleted that was the only one. */
  public long usedAfterDeleting(ObjectId id) {
    client.delete(id);
    return client.stats().used();
  }

  @Override
  public void close() throws IOException {
    try (store) {
      allocator.close();
      client.close();
    }
    Files.deleteIfExists(socket);
    Files.delete(folder);
  }
}
