package io.plasmastore.testing;

import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.SharedPages;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** A client in a process of its own, which does what its input says, line by line. */
public final class ClientMain {
  private final PlasmaClient client;
  private final Deque<ObjectWriter> writers = new ArrayDeque<>();
  private final Deque<SealedObject> held = new ArrayDeque<>();
  private final Deque<SharedPages> pages = new ArrayDeque<>();

  private ClientMain(PlasmaClient client) {
    this.client = client;
  }

  /** Argument: the socket. */
  public static void main(String[] arguments) throws Exception {
    ClientMain main = new ClientMain(PlasmaClient.connect(Path.of(arguments[0])));
    System.out.println("ready");
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      try {
        System.out.println(main.run(line.split(" ", -1)));
      } catch (PlasmaException e) {
        System.out.println(e.code());
      }
    }
    // Without closing anything: as a process that ends.
    Runtime.getRuntime().halt(0);
  }

  /**
   * One more client in this process, which holds an object, writes another and waits for a third.
   */
  private void join(ObjectId id) {
    PlasmaClient one = PlasmaClient.connect(client.options());
    held.push(one.get(id));
    writers.push(one.create(ObjectId.random(), 1000));
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                one.get(ObjectId.random(), PlasmaClient.FOREVER).close();
              } catch (PlasmaException | InterruptedException e) {
                System.err.println("the wait of one of many ended: " + e);
              }
            });
  }

  private String run(String[] words) throws InterruptedException {
    ObjectId id = words.length > 1 ? ObjectId.fromHex(words[1]) : ObjectId.random();
    switch (words[0]) {
      case "create" -> {
        ObjectWriter writer = client.create(id, Long.parseLong(words[2]));
        writer.data().fill((byte) 7);
        writers.push(writer);
      }
      case "seal" -> writers.pop().seal();
      case "grow" -> {
        long size = Long.parseLong(words[2]);
        return Long.toString(writers.element().grow(size, size));
      }
      case "another" -> writers.push(writers.element().another(Long.parseLong(words[2])));
      case "get" -> held.push(client.get(id));
      case "crowd" -> {
        for (int i = Integer.parseInt(words[2]); i > 0; i--) {
          join(id);
        }
      }
      case "release" -> held.pop().close();
      case "share" -> {
        pages.push(client.sharedPages(id, Long.parseLong(words[2])));
        pages.element().map(0, Long.parseLong(words[2]), true).fill((byte) 7);
      }
      case "wait" -> {
        System.out.println("waiting");
        held.push(client.get(id, PlasmaClient.FOREVER));
      }
      case "sum" -> {
        long sum = 0;
        for (int i = 0; i < held.element().size(); i++) {
          sum += held.element().data().get(java.lang.foreign.ValueLayout.JAVA_BYTE, i);
        }
        return Long.toString(sum);
      }
      default -> throw new IllegalArgumentException("no such command: " + words[0]);
    }
    return "done";
  }
}
