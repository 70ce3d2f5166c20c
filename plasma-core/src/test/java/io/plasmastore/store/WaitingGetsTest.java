package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a seal costs, counted by the gets that it looks at. */
class WaitingGetsTest {
  private static final int IDS = 10_000;

  private final long seed = Long.getLong("plasma.test.seed", 20_261_122);
  private final WaitingGets waiting = new WaitingGets();
  private final List<ObjectId> ids =
      IntStream.range(0, IDS).mapToObj(i -> ObjectId.named("waited/" + i)).toList();
  private final boolean[] done = new boolean[IDS];

  @Test
  void aSealLooksAtThoseAloneWhoWaitForIt() {
    for (int i = 0; i < IDS; i++) {
      int number = i;
      waiting.add(Set.of(ids.get(i)), waiter(() -> done[number] = true));
    }
    assertEquals(0, waiting.wake(ObjectId.random()));
    List<Integer> order = shuffled();
    for (int number : order) {
      assertFalse(done[number], this::seed);
      assertEquals(1, waiting.wake(ids.get(number)), this::seed);
      assertTrue(done[number], this::seed);
      // Once, and it is over.
      assertEquals(0, waiting.wake(ids.get(number)), this::seed);
    }
    assertEquals(0, waiting.size());
  }

  @Test
  void aGetOfManyEndsWithTheLastOfThemAndNotBefore() {
    int batches = 8;
    int[] left = new int[batches];
    int[] completed = new int[batches];
    for (int batch = 0; batch < batches; batch++) {
      int number = batch;
      // Overlapping: each id is in two of them.
      Set<ObjectId> of = new java.util.HashSet<>();
      for (int i = 0; i < IDS; i++) {
        if (i % batches == batch || (i + 1) % batches == batch) {
          of.add(ids.get(i));
        }
      }
      left[batch] = of.size();
      waiting.add(of, waiter(() -> completed[number]++));
    }
    for (int i : shuffled()) {
      assertEquals(2, waiting.wake(ids.get(i)), this::seed);
      left[i % batches]--;
      left[(i + 1) % batches]--;
      for (int batch = 0; batch < batches; batch++) {
        assertEquals(left[batch] == 0 ? 1 : 0, completed[batch], this::seed);
      }
    }
    assertEquals(0, waiting.size());
  }

  @Test
  void whoGivesUpIsForgottenWhoeverElseWaits() {
    ObjectId popular = ObjectId.random();
    List<WaitingGets.WaitingGet> gets = new ArrayList<>();
    int[] woken = new int[1];
    for (int i = 0; i < IDS; i++) {
      gets.add(waiting.add(Set.of(popular, ids.get(i)), waiter(() -> woken[0]++)));
    }
    assertEquals(IDS + 1, waiting.size());
    Collections.shuffle(gets, new Random(seed));
    for (WaitingGets.WaitingGet get : gets.subList(0, IDS - 3)) {
      get.cancel();
      get.cancel();
    }
    assertEquals(4, waiting.size());
    assertEquals(3, waiting.wake(popular));
    assertEquals(0, woken[0]);
    for (WaitingGets.WaitingGet get : gets.subList(IDS - 3, IDS)) {
      get.cancel();
    }
    assertEquals(0, waiting.size());
    assertEquals(0, ids.stream().mapToInt(waiting::wake).sum());
  }

  @Test
  void anObjectThatIsDeletedIsWaitedForByThePatientAlone() {
    ObjectId id = ids.getFirst();
    int[] woken = new int[2];
    waiting.add(Set.of(id), new Waits(true, () -> woken[0]++));
    waiting.add(Set.of(id), new Waits(false, () -> woken[1]++));
    waiting.giveUp(id);
    assertEquals(0, woken[0]);
    assertEquals(1, woken[1]);
    assertEquals(1, waiting.wake(id));
    assertEquals(1, woken[0]);
    assertEquals(0, waiting.size());
  }

  private static WaitingGets.Waiter waiter(Runnable complete) {
    return new Waits(true, complete);
  }

  private record Waits(boolean isPatient, Runnable completed) implements WaitingGets.Waiter {
    @Override
    public void complete() {
      completed.run();
    }

    @Override
    public void restored(int slot) {
      throw new AssertionError("nothing is on disk");
    }

    @Override
    public void fail(PlasmaException reason) {
      throw new AssertionError(reason);
    }
  }

  private List<Integer> shuffled() {
    List<Integer> order = new ArrayList<>(IntStream.range(0, IDS).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    return order;
  }

  private String seed() {
    return "seed=" + seed;
  }
}
