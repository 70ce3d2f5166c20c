package io.plasmastore.bench.micro;

import io.plasmastore.PlasmaClient;
import io.plasmastore.bench.data.StoredObjects;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/** What never asks the store: a get with its release, and contains. Objects hot or at random. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class GetBenchmark {
  /** How many objects there are; they are got in a shuffled order. */
  @Param({"1000", "100000", "10000000"})
  public int objects;

  private @Nullable StoredObjects stored;

  /** Creates the objects. */
  @Setup
  public void createObjects(StoreState store) throws Exception {
    PlasmaClient client = store.client();
    stored = StoredObjects.create(client, objects);
  }

  /** Gets an object and releases it. */
  @Benchmark
  public long getAndRelease() {
    return Objects.requireNonNull(stored).getAndRelease();
  }

  /** Asks whether an object is there that is. */
  @Benchmark
  public boolean contains() {
    return Objects.requireNonNull(stored).contains();
  }
}
