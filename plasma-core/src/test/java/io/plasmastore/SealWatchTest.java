package io.plasmastore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.memory.IndexLayout;
import io.plasmastore.memory.IndexWriter;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The test is the clock, and seals while somebody looks. */
class SealWatchTest {
  private static final int SLOTS = 10;
  private static final int SLOT = 0;
  private static final ObjectId ID = ObjectId.named("written");
  private static final long LONG_AGO = -TimeUnit.DAYS.toNanos(1);

  private IndexWriter writer;
  private long now = LONG_AGO;
  private long tick = TimeUnit.MICROSECONDS.toNanos(10);
  private int readings;
  private Runnable meanwhile = () -> {};

  @BeforeEach
  void write() throws Exception {
    writer =
        new IndexWriter(
            Arena.ofAuto().allocate(IndexLayout.fileSize(SLOTS), 4096),
            (offset, length) -> {},
            SLOTS,
            1 << 20,
            1,
            0);
    writer.prepare(SLOT);
    var unused =
        writer.create(SLOT, new IndexWriter.Extent(ID, 64, 100, 0, 0, /* keep= */ false), 0);
  }

  @Test
  void seesASealThatComesWhileItLooks() {
    SealWatch watch = watch(2);
    meanwhile = () -> writer.seal(SLOT, 1);
    assertTrue(watch.sees(ID));
  }

  @Test
  void doesNotLookAtWhatIsSealedOrUnknownOrWithOneProcessor() {
    assertFalse(watch(1).sees(ID));
    SealWatch watch = watch(2);
    assertFalse(watch.sees(ObjectId.named("unknown")));
    writer.seal(SLOT, 1);
    assertFalse(watch.sees(ID));
  }

  @Test
  void looksSeldomerAndSeldomerInVain() {
    SealWatch watch = watch(2);
    assertFalse(watch.sees(ID));
    assertPause(watch, TimeUnit.MICROSECONDS.toNanos(4_000));
    assertPause(watch, TimeUnit.MICROSECONDS.toNanos(8_000));
  }

  @Test
  void staysWithinASecondThoughItWasPutAsideForLonger() {
    SealWatch watch = watch(2);
    tick = TimeUnit.SECONDS.toNanos(10);
    assertFalse(watch.sees(ID));
    tick = TimeUnit.MICROSECONDS.toNanos(10);
    assertPause(watch, TimeUnit.SECONDS.toNanos(1));
    assertPause(watch, TimeUnit.SECONDS.toNanos(1));
  }

  private SealWatch watch(int processors) {
    LongSupplier clock =
        () -> {
          readings++;
          if (readings > 2) {
            meanwhile.run();
          }
          return now += tick;
        };
    return new SealWatch(writer.index(), clock, processors);
  }

  /** No look until so much has passed since the last, and then one in vain. */
  private void assertPause(SealWatch watch, long nanos) {
    long ended = now;
    // The next reading is a tick later than this.
    now = ended + nanos - 2 * tick;
    int before = readings;
    assertFalse(watch.sees(ID));
    assertEquals(before + 1, readings, "no look yet");
    assertFalse(watch.sees(ID));
    assertTrue(readings > before + 2, "a look");
  }
}
