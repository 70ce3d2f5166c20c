package io.plasmastore.fault;

import io.plasmastore.ClientOptions;
import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.testing.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A client process that does whatever comes into its head, on two threads, and writes it all down.
 * It ends when it is killed; or, letting go of everything, when its input says so; or, with an exit
 * code of its own, when it sees what must not be.
 */
public final class FaultClient {
  /** The exit code of a client that saw what must not be. */
  static final int SAW_A_FAULT = 3;

  private static final int THREADS = 2;

  private FaultClient() {}

  /** Arguments: socket, journal, number of this client, seed, count of ids, {@link Room}. */
  public static void main(String[] arguments) throws Exception {
    int number = Integer.parseInt(arguments[2]);
    long seed = Long.parseLong(arguments[3]);
    ObjectId[] ids = Content.ids(Integer.parseInt(arguments[4]));
    Room room = Room.valueOf(arguments[5]);
    // Closed by the end of the process alone, as the writes must be.
    Journal journal = Journal.create(Path.of(arguments[1]));
    PlasmaClient client =
        connect(ClientOptions.of(Path.of(arguments[0])).withName("fault client " + number));
    AtomicLong versions = new AtomicLong((long) number << 32);
    List<FaultWorker> workers = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      FaultWorker worker =
          new FaultWorker(client, journal, ids, versions, seed * THREADS + i, room);
      workers.add(worker);
      threads.add(Thread.ofPlatform().start(() -> guarded(worker)));
    }
    System.out.println("ready");
    if (awaitStop() < 0) {
      // Whoever started this is gone.
      Runtime.getRuntime().halt(1);
    }
    workers.forEach(FaultWorker::stop);
    for (Thread thread : threads) {
      thread.join();
    }
    Eventually.equal(
        "the store to have nothing more of client " + number,
        0L,
        () ->
            client
                .clients()
                .filter(info -> info.name().endsWith(" " + number))
                .mapToLong(info -> info.pins() + info.writing())
                .sum());
    client.close();
  }

  // The store may be between its death and its next start.
  private static PlasmaClient connect(ClientOptions options) {
    AtomicReference<PlasmaClient> connected = new AtomicReference<>();
    Eventually.holds(
        "a store to connect to",
        () -> {
          try {
            connected.set(PlasmaClient.connect(options));
            return true;
          } catch (PlasmaException e) {
            if (e.code() != ErrorCode.STORE_GONE) {
              throw e;
            }
            return false;
          }
        });
    return connected.get();
  }

  private static int awaitStop() throws IOException {
    return System.in.read();
  }

  private static void guarded(FaultWorker worker) {
    try {
      worker.run();
    } catch (Throwable e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(SAW_A_FAULT);
    }
  }
}
