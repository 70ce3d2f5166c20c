package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Creates that wait: for memory that is being committed, or, if they said how long, for room. First
 * come, first served: while the one at the head does not fit nobody behind it is tried, so that
 * small ones can't starve a large one. The core's, on the event loop.
 */
final class WaitingCreates {
  private final Deque<CreateUnderWay> queue = new ArrayDeque<>();

  /** What a round of tries has come to. */
  enum Outcome {
    /** Nobody waits. */
    EMPTY,
    /** The head waits for memory to be committed. */
    NEEDS_MEMORY,
    /** The head waits for room. */
    NEEDS_ROOM
  }

  void add(CreateUnderWay create) {
    queue.add(create);
  }

  boolean remove(CreateUnderWay create) {
    return queue.remove(create);
  }

  void removeOf(Session session) {
    queue.removeIf(create -> create.session() == session);
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Takes out those who wait only for memory that will not come. */
  List<CreateUnderWay> takeImpatient() {
    List<CreateUnderWay> impatient = queue.stream().filter(create -> !create.isPatient()).toList();
    queue.removeAll(impatient);
    return impatient;
  }

  /** Tries from the head on, until one does not fit; those with an error get it. */
  Outcome attempt(
      CreateUnderWay.ObjectCreator creator, BiConsumer<CreateUnderWay, PlasmaException> failed) {
    for (CreateUnderWay head = queue.peek(); head != null; head = queue.peek()) {
      try {
        if (!head.attempt(creator)) {
          return Outcome.NEEDS_MEMORY;
        }
        queue.remove(head);
      } catch (PlasmaException e) {
        if (head.isPatient() && e.code() == ErrorCode.STORE_FULL) {
          return attemptImpatient(creator, failed);
        }
        queue.remove(head);
        failed.accept(head, e);
      }
    }
    return Outcome.EMPTY;
  }

  // Who can't wait for room does not stand in line for it.
  private Outcome attemptImpatient(
      CreateUnderWay.ObjectCreator creator, BiConsumer<CreateUnderWay, PlasmaException> failed) {
    Outcome outcome = Outcome.NEEDS_ROOM;
    for (CreateUnderWay create : List.copyOf(queue)) {
      if (create.isPatient()) {
        continue;
      }
      try {
        if (!create.attempt(creator)) {
          outcome = Outcome.NEEDS_MEMORY;
          continue;
        }
        queue.remove(create);
      } catch (PlasmaException e) {
        queue.remove(create);
        failed.accept(create, e);
      }
    }
    return outcome;
  }
}
