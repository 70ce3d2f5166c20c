package io.plasmastore.bench.data;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * Small sealed objects, and the ids by which they are got: all of them in turn, in an order that
 * has nothing to do with the one in which they were created. One thread.
 */
public final class StoredObjects {
  /** Bytes of each object. */
  public static final int SIZE = 100;

  private static final long SEED = 42;

  private final PlasmaClient client;
  private final ObjectId[] ids;
  private int next;

  private StoredObjects(PlasmaClient client, ObjectId[] ids) {
    this.client = client;
    this.ids = ids;
  }

  /**
   * Creates objects.
   *
   * @param client by which they are created and got
   * @param count how many
   * @return the objects
   */
  public static StoredObjects create(PlasmaClient client, int count) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(SEED);
    ObjectId[] ids = new ObjectId[count];
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[ObjectId.SIZE];
      random.nextBytes(bytes);
      ids[i] = ObjectId.of(bytes);
    }
    Batches.create(client, 0, count, i -> ids[i]);
    return new StoredObjects(client, inAnotherOrder(ids, random));
  }

  /** How many there are. */
  public int count() {
    return ids.length;
  }

  /** Gets the next object and releases it. */
  public long getAndRelease() {
    try (SealedObject object = client.get(next())) {
      return object.size();
    }
  }

  /** The same by an id that was just made, and remembers nothing of where the object is. */
  public long getByNewIdAndRelease() {
    try (SealedObject object = client.get(next().withName(null))) {
      return object.size();
    }
  }

  /** The size of the next object, of which one byte is read before it is released. */
  public long getReadAndRelease() {
    try (SealedObject object = client.get(next())) {
      return object.size() + object.data().get(ValueLayout.JAVA_BYTE, 0);
    }
  }

  /** The same by an id that was just made, and remembers nothing of where the object is. */
  public long getByNewIdReadAndRelease() {
    try (SealedObject object = client.get(next().withName(null))) {
      return object.size() + object.data().get(ValueLayout.JAVA_BYTE, 0);
    }
  }

  /** Asks whether the next object is there. */
  public boolean contains() {
    return client.contains(next());
  }

  private ObjectId next() {
    int at = next;
    next = at + 1 == ids.length ? 0 : at + 1;
    return ids[at];
  }

  /**
   * Shuffled, and each id a new Java object, so that they lie in the Java heap in the order in
   * which they are used: an id that a program gets something by has just been made or received, and
   * is in the processor's cache.
   */
  private static ObjectId[] inAnotherOrder(ObjectId[] ids, SplittableRandom random) {
    ObjectId[] shuffled = ids.clone();
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      ObjectId id = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = id;
    }
    for (int i = 0; i < shuffled.length; i++) {
      shuffled[i] = ObjectId.of(shuffled[i].toBytes());
    }
    return shuffled;
  }
}
