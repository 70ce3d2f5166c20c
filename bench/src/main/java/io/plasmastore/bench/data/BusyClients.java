package io.plasmastore.bench.data;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.bench.process.ChildProcess;
import io.plasmastore.bench.process.Ending;
import io.plasmastore.bench.process.Placement;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Another process with some clients of a store, each with a session and a thread of its own, that
 * do what it is told by a line on its standard input, all of them at the same time.
 */
public final class BusyClients implements AutoCloseable {
  /** What a client does over and over. */
  public enum Deed {
    /** Gets one object after the other and releases it. */
    GET,

    /** Creates and seals an object of its own and deletes it. */
    PUT
  }

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int GETS_BETWEEN_LOOKS = 100;

  private final ChildProcess child;

  private BusyClients(ChildProcess child) {
    this.child = child;
  }

  /**
   * Starts a process, which connects its clients when it needs them.
   *
   * @param socket of the store
   * @param objects how many there are, made by {@link #createObjects}
   * @return the process; the caller closes it
   */
  public static BusyClients start(Path socket, int objects)
      throws IOException, InterruptedException {
    ChildProcess child =
        ChildProcess.start(
            BusyClients.class,
            Placement.ANY_CORE,
            List.of(socket.toString(), Integer.toString(objects)));
    try {
      String unused = child.awaitLine(PATIENCE);
      return new BusyClients(child);
    } catch (IOException | InterruptedException | RuntimeException e) {
      child.close();
      throw e;
    }
  }

  /** Makes what the clients get. */
  public static void createObjects(PlasmaClient client, int count) throws InterruptedException {
    Batches.create(client, 0, count, BusyClients::object);
  }

  /**
   * Tells the process; {@link #done} has the answer.
   *
   * @param deed what its clients do
   * @param clients how many of them
   * @param from when they begin, by {@link System#nanoTime}, which all processes share
   * @param to when they end
   */
  public void tell(Deed deed, int clients, long from, long to) throws IOException {
    child.say(deed + " " + clients + " " + from + " " + to);
  }

  /** How many were done of what it was told last. */
  public long done() throws IOException, InterruptedException {
    return Long.parseLong(child.awaitLine(PATIENCE));
  }

  @Override
  public void close() {
    child.close();
  }

  /** Does what it is told until its standard input ends. Arguments: the store's socket, objects. */
  public static void main(String[] args) throws Exception {
    Ending.silenceThreads();
    ObjectId[] ids = new ObjectId[Integer.parseInt(args[1])];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = object(i);
    }
    List<PlasmaClient> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newCachedThreadPool();
        BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      System.out.println("ready");
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        String[] words = line.split(" ");
        while (clients.size() < Integer.parseInt(words[1])) {
          clients.add(PlasmaClient.connect(Path.of(args[0])));
        }
        System.out.println(doAll(words, clients, ids, threads));
      }
    } finally {
      clients.forEach(PlasmaClient::close);
    }
  }

  private static long doAll(
      String[] words, List<PlasmaClient> clients, ObjectId[] ids, ExecutorService threads)
      throws InterruptedException, ExecutionException {
    Deed deed = Deed.valueOf(words[0]);
    long from = Long.parseLong(words[2]);
    long to = Long.parseLong(words[3]);
    List<Callable<Long>> deeds = new ArrayList<>();
    for (PlasmaClient client : clients.subList(0, Integer.parseInt(words[1]))) {
      deeds.add(() -> deed == Deed.GET ? gets(client, ids, from, to) : puts(client, from, to));
    }
    long done = 0;
    for (Future<Long> each : threads.invokeAll(deeds)) {
      done += each.get();
    }
    return done;
  }

  private static long gets(PlasmaClient client, ObjectId[] ids, long from, long to) {
    awaitTime(from);
    long gets = 0;
    while (System.nanoTime() < to) {
      for (int i = 0; i < GETS_BETWEEN_LOOKS; i++) {
        client.get(ids[(int) (gets++ % ids.length)]).close();
      }
    }
    return gets;
  }

  private static long puts(PlasmaClient client, long from, long to) {
    ObjectId id = ObjectId.random();
    byte[] data = new byte[StoredObjects.SIZE];
    awaitTime(from);
    long puts = 0;
    while (System.nanoTime() < to) {
      client.createAndSeal(id, data);
      boolean unused = client.delete(id);
      puts++;
    }
    return puts;
  }

  private static void awaitTime(long when) {
    for (long left = when - System.nanoTime(); left > 0; left = when - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static ObjectId object(int number) {
    return ObjectId.named("clients/object/" + number);
  }
}
