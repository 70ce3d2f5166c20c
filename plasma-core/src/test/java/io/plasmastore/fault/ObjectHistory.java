package io.plasmastore.fault;

import io.plasmastore.fault.Operation.Kind;
import io.plasmastore.fault.Operation.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether there is an order in which the calls on one object can have taken effect, each between
 * its begin and its end, that explains what every client was told. If there is none an object was
 * lost, or changed, or came back after it was deleted (just-in-time linearization: Lowe, "Testing
 * for linearizability", 2017).
 *
 * <p>It walks along the begins and the ends and keeps every state in which the object may be, each
 * with those of the calls under way that have taken effect already. A state is one number: 0 for
 * absent, a version for sealed, and minus a version for being written.
 */
final class ObjectHistory {
  private static final int SHOWN = 40;

  private final List<StoreDeath> deaths;
  private final boolean mayBeDropped;
  private final Operation[] underWay = new Operation[Long.SIZE];
  private final Deque<Moment> past = new ArrayDeque<>();
  private Set<Possibility> possible = new HashSet<>();

  /** When a store died: after the one, before the other. */
  record StoreDeath(long after, long before) {
    boolean isDuring(Operation operation) {
      return operation.begin() < before && operation.end() > after;
    }
  }

  private record Possibility(long state, long done) {}

  private record Moment(long nanos, boolean isEnd, Operation operation) {
    @Override
    public String toString() {
      return (isEnd ? "end   " : "begin ") + operation;
    }
  }

  private ObjectHistory(Set<Long> before, List<StoreDeath> deaths, boolean mayBeDropped) {
    this.deaths = deaths;
    this.mayBeDropped = mayBeDropped;
    before.forEach(state -> possible.add(new Possibility(state, 0)));
  }

  /**
   * Checks a history.
   *
   * @param before the states that the object may be in at first
   * @param operations on the object, in any order, each with an end
   * @param deaths of stores: a delete across one may have been put twice
   * @param mayBeDropped whether the store may drop a sealed object by itself
   * @return the states that it may be in afterwards
   * @throws AssertionError if nothing explains what clients were told
   */
  static Set<Long> check(
      Set<Long> before, List<Operation> operations, List<StoreDeath> deaths, boolean mayBeDropped) {
    List<Moment> moments = new ArrayList<>();
    for (Operation operation : anonymous(operations)) {
      moments.add(new Moment(operation.begin(), false, operation));
      moments.add(new Moment(operation.end(), true, operation));
    }
    // At the same nanosecond the begin is first: the two may have met.
    moments.sort(Comparator.comparingLong(Moment::nanos).thenComparing(Moment::isEnd));
    ObjectHistory history = new ObjectHistory(before, deaths, mayBeDropped);
    moments.forEach(history::pass);
    return history.possible.stream().map(Possibility::state).collect(Collectors.toSet());
  }

  /**
   * What may have been made by a create whose answer never came, and was never seen, is all alike.
   * Without that, each death doubles what may be.
   */
  private static List<Operation> anonymous(List<Operation> operations) {
    Set<Long> seen =
        operations.stream()
            .filter(operation -> operation.outcome() == Outcome.DONE)
            .filter(operation -> operation.kind() != Kind.ABANDON)
            .map(Operation::version)
            .collect(Collectors.toSet());
    return operations.stream()
        .map(
            operation ->
                operation.version() == 0 || seen.contains(operation.version())
                    ? operation
                    : operation.unseen())
        .toList();
  }

  private void pass(Moment moment) {
    past.add(moment);
    if (past.size() > SHOWN) {
      past.remove();
    }
    if (moment.isEnd()) {
      end(moment.operation());
    } else {
      underWay[slotOf(null)] = moment.operation();
    }
  }

  private int slotOf(Operation operation) {
    for (int slot = 0; slot < underWay.length; slot++) {
      if (Objects.equals(underWay[slot], operation)) {
        return slot;
      }
    }
    throw new AssertionError("too many calls under way: " + operation);
  }

  private void end(Operation operation) {
    int slot = slotOf(operation);
    long bit = 1L << slot;
    Set<Possibility> left = new HashSet<>();
    for (Possibility each : everythingThatMayHappen()) {
      if ((each.done() & bit) != 0 || mayHaveDoneNothing(operation, each.state())) {
        left.add(new Possibility(each.state(), each.done() & ~bit));
      }
    }
    if (left.isEmpty()) {
      throw new AssertionError(
          "nothing explains: %s; it may have been: %s; what was before:\n  %s"
              .formatted(
                  operation,
                  possible.stream().map(each -> Long.toHexString(each.state())).distinct().toList(),
                  past.stream().map(Moment::toString).collect(Collectors.joining("\n  "))));
    }
    underWay[slot] = null;
    possible = left;
  }

  private static boolean mayHaveDoneNothing(Operation operation, long state) {
    return switch (operation.kind()) {
      // It need not have been there to be undone, but it is not there any more.
      case ABORT, ABANDON ->
          operation.outcome() == Outcome.UNKNOWN || state != -operation.version();
      default -> operation.outcome() == Outcome.UNKNOWN;
    };
  }

  private Set<Possibility> everythingThatMayHappen() {
    Set<Possibility> all = new HashSet<>();
    Deque<Possibility> unexplored = new ArrayDeque<>();
    possible.forEach(each -> add(each, all, unexplored));
    while (!unexplored.isEmpty()) {
      Possibility from = unexplored.pop();
      if (mayBeDropped && from.state() > 0) {
        add(new Possibility(0, from.done()), all, unexplored);
      }
      for (int slot = 0; slot < underWay.length; slot++) {
        Operation operation = underWay[slot];
        if (operation != null && isForgottenSeal(operation, from.state())) {
          add(new Possibility(operation.version(), from.done()), all, unexplored);
        }
        if (operation != null
            && (from.done() & (1L << slot)) == 0
            && !isLikeOneThatEndsBefore(operation, slot, from.done())) {
          explore(from, operation, 1L << slot, all, unexplored);
        }
      }
    }
    return all;
  }

  // Of several calls that could do the same, unknown all of them, the one that ends first goes
  // first: whatever the others could do they still can.
  private boolean isLikeOneThatEndsBefore(Operation operation, int at, long done) {
    if (operation.outcome() != Outcome.UNKNOWN) {
      return false;
    }
    for (int slot = 0; slot < underWay.length; slot++) {
      Operation other = underWay[slot];
      if (other != null
          && (done & (1L << slot)) == 0
          && other.outcome() == Outcome.UNKNOWN
          && other.kind() == operation.kind()
          && other.version() == operation.version()
          && (other.end() < operation.end() || (other.end() == operation.end() && slot < at))) {
        return true;
      }
    }
    return false;
  }

  private void explore(
      Possibility from,
      Operation operation,
      long bit,
      Set<Possibility> all,
      Deque<Possibility> unexplored) {
    if (isWrite(operation, from.state())) {
      long next = written(operation);
      add(new Possibility(next, from.done() | bit), all, unexplored);
      if (operation.kind() == Kind.DELETE && isRepeated(operation)) {
        add(new Possibility(next, from.done()), all, unexplored);
      }
    } else if (operation.kind() == Kind.DELETE
        && (operation.outcome() == Outcome.NOT_FOUND || operation.outcome() == Outcome.NOT_SEALED)
        && from.state() > 0
        && isRepeated(operation)) {
      // The first time it was there; the store died before it could say so. The second time it was
      // gone, or another of the same id was being written.
      add(new Possibility(0, from.done()), all, unexplored);
    }
  }

  // The first time it was done; the store died before it could say so. Others saw the object, and
  // deleted it, before the second time.
  private boolean isForgottenSeal(Operation operation, long state) {
    return operation.kind() == Kind.SEAL
        && operation.outcome() == Outcome.NOT_FOUND
        && state == -operation.version()
        && isRepeated(operation);
  }

  private boolean isRepeated(Operation operation) {
    return deaths.stream().anyMatch(death -> death.isDuring(operation));
  }

  // Whatever was only looked at is taken to have happened as soon as it can have.
  private void add(Possibility found, Set<Possibility> all, Deque<Possibility> unexplored) {
    long done = found.done();
    for (int slot = 0; slot < underWay.length; slot++) {
      if (underWay[slot] != null && isRead(underWay[slot], found.state())) {
        done |= 1L << slot;
      }
    }
    Possibility seen = new Possibility(found.state(), done);
    if (all.add(seen)) {
      unexplored.push(seen);
    }
  }

  /** Whether a state explains the answer to a call that changed nothing. */
  private static boolean isRead(Operation operation, long state) {
    return switch (operation.outcome()) {
      case DONE ->
          switch (operation.kind()) {
            case GET -> state == operation.version();
            case CONTAINS -> state > 0;
            default -> false;
          };
      case EXISTS -> state != 0;
      case NOT_FOUND -> operation.kind() == Kind.DELETE ? state == 0 : state <= 0;
      case NOT_SEALED -> state < 0;
      case FULL, REFUSED -> true;
      case UNKNOWN -> false;
    };
  }

  /** Whether a call can have changed an object that was in this state. */
  private static boolean isWrite(Operation operation, long state) {
    if (operation.outcome() != Outcome.DONE && operation.outcome() != Outcome.UNKNOWN) {
      return false;
    }
    return switch (operation.kind()) {
      case CREATE, CREATE_AND_SEAL -> state == 0;
      case SEAL, ABORT, ABANDON -> state == -operation.version();
      case DELETE -> state > 0;
      case GET, CONTAINS -> false;
    };
  }

  private static long written(Operation operation) {
    return switch (operation.kind()) {
      case CREATE -> -operation.version();
      case SEAL, CREATE_AND_SEAL -> operation.version();
      case ABORT, ABANDON, DELETE -> 0;
      case GET, CONTAINS -> throw new AssertionError("writes nothing: " + operation);
    };
  }
}
