package io.plasmastore.bench.data;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import io.plasmastore.bench.process.ChildProcess;
import io.plasmastore.bench.process.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Another process that gets and releases objects, again and again, for as long as it is told to:
 * several begin together when an object says so.
 */
public final class ReadingClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int GETS_BETWEEN_LOOKS = 1_000;

  private final ChildProcess child;

  private ReadingClient(ChildProcess child) {
    this.child = child;
  }

  /**
   * Starts a process.
   *
   * @param socket of the store
   * @param number of this reader, from 0
   * @param objects how many there are, made by {@link #createObjects}
   * @return the process, connected; the caller closes it
   */
  public static ReadingClient start(Path socket, int number, int objects)
      throws IOException, InterruptedException {
    ReadingClient reader =
        new ReadingClient(
            ChildProcess.start(
                ReadingClient.class,
                Placement.ANY_CORE,
                List.of(socket.toString(), Integer.toString(number), Integer.toString(objects))));
    String unused = reader.child.awaitLine(PATIENCE);
    return reader;
  }

  /** Makes what the readers get. */
  public static void createObjects(PlasmaClient client, int count) {
    for (int i = 0; i < count; i++) {
      client.createAndSeal(object(i), new byte[StoredObjects.SIZE]);
    }
  }

  /**
   * Has the first readers read at once, while the others wait.
   *
   * @param client by which they are told
   * @param all the readers, in the order of their numbers
   * @param round counts up from 0
   * @param readers how many of them read
   * @param millis for how long
   * @return gets per nanosecond, of all of them together
   */
  public static double read(
      PlasmaClient client, List<ReadingClient> all, int round, int readers, long millis)
      throws IOException, InterruptedException {
    try (ObjectWriter writer = client.create(start(round), 2 * Long.BYTES)) {
      writer.data().setAtIndex(JAVA_LONG_UNALIGNED, 0, readers);
      writer.data().setAtIndex(JAVA_LONG_UNALIGNED, 1, millis);
      writer.seal();
    }
    double rate = 0;
    for (ReadingClient reader : all) {
      rate += Double.parseDouble(reader.child.awaitLine(PATIENCE));
    }
    client.delete(start(round));
    return rate;
  }

  @Override
  public void close() {
    child.close();
  }

  /** Reads until the parent is gone. Arguments: the socket of the store, number, objects. */
  public static void main(String[] args) throws InterruptedException {
    ChildProcess.exitWithParent();
    int number = Integer.parseInt(args[1]);
    ObjectId[] ids = new ObjectId[Integer.parseInt(args[2])];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = object(i);
    }
    try (PlasmaClient client = PlasmaClient.connect(Path.of(args[0]))) {
      System.out.println("ready");
      for (int round = 0; ; round++) {
        long readers;
        long millis;
        try (SealedObject start = client.get(start(round), PlasmaClient.FOREVER)) {
          readers = start.data().getAtIndex(JAVA_LONG_UNALIGNED, 0);
          millis = start.data().getAtIndex(JAVA_LONG_UNALIGNED, 1);
        }
        System.out.println(number < readers ? rate(client, ids, millis) : 0);
      }
    }
  }

  private static double rate(PlasmaClient client, ObjectId[] ids, long millis) {
    long start = System.nanoTime();
    long elapsed;
    long gets = 0;
    do {
      for (int i = 0; i < GETS_BETWEEN_LOOKS; i++) {
        client.get(ids[(int) (gets++ % ids.length)]).close();
      }
      elapsed = System.nanoTime() - start;
    } while (elapsed < millis * 1_000_000);
    return (double) gets / elapsed;
  }

  private static ObjectId object(int number) {
    return ObjectId.named("readers/object/" + number);
  }

  private static ObjectId start(int round) {
    return ObjectId.named("readers/start/" + round);
  }
}
