package io.plasmastore.bench.micro;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.data.Dataframes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Getting a dataframe and closing it, and loading it, by its number of columns. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DataframeBenchmark {
  private static final int ROWS = 1_000;

  /** Columns of the dataframe. */
  @Param({"1", "4", "20", "100"})
  public int columns;

  private final BufferAllocator allocator = new RootAllocator();
  private final ObjectId id = ObjectId.random();
  private @Nullable ArrowClient dataframes;
  private @Nullable VectorSchemaRoot root;

  /** Puts the dataframe. */
  @Setup
  public void put(StoreState store) {
    dataframes = ArrowClient.over(store.client(), allocator);
    try (VectorSchemaRoot made = Dataframes.create(allocator, columns, ROWS)) {
      dataframes.put(id, made);
    }
    root = dataframes.get(id);
  }

  /** Gets the dataframe and closes it. */
  @Benchmark
  public int getAndClose() {
    try (VectorSchemaRoot got = Objects.requireNonNull(dataframes).get(id)) {
      return got.getRowCount();
    }
  }

  /** Loads the dataframe into a root that is there already. */
  @Benchmark
  public int load() {
    Objects.requireNonNull(dataframes).load(id, Objects.requireNonNull(root));
    return root.getRowCount();
  }

  /** Checks that nothing is still held. */
  @TearDown
  public void close() {
    Objects.requireNonNull(root).close();
    allocator.close();
  }
}
