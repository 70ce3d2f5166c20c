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
import java.util.concurrent.locks.LockSupport;

/**
 * Another process that waits for one object after the other, and tells how long ago each was sealed
 * when it had it: all processes of a machine share the clock.
 */
public final class WaitingClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String GETS_ASKED = "gets_asked";
  private static final long POLL_NANOS = 50_000;

  private final PlasmaClient client;
  private final ChildProcess child;
  private final long askedBefore;
  private int next;

  private WaitingClient(PlasmaClient client, ChildProcess child, long askedBefore) {
    this.client = client;
    this.child = child;
    this.askedBefore = askedBefore;
  }

  /**
   * Starts the process, on this one's cores. While it is there no other client may ask for what is
   * not sealed.
   *
   * @param client who will seal; stays the caller's
   * @return the process; the caller closes it
   */
  public static WaitingClient start(PlasmaClient client) throws IOException {
    long asked = asked(client);
    return new WaitingClient(
        client,
        ChildProcess.start(
            WaitingClient.class, Placement.ANY_CORE, List.of(client.options().socket().toString())),
        asked);
  }

  /**
   * Seals the object that it waits for.
   *
   * @return from just before the seal until the other process had the object, in nanoseconds
   */
  public long sealToGet() throws IOException, InterruptedException {
    ObjectId id = id(next++);
    try (ObjectWriter writer = client.create(id, Long.BYTES)) {
      while (asked(client) < askedBefore + next) {
        LockSupport.parkNanos(POLL_NANOS);
      }
      writer.data().set(JAVA_LONG_UNALIGNED, 0, System.nanoTime());
      writer.seal();
    }
    long nanos = Long.parseLong(child.awaitLine(PATIENCE));
    client.delete(id);
    return nanos;
  }

  @Override
  public void close() {
    child.close();
  }

  /** Waits until the parent is gone. Argument: the socket of the store. */
  public static void main(String[] args) throws InterruptedException {
    ChildProcess.exitWithParent();
    try (PlasmaClient client = PlasmaClient.connect(Path.of(args[0]))) {
      for (int i = 0; ; i++) {
        try (SealedObject object = client.get(id(i), PlasmaClient.FOREVER)) {
          long now = System.nanoTime();
          System.out.println(now - object.data().get(JAVA_LONG_UNALIGNED, 0));
        }
      }
    }
  }

  private static ObjectId id(int number) {
    return ObjectId.named("seal-to-get/" + number);
  }

  private static long asked(PlasmaClient client) {
    return client.stats().counters().getOrDefault(GETS_ASKED, 0L);
  }
}
