package io.plasmastore.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The index's tables and slots against maps: entered, grown, removed by backward shift, re-used.
 */
class IndexModelTest {
  private static final int STEPS = 100_000;

  private final long seed = Long.getLong("plasma.test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void findsWhatIsThereAndNothingElse() throws Exception {
    for (int maxSlots : new int[] {1, 100, 153, 154, 5000}) {
      try (Arena arena = Arena.ofConfined()) {
        run(maxSlots, STEPS / 5, arena);
      }
    }
  }

  private void run(int maxSlots, int steps, Arena arena) throws Exception {
    long[] committed = new long[1];
    IndexWriter writer =
        new IndexWriter(
            arena.allocate(IndexLayout.fileSize(maxSlots), 64),
            (offset, length) -> {
              assertTrue(length > 0 && offset >= 0);
              assertTrue(offset + length <= IndexLayout.fileSize(maxSlots));
              committed[0] += length;
            },
            maxSlots,
            1 << 20,
            77,
            99);
    SlotPool slots = new SlotPool(maxSlots);
    ObjectIndex index = writer.index();
    Map<ObjectId, Integer> model = new HashMap<>();
    List<ObjectId> present = new ArrayList<>();
    long[] generations = new long[maxSlots];
    for (int i = 0; i < steps; i++) {
      // Fills up and empties in turn, so that every table size is met.
      boolean filling = i / Math.max(1, maxSlots * 2) % 2 == 0;
      if (random.nextInt(10) < (filling ? 8 : 2)) {
        int slot = slots.take();
        assertEquals(model.size() == maxSlots, slot < 0, facts());
        if (slot >= 0) {
          ObjectId id = id(i);
          writer.prepare(slot);
          long generation =
              writer.create(slot, new IndexWriter.Extent(id, slot * 64L, i, 3, 200, false), 1000);
          assertTrue(generation > generations[slot], facts());
          generations[slot] = generation;
          writer.seal(slot, 1000 + i);
          model.put(id, slot);
          present.add(id);
        }
      } else if (!present.isEmpty()) {
        ObjectId id = present.remove(random.nextInt(present.size()));
        int slot = model.remove(id);
        writer.retire(slot);
        writer.unlink(slot);
        assertEquals(ObjectIndex.NOT_FOUND, index.find(id), facts());
        writer.free(slot);
        slots.giveBack(slot);
      }
      if (!present.isEmpty()) {
        ObjectId id = present.get(random.nextInt(present.size()));
        int slot = index.find(id);
        assertEquals(model.get(id), slot, facts());
        writer.hide(slot);
        if (random.nextBoolean()) {
          writer.show(slot);
          assertEquals(SlotState.word(generations[slot], SlotState.SEALED), index.word(slot));
        } else {
          writer.relocate(slot, i * 64L);
          writer.showMoved(slot);
          assertEquals(i * 64L, index.dataOffset(slot), facts());
          assertEquals(SlotState.word(++generations[slot], SlotState.SEALED), index.word(slot));
        }
      }
      assertEquals(ObjectIndex.NOT_FOUND, index.find(ObjectId.random()), facts());
      if (i % 5000 == 0) {
        model.forEach((id, slot) -> assertEquals(slot, index.find(id), facts()));
      }
    }
    model.forEach((id, slot) -> assertEquals(slot, index.find(id), facts()));
    assertEquals(77, index.storePid());
    assertTrue(committed[0] <= IndexLayout.fileSize(maxSlots));
    writer.stop();
    model.keySet().forEach(id -> assertEquals(ObjectIndex.NOT_FOUND, index.find(id)));
  }

  /** Half of the ids are counters, which a bad hash would pile up. */
  private ObjectId id(int number) {
    if (number % 2 == 0) {
      return ObjectId.random();
    }
    byte[] bytes = new byte[ObjectId.SIZE];
    bytes[number % ObjectId.SIZE] = (byte) number;
    bytes[(number + 1) % ObjectId.SIZE] = (byte) (number >> 8);
    bytes[(number + 2) % ObjectId.SIZE] = (byte) (number >> 16);
    bytes[(number + 3) % ObjectId.SIZE] = 1;
    return ObjectId.of(bytes);
  }

  private String facts() {
    return "seed=" + seed;
  }
}
