package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.store.PlasmaStore;
import io.plasmastore.store.StoreOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How to share dataframes, step by step. Read it from the top; each step runs. */
class TutorialTest {
  @TempDir Path folder;

  private PlasmaStore store;
  private Path socket;

  /** A store runs once on a machine, as `bin/plasma store`, or within a JVM, as here. */
  @BeforeEach
  void startAStore() {
    socket = folder.resolve("socket");
    store = PlasmaStore.launch(StoreOptions.of(socket, 64 << 20));
  }

  @AfterEach
  void stopTheStore() {
    store.close();
  }

  /** One process puts a dataframe, another gets it. What it gets are the same bytes in memory. */
  @Test
  void putADataframeAndGetIt() {
    ObjectId id = ObjectId.named("trades/2026-11-22");

    // The producer needs a connection and an allocator, as any Arrow program does.
    try (PlasmaClient client = PlasmaClient.connect(socket);
        BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot trades = trades(allocator)) {
      ArrowClient dataframes = ArrowClient.over(client, allocator);
      // Copied into shared memory, once. The root remains the producer's.
      dataframes.put(id, trades);
    }

    // The consumer, in this process or in any other of the machine.
    try (PlasmaClient client = PlasmaClient.connect(socket);
        BufferAllocator allocator = new RootAllocator()) {
      ArrowClient dataframes = ArrowClient.over(client, allocator);
      // Not copied. The object can't go away until the root is closed.
      try (VectorSchemaRoot trades = dataframes.get(id)) {
        BigIntVector amount = (BigIntVector) trades.getVector("amount");
        long sum = 0;
        for (int row = 0; row < trades.getRowCount(); row++) {
          sum += amount.get(row);
        }
        assertEquals(600, sum);
      }
      // Gone for everybody, once the last who holds it has closed it.
      client.delete(id);
    }
  }

  /** A consumer may come first: it waits until the dataframe is there. */
  @Test
  void waitForADataframe() throws Exception {
    ObjectId id = ObjectId.random();
    try (PlasmaClient client = PlasmaClient.connect(socket);
        BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot trades = trades(allocator)) {
      ArrowClient dataframes = ArrowClient.over(client, allocator);
      Thread producer = Thread.ofVirtual().start(() -> dataframes.put(id, trades));
      try (VectorSchemaRoot got = dataframes.get(id, Duration.ofSeconds(30))) {
        assertEquals(3, got.getRowCount());
      }
      producer.join();
    }
  }

  /** A dataframe of many batches is put from a reader, and opened to be read batch by batch. */
  @Test
  void shareADataframeOfManyBatches() throws Exception {
    ObjectId id = ObjectId.random();
    try (PlasmaClient client = PlasmaClient.connect(socket);
        BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot first = trades(allocator);
        VectorSchemaRoot second = trades(allocator)) {
      ArrowClient dataframes = ArrowClient.over(client, allocator);
      // Any ArrowReader: of a file, of a socket, of a query's result.
      try (ArrowReader reader =
          new BatchesReader(allocator, first.getSchema(), List.of(first, second))) {
        dataframes.put(id, reader);
      }
      try (ArrowObject object = dataframes.open(id)) {
        assertEquals(6, object.rowCount());
        // Any batch, in any order.
        try (VectorSchemaRoot batch = object.batch(1)) {
          VarCharVector symbol = (VarCharVector) batch.getVector("symbol");
          assertEquals("PLSM", new String(symbol.get(0), StandardCharsets.UTF_8));
        }
        // Or one after the other, for what takes an ArrowReader.
        try (ArrowReader reader = object.reader()) {
          while (reader.loadNextBatch()) {
            assertEquals(3, reader.getVectorSchemaRoot().getRowCount());
          }
        }
      }
    }
  }

  /** An object says what it is without being opened. */
  @Test
  void seeHowManyRowsThereAre() {
    ObjectId id = ObjectId.random();
    try (PlasmaClient client = PlasmaClient.connect(socket);
        BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot trades = trades(allocator)) {
      ArrowClient.over(client, allocator).put(id, trades);
      try (var object = client.get(id)) {
        assertEquals(Optional.of(new ArrowMetadata(3, 1)), ArrowMetadata.parse(object.metadata()));
      }
    }
  }

  private static VectorSchemaRoot trades(BufferAllocator allocator) {
    VarCharVector symbol = new VarCharVector("symbol", allocator);
    BigIntVector amount = new BigIntVector("amount", allocator);
    for (int row = 0; row < 3; row++) {
      symbol.setSafe(row, "PLSM".getBytes(StandardCharsets.UTF_8));
      amount.setSafe(row, 100L * (row + 1));
    }
    symbol.setValueCount(3);
    amount.setValueCount(3);
    return VectorSchemaRoot.of(symbol, amount);
  }
}
