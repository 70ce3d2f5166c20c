package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.plasmastore.memory.Counter;
import io.plasmastore.memory.ExtentAllocator;
import io.plasmastore.memory.IndexLayout;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.MappedFile;
import io.plasmastore.memory.SealMarks;
import io.plasmastore.os.NativeCallException;
import io.plasmastore.testing.TestStore;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store says of its objects while it starts, which may be all that it ever says. */
class StoreCoreStartTest {
  private static final long CAPACITY = 1 << 20;
  private static final int MAX_SLOTS = 100;

  @TempDir Path folder;

  @Test
  void saysNothingOfTheObjectsBeforeItKnowsThem() throws Exception {
    try (StoreDirectory directory =
            StoreDirectory.open(TestStore.options(folder, CAPACITY).directory());
        MappedFile file =
            MappedFile.create(
                directory.file(StoreDirectory.INDEX), IndexLayout.fileSize(MAX_SLOTS));
        MappedFile seals =
            MappedFile.create(directory.file(StoreDirectory.SEALS), SealMarks.fileSize(MAX_SLOTS));
        Heap heap =
            new Heap(
                MappedFile.create(directory.file(StoreDirectory.HEAP), CAPACITY),
                new ExtentAllocator(CAPACITY),
                Runnable::run,
                new NoGrowth())) {
      IndexWriter index = new IndexWriter(file.segment(), file, MAX_SLOTS, CAPACITY, 1, 0);
      index.set(Counter.OBJECTS, 7);
      index.set(Counter.USED, 640);
      Sessions sessions =
          new Sessions(directory, seals, MAX_SLOTS, new Sessions.Rules(1, 0, false));
      StoreCore core =
          new StoreCore(index, heap, sessions, Spill.off(), (delay, action) -> () -> {}, () -> 0);
      assertEquals(7, index.index().counter(Counter.OBJECTS));
      assertEquals(640, index.index().counter(Counter.USED));
      core.adopt(List.of());
      assertEquals(0, index.index().counter(Counter.OBJECTS));
      assertEquals(0, index.index().counter(Counter.USED));
      assertEquals(CAPACITY, index.index().counter(Counter.CAPACITY));
      sessions.closeAll();
    }
  }

  private static final class NoGrowth implements Heap.GrowthListener {
    @Override
    public void grew() {
      throw new AssertionError("nothing was asked for");
    }

    @Override
    public void couldNotGrow(NativeCallException reason) {
      throw new AssertionError("nothing was asked for", reason);
    }
  }
}
