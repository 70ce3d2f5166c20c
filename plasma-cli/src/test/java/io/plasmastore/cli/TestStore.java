package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.store.PlasmaStore;
import io.plasmastore.store.StoreOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** A store in this process, a client of it, and files with dataframes for the commands to put. */
final class TestStore implements AutoCloseable {
  static final long CAPACITY = 64 << 20;

  private final PlasmaStore store;
  private final PlasmaClient client;
  private final BufferAllocator allocator = new RootAllocator();
  private final ArrowClient dataframes;

  TestStore(Path folder) {
    store = PlasmaStore.launch(StoreOptions.of(folder.resolve("plasma.sock"), CAPACITY));
    client = PlasmaClient.connect(store.options().socket());
    dataframes = ArrowClient.over(client, allocator);
  }

  PlasmaClient client() {
    return client;
  }

  ArrowClient dataframes() {
    return dataframes;
  }

  BufferAllocator allocator() {
    return allocator;
  }

  String socket() {
    return store.options().socket().toString();
  }

  /** Runs a command against this store. */
  CommandRun run(String verb, String... args) {
    return runWithInput(new byte[0], verb, args);
  }

  CommandRun runWithInput(byte[] input, String verb, String... args) {
    List<String> all = new ArrayList<>(List.of(verb, "-s", socket()));
    all.addAll(Arrays.asList(args));
    return CommandRun.withInput(input, all.toArray(String[]::new));
  }

  /** Puts a dataframe and closes it. */
  ObjectId put(VectorSchemaRoot root) {
    ObjectId id = ObjectId.random();
    try (root) {
      dataframes.put(id, root);
    }
    return id;
  }

  /** The bytes of an object. */
  byte[] bytes(ObjectId id) {
    try (SealedObject object = client.get(id)) {
      return object.data().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    }
  }

  /** Writes dataframes as one file or stream, as the name says; the store is as before. */
  Path write(Path file, List<VectorSchemaRoot> batches) throws IOException {
    List<ObjectId> ids = batches.stream().map(this::put).toList();
    List<SealedObject> objects = ids.stream().map(client::get).toList();
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      OutputFormat.ofName(file.toString())
          .write(objects.stream().map(SealedObject::data).toList(), out);
    } finally {
      objects.forEach(SealedObject::close);
      ids.forEach(client::delete);
    }
    return file;
  }

  long objects() {
    return client.stats().objects();
  }

  /** Closes everything and asserts that nothing is left. */
  @Override
  public void close() {
    allocator.close();
    client.close();
    store.close();
    assertFalse(Files.exists(store.options().socket()));
    assertFalse(Files.exists(store.options().directory()));
  }
}
