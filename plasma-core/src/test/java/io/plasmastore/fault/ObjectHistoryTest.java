package io.plasmastore.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.plasmastore.fault.ObjectHistory.StoreDeath;
import io.plasmastore.fault.Operation.Kind;
import io.plasmastore.fault.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The model of the fault runs knows a lost object from one that was deleted. */
class ObjectHistoryTest {
  private final List<Operation> operations = new ArrayList<>();
  private final List<StoreDeath> deaths = new ArrayList<>();
  private boolean mayBeDropped;

  @Test
  void explainsOneCallAfterTheOther() {
    call(0, 1, Kind.GET, 0, Outcome.NOT_FOUND);
    call(2, 3, Kind.CREATE, 7, Outcome.DONE);
    call(4, 5, Kind.DELETE, 0, Outcome.NOT_SEALED);
    call(6, 7, Kind.SEAL, 7, Outcome.DONE);
    call(8, 9, Kind.CREATE, 8, Outcome.EXISTS);
    call(10, 11, Kind.GET, 7, Outcome.DONE);
    call(12, 13, Kind.DELETE, 0, Outcome.DONE);
    call(14, 15, Kind.CREATE_AND_SEAL, 9, Outcome.DONE);
    assertEquals(Set.of(9L), check());
  }

  @Test
  void explainsCallsThatMeet() {
    call(0, 1, Kind.CREATE_AND_SEAL, 7, Outcome.DONE);
    call(2, 9, Kind.DELETE, 0, Outcome.DONE);
    call(3, 8, Kind.CREATE_AND_SEAL, 8, Outcome.DONE);
    call(3, 4, Kind.GET, 7, Outcome.DONE);
    call(5, 6, Kind.GET, 8, Outcome.DONE);
    assertEquals(Set.of(8L), check());
  }

  @Test
  void findsALostObject() {
    call(0, 1, Kind.CREATE_AND_SEAL, 7, Outcome.DONE);
    call(2, 3, Kind.GET, 0, Outcome.NOT_FOUND);
    assertUnexplained();
  }

  @Test
  void findsALostObjectBesideADeleteThatHitAnother() {
    call(0, 1, Kind.CREATE_AND_SEAL, 7, Outcome.DONE);
    call(2, 5, Kind.DELETE, 0, Outcome.DONE);
    call(3, 4, Kind.CREATE_AND_SEAL, 8, Outcome.DONE);
    call(6, 7, Kind.CREATE_AND_SEAL, 9, Outcome.DONE);
    assertUnexplained();
  }

  @Test
  void findsADeletedObjectThatIsGot() {
    call(0, 1, Kind.CREATE_AND_SEAL, 7, Outcome.DONE);
    call(2, 3, Kind.DELETE, 0, Outcome.DONE);
    call(4, 5, Kind.GET, 7, Outcome.DONE);
    assertUnexplained();
  }

  @Test
  void findsAnOldVersionThatCameBack() {
    mayBeDropped = true;
    call(0, 1, Kind.CREATE_AND_SEAL, 7, Outcome.DONE);
    call(2, 3, Kind.CREATE_AND_SEAL, 8, Outcome.DONE);
    call(4, 5, Kind.GET, 7, Outcome.DONE);
    assertUnexplained();
  }

  @Test
  void findsAnObjectThatWasGotBeforeItsSeal() {
    call(0, 1, Kind.CREATE, 7, Outcome.DONE);
    call(2, 3, Kind.GET, 7, Outcome.DONE);
    call(4, 5, Kind.SEAL, 7, Outcome.DONE);
    assertUnexplained();
  }

  @Test
  void explainsADroppedObjectWhereThatIsAllowed() {
    mayBeDropped = true;
    call(0, 1, Kind.CREATE_AND_SEAL, 7, Outcome.DONE);
    call(2, 3, Kind.GET, 0, Outcome.NOT_FOUND);
    assertEquals(Set.of(0L), check());
  }

  @Test
  void explainsWhatADyingClientMayHaveDone() {
    call(0, 1, Kind.CREATE_AND_SEAL, 7, Outcome.DONE);
    call(2, 9, Kind.DELETE, 0, Outcome.UNKNOWN);
    call(3, 4, Kind.GET, 7, Outcome.DONE);
    assertEquals(Set.of(0L, 7L), check());
    call(5, 6, Kind.GET, 0, Outcome.NOT_FOUND);
    assertEquals(Set.of(0L), check());
    call(7, 8, Kind.GET, 7, Outcome.DONE);
    assertUnexplained();
  }

  @Test
  void wantsWhatADeadClientWasWritingToBeGone() {
    call(0, 1, Kind.CREATE, 7, Outcome.DONE);
    call(2, 5, Kind.ABANDON, 7, Outcome.DONE);
    call(3, 4, Kind.CREATE, 8, Outcome.EXISTS);
    assertEquals(Set.of(0L), check());
    call(6, 7, Kind.CREATE, 9, Outcome.EXISTS);
    assertUnexplained();
  }

  @Test
  void explainsADeleteThatWasPutTwice() {
    call(0, 1, Kind.CREATE_AND_SEAL, 7, Outcome.DONE);
    call(2, 9, Kind.DELETE, 0, Outcome.NOT_FOUND);
    assertUnexplained();
    deaths.add(new StoreDeath(3, 4));
    assertEquals(Set.of(0L), check());
  }

  @Test
  void explainsADeleteThatMetAnotherObjectTheSecondTime() {
    call(0, 1, Kind.CREATE_AND_SEAL, 7, Outcome.DONE);
    call(2, 9, Kind.DELETE, 0, Outcome.NOT_SEALED);
    call(5, 6, Kind.CREATE, 8, Outcome.DONE);
    assertUnexplained();
    deaths.add(new StoreDeath(3, 4));
    assertEquals(Set.of(-8L), check());
  }

  @Test
  void explainsASealThatWasPutTwiceAndDeletedInBetween() {
    call(0, 1, Kind.CREATE, 7, Outcome.DONE);
    call(2, 9, Kind.SEAL, 7, Outcome.NOT_FOUND);
    call(5, 6, Kind.GET, 7, Outcome.DONE);
    call(7, 8, Kind.DELETE, 0, Outcome.DONE);
    assertUnexplained();
    deaths.add(new StoreDeath(3, 4));
    assertEquals(Set.of(0L), check());
  }

  @Test
  void keepsPaceWithManyWhoseOutcomeIsUnknown() {
    call(0, 1, Kind.CREATE_AND_SEAL, 7, Outcome.DONE);
    for (int i = 0; i < 16; i++) {
      call(2 + i, 100 + i / 8, Kind.DELETE, 0, Outcome.UNKNOWN);
      call(2 + i, 100 + i / 8, Kind.CREATE_AND_SEAL, 10 + i, Outcome.UNKNOWN);
      call(2 + i, 100 + i / 8, Kind.CREATE, 30 + i, Outcome.UNKNOWN);
    }
    call(40, 41, Kind.GET, 12, Outcome.DONE);
    call(42, 43, Kind.GET, 0, Outcome.NOT_FOUND);
    call(200, 201, Kind.DELETE, 0, Outcome.DONE);
    assertEquals(Set.of(0L), check());
    call(202, 203, Kind.GET, 12, Outcome.DONE);
    assertUnexplained();
  }

  private void call(long begin, long end, Kind kind, long version, Outcome outcome) {
    operations.add(new Operation(1, kind, 0, version, outcome, begin, end));
  }

  private Set<Long> check() {
    return ObjectHistory.check(Set.of(0L), operations, deaths, mayBeDropped);
  }

  private void assertUnexplained() {
    assertThrows(AssertionError.class, this::check);
  }
}
