package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.memory.IndexLayout;
import io.plasmastore.memory.IndexWriter;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The test is the timer, and seals. */
class SealLooksTest {
  private static final int SLOTS = 10;

  private final List<Long> delays = new ArrayList<>();
  private final List<Runnable> scheduled = new ArrayList<>();
  private IndexWriter index;
  private SealLooks looks;
  private boolean writing;
  private boolean listenedAtLook;
  private int count;

  @BeforeEach
  void makeIndex() throws Exception {
    index =
        new IndexWriter(
            Arena.ofAuto().allocate(IndexLayout.fileSize(SLOTS), 4096),
            (offset, length) -> {},
            SLOTS,
            1 << 20,
            1,
            0);
    looks =
        new SealLooks(
            index,
            (delay, action) -> {
              delays.add(delay);
              scheduled.add(action);
              return () -> {};
            },
            () -> {
              count++;
              listenedAtLook = index.index().isListening();
            },
            () -> writing);
  }

  @Test
  void looksAtOnceWhenSomebodyComesToWaitAndNotBeforeItSaysSo() {
    looks.update(true);
    assertEquals(1, count);
    assertTrue(listenedAtLook);
    looks.update(true);
    assertEquals(1, count);
    looks.update(false);
    assertFalse(index.index().isListening());
    assertEquals(1, count);
    assertEquals(List.of(), delays);
  }

  @Test
  void looksAgainAndAgainWhileAnythingIsBeingWritten() {
    writing = true;
    looks.update(false);
    looks.update(false);
    scheduled.removeLast().run();
    scheduled.removeLast().run();
    assertEquals(List.of(32L, 32L, 32L), delays);
    writing = false;
    scheduled.removeLast().run();
    assertEquals(3, count);
    assertEquals(List.of(), scheduled);
    writing = true;
    looks.update(false);
    assertEquals(1, scheduled.size());
  }

  @Test
  void aStoreThatHasStoppedIsToBeTold() {
    index.stop();
    assertTrue(index.index().isListening());
  }
}
