package io.plasmastore.bench.micro;

import io.plasmastore.ObjectId;
import io.plasmastore.memory.IndexLayout;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.os.NativeCallException;
import java.lang.foreign.Arena;
import java.util.Objects;
import java.util.SplittableRandom;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The index by itself, in private memory: an id looked up, and an object entered and removed. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class IndexBenchmark {
  private static final long SEED = 5;
  private static final long PAGE_SIZE = 4096;

  /** How many objects there are; they are looked up in a shuffled order. */
  @Param({"1000", "100000", "1000000"})
  public int objects;

  private final Arena arena = Arena.ofShared();
  private ObjectId[] ids = {};
  private ObjectId another = ObjectId.random();
  private @Nullable IndexWriter index;
  private int next;

  /** Enters the objects. */
  @Setup
  public void enter() throws NativeCallException {
    int slots = objects + 1;
    IndexWriter made =
        new IndexWriter(
            arena.allocate(IndexLayout.fileSize(slots), PAGE_SIZE),
            (offset, length) -> {},
            slots,
            0,
            0,
            0);
    SplittableRandom random = new SplittableRandom(SEED);
    ids = new ObjectId[objects];
    for (int i = 0; i < objects; i++) {
      ids[i] = id(random);
      enter(made, i, ids[i]);
    }
    for (int i = objects - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      ObjectId id = ids[i];
      ids[i] = ids[j];
      ids[j] = id;
    }
    another = id(random);
    index = made;
  }

  /** Finds an object. */
  @Benchmark
  public int find() {
    int at = next;
    next = at + 1 == objects ? 0 : at + 1;
    return Objects.requireNonNull(index).index().find(ids[at]);
  }

  /** Enters one more and removes it. */
  @Benchmark
  public void enterAndRemove() throws NativeCallException {
    IndexWriter writer = Objects.requireNonNull(index);
    enter(writer, objects, another);
    writer.retire(objects);
    writer.unlink(objects);
    writer.free(objects);
  }

  /** Frees the memory. */
  @TearDown
  public void close() {
    arena.close();
  }

  private static void enter(IndexWriter writer, int slot, ObjectId id) throws NativeCallException {
    writer.prepare(slot);
    long unused = writer.create(slot, new IndexWriter.Extent(id, 0, 100, 0, 0, false), 0);
    writer.seal(slot, 0);
  }

  private static ObjectId id(SplittableRandom random) {
    byte[] bytes = new byte[ObjectId.SIZE];
    random.nextBytes(bytes);
    return ObjectId.of(bytes);
  }
}
