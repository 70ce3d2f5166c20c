package io.plasmastore.bench.micro;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.bench.data.EmptyRoundTrip;
import io.plasmastore.bench.data.StoredObjects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What asks the store, one thread, the store's process on any core. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RoundTripBenchmark {
  private final ObjectId id = ObjectId.random();
  private final byte[] data = new byte[StoredObjects.SIZE];

  /** Asks for next to nothing. */
  @Benchmark
  public void empty(StoreState store) {
    new EmptyRoundTrip(store.client()).run();
  }

  /** Creates and seals an object in one round trip, and deletes it in a second. */
  @Benchmark
  public boolean createAndSealThenDelete(StoreState store) {
    PlasmaClient client = store.client();
    client.createAndSeal(id, data);
    return client.delete(id);
  }
}
