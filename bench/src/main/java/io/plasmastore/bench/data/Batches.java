package io.plasmastore.bench.data;

import io.plasmastore.NewSealedObject;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;

/** Small objects created many in one round trip: ten million take seconds. */
public final class Batches {
  /** A store that is short of processor time is waited for. */
  public static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final int BATCH = 1_000;

  private Batches() {}

  /**
   * Creates and seals objects of {@link StoredObjects#SIZE} bytes.
   *
   * @param from number of the first
   * @param to number behind the last
   * @param ids the id of each number
   */
  public static void create(PlasmaClient client, int from, int to, IntFunction<ObjectId> ids)
      throws InterruptedException {
    byte[] data = new byte[StoredObjects.SIZE];
    for (int first = from; first < to; first += BATCH) {
      List<NewSealedObject> batch = new ArrayList<>(BATCH);
      for (int i = first; i < Math.min(to, first + BATCH); i++) {
        batch.add(NewSealedObject.of(ids.apply(i), data));
      }
      checkDone(client.createAndSealAll(batch, PATIENCE));
    }
  }

  /**
   * Looks at what a store said of a batch.
   *
   * @param errors null for each object that something was done with
   * @throws IllegalStateException if there is an error among them
   */
  public static void checkDone(List<?> errors) {
    if (!errors.stream().allMatch(Objects::isNull)) {
      throw new IllegalStateException(
          "not all of a batch was done: errors="
              + errors.stream().filter(Objects::nonNull).distinct().toList());
    }
  }
}
