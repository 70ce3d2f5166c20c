package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Creates that wait: for memory that is being committed or is on its way to disk, or, if they said
 * how long, for room. The patient ones, who said, stand in a line behind the others, who would not
 * wait if room were not coming. In each line it is first come, first served: while the one at the
 * head does not fit nobody behind it is tried, so that small ones can't starve a large one. The
 * core's, on the event loop.
 */
final class WaitingCreates {
  private final Deque<CreateUnderWay> impatient = new ArrayDeque<>();
  private final Deque<CreateUnderWay> patient = new ArrayDeque<>();

  /** What a round of tries has come to. */
  enum Outcome {
    /** Nobody waits. */
    EMPTY,
    /** The head waits for room that is coming. */
    NEEDS_MEMORY,
    /** The head waits for room that somebody must let go of. */
    NEEDS_ROOM
  }

  void add(CreateUnderWay create) {
    line(create).add(create);
  }

  boolean remove(CreateUnderWay create) {
    return line(create).remove(create);
  }

  void removeOf(Session session) {
    impatient.removeIf(create -> create.session() == session);
    patient.removeIf(create -> create.session() == session);
  }

  boolean isEmpty() {
    return impatient.isEmpty() && patient.isEmpty();
  }

  /** Takes out those who wait only for memory that will not come. */
  List<CreateUnderWay> takeImpatient() {
    List<CreateUnderWay> taken = List.copyOf(impatient);
    impatient.clear();
    return taken;
  }

  /** Tries from the head on, until one does not fit; those with an error get it. */
  Outcome attempt(
      CreateUnderWay.ObjectCreator creator, BiConsumer<CreateUnderWay, PlasmaException> failed) {
    Outcome outcome = attempt(impatient, creator, failed);
    return outcome == Outcome.EMPTY ? attempt(patient, creator, failed) : outcome;
  }

  private static Outcome attempt(
      Deque<CreateUnderWay> line,
      CreateUnderWay.ObjectCreator creator,
      BiConsumer<CreateUnderWay, PlasmaException> failed) {
    for (CreateUnderWay head = line.peek(); head != null; head = line.peek()) {
      try {
        if (!head.attempt(creator)) {
          return Outcome.NEEDS_MEMORY;
        }
        line.remove(head);
      } catch (PlasmaException e) {
        if (head.isPatient() && e.code() == ErrorCode.STORE_FULL) {
          return Outcome.NEEDS_ROOM;
        }
        line.remove(head);
        failed.accept(head, e);
      }
    }
    return Outcome.EMPTY;
  }

  private Deque<CreateUnderWay> line(CreateUnderWay create) {
    return create.isPatient() ? patient : impatient;
  }
}
