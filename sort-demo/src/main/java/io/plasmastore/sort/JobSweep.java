package io.plasmastore.sort;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectInfo;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Finds what a sort has left in the store, by its names, and deletes it. */
final class JobSweep {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(2);

  private JobSweep() {}

  /**
   * Deletes all objects of a sort but some, and waits until their memory is free. No worker of the
   * sort may be alive any more.
   *
   * <p>What a killed worker was still writing or reading goes when the store learns of its end, and
   * of that nobody is told: so the listing is asked again and again.
   *
   * @param kept stay
   * @throws PlasmaException TIMED_OUT if somebody holds on to them; STORE_GONE
   */
  static void run(PlasmaClient client, JobNames names, Set<ObjectId> kept) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      List<ObjectInfo> left;
      try (var objects = client.list()) {
        left = objects.filter(info -> names.isOwn(info.id()) && !kept.contains(info.id())).toList();
      }
      if (left.isEmpty()) {
        return;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new PlasmaException(
            ErrorCode.TIMED_OUT,
            "objects of a sort are still in use: count=%d %s"
                .formatted(
                    left.size(),
                    left.stream().limit(3).map(Object::toString).collect(Collectors.joining(" "))));
      }
      for (ObjectInfo info : left) {
        switch (info.state()) {
          case SEALED, SPILLED -> delete(client, info.id());
          // Of a worker whose end the store is to learn of yet.
          case CREATED, RETIRING -> {}
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static void delete(PlasmaClient client, ObjectId id) {
    try {
      client.delete(id);
    } catch (PlasmaException e) {
      // Deleted and created anew since it was listed: it is listed again.
      if (e.code() != ErrorCode.OBJECT_NOT_SEALED) {
        throw e;
      }
    }
  }
}
