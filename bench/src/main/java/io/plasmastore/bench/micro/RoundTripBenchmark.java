package io.plasmastore.bench.micro;

import io.plasmastore.NewSealedObject;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.bench.data.Batches;
import io.plasmastore.bench.data.EmptyRoundTrip;
import io.plasmastore.bench.data.StoredObjects;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
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
  private static final int BATCH = 100;

  private final ObjectId id = ObjectId.random();
  private final byte[] data = new byte[StoredObjects.SIZE];
  private final List<NewSealedObject> batch =
      Stream.generate(() -> NewSealedObject.of(ObjectId.random(), data)).limit(BATCH).toList();
  private final List<ObjectId> batchIds = batch.stream().map(NewSealedObject::id).toList();

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

  /** Creates an object, writes it, seals it, and deletes it: three round trips. */
  @Benchmark
  public boolean createThenSealThenDelete(StoreState store) {
    PlasmaClient client = store.client();
    try (ObjectWriter writer = client.create(id, data.length)) {
      MemorySegment.copy(data, 0, writer.data(), ValueLayout.JAVA_BYTE, 0, data.length);
      writer.seal();
    }
    return client.delete(id);
  }

  /** Creates and seals a hundred objects in one round trip, deletes them in one: of each object. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void createAndSealAllThenDeleteAll(StoreState store) throws InterruptedException {
    Batches.checkDone(store.client().createAndSealAll(batch, Batches.PATIENCE));
    Batches.checkDone(store.client().deleteAll(batchIds));
  }
}
