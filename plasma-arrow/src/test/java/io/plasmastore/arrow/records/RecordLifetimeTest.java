package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.RunningStore;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What may be touched until when. */
class RecordLifetimeTest {
  private static final ObjectId ID = ObjectId.named("trades");
  private static final int ROWS = 1000;

  record Trade(
      long id,
      @Nullable Long parent,
      int amount,
      double price,
      String symbol,
      List<Integer> parts) {}

  private static final RecordCodec<Trade> CODEC =
      RecordCodec.of(Trade.class, MethodHandles.lookup());

  private RunningStore store;
  private RecordClient<Trade> records;
  private List<Trade> trades;

  @BeforeEach
  void putsTrades() throws Exception {
    store = new RunningStore(16 << 20);
    records = CODEC.over(store.dataframes());
    trades = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      Long parent = i % 3 == 0 ? null : (Long) (long) i;
      trades.add(new Trade(i, parent, -i, i / 2.0, "S" + i % 7, List.of(i, i + 1)));
    }
    records.put(ID, trades);
  }

  @AfterEach
  void leavesNothing() throws Exception {
    assertEquals(0, store.pins());
    store.close();
  }

  @Test
  void nothingIsReadAfterTheListIsClosed() {
    RecordList<Trade> list = records.get(ID);
    Iterator<Trade> iterator = list.iterator();
    Trade kept = iterator.next();
    LongColumn ids = list.longColumn("id");
    IntColumn amounts = list.intColumn("amount");
    DoubleColumn prices = list.doubleColumn("price");
    List<String> symbols = list.column("symbol", String.class);
    List<Trade> part = list.subList(10, 20);
    assertEquals(1, store.pins());
    list.close();
    list.close();
    assertEquals(0, store.pins());
    assertEquals(trades.getFirst(), kept);
    assertEquals(ROWS, list.size());
    assertTrue(list.toString().contains("rows=1000"), list.toString());
    assertClosed(() -> list.get(0));
    assertClosed(iterator::next);
    assertClosed(() -> list.iterator().next());
    assertClosed(() -> ids.get(0));
    assertClosed(() -> ids.isNull(0));
    assertClosed(ids::toArray);
    assertClosed(() -> amounts.get(0));
    assertClosed(() -> prices.get(0));
    assertClosed(() -> symbols.get(0));
    assertClosed(() -> part.get(0));
    assertClosed(() -> list.longColumn("id"));
    assertClosed(() -> list.forEach(each -> {}));
    assertClosed(() -> list.contains(kept));
  }

  @Test
  void theListOutlivesTheObjectsDeletionAndTheClientsClose() {
    BufferAllocator allocator = new RootAllocator();
    PlasmaClient client = PlasmaClient.connect(store.socket());
    RecordList<Trade> list = CODEC.over(ArrowClient.over(client, allocator)).get(ID);
    // What is read from the object counts nowhere once it is open.
    assertEquals(0, allocator.getAllocatedMemory());
    allocator.close();
    assertTrue(client.delete(ID));
    assertThrows(IllegalStateException.class, client::close);
    assertEquals(trades, list);
    LongColumn ids = list.longColumn("id");
    list.close();
    // Unmapped by now.
    assertClosed(() -> list.get(5));
    assertClosed(() -> ids.get(5));
  }

  @Test
  void columnsAreTheComponents() {
    try (RecordList<Trade> list = records.get(ID)) {
      LongColumn ids = list.longColumn("id");
      LongColumn parents = list.longColumn("parent");
      IntColumn amounts = list.intColumn("amount", 0);
      DoubleColumn prices = list.doubleColumn("price");
      assertEquals(ROWS, ids.size());
      for (int row = 0; row < ROWS; row++) {
        Trade trade = trades.get(row);
        assertEquals(trade.id, ids.get(row));
        assertFalse(ids.isNull(row));
        assertEquals(trade.parent == null, parents.isNull(row));
        assertTrue(trade.parent == null || parents.get(row) == trade.parent);
        assertEquals(trade.amount, amounts.get(row));
        assertEquals(trade.price, prices.get(row));
      }
      assertEquals(trades.stream().map(Trade::parts).toList(), list.column("parts", List.class));
      assertEquals(trades.get(9).price, list.column("price", double.class).get(9));
      assertEquals(-7, amounts.toArray()[7]);
    }
  }

  @Test
  void aRowOrColumnThatIsNotThereIsRefused() {
    try (RecordList<Trade> list = records.get(ID)) {
      LongColumn ids = list.longColumn("id");
      for (int row : new int[] {-1, ROWS, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        assertThrows(IndexOutOfBoundsException.class, () -> list.get(row));
        assertThrows(IndexOutOfBoundsException.class, () -> ids.get(row));
        assertThrows(IndexOutOfBoundsException.class, () -> ids.isNull(row));
      }
      assertThrows(IllegalArgumentException.class, () -> list.longColumn("nothing"));
      assertThrows(IllegalArgumentException.class, () -> list.longColumn("amount"));
      assertThrows(IllegalArgumentException.class, () -> list.column("id", String.class));
      assertThrows(IndexOutOfBoundsException.class, () -> list.longColumn("id", 1));
      Iterator<Trade> iterator = list.iterator();
      trades.forEach(each -> assertEquals(each, iterator.next()));
      assertFalse(iterator.hasNext());
      assertThrows(NoSuchElementException.class, iterator::next);
    }
  }

  @Test
  void theListCantBeChanged() {
    try (RecordList<Trade> list = records.get(ID)) {
      assertThrows(UnsupportedOperationException.class, () -> list.add(trades.getFirst()));
      assertThrows(UnsupportedOperationException.class, () -> list.set(0, trades.getFirst()));
      assertThrows(UnsupportedOperationException.class, () -> list.remove(0));
      assertThrows(UnsupportedOperationException.class, list::clear);
      assertThrows(UnsupportedOperationException.class, () -> list.get(0).parts().add(1));
      Iterator<Trade> iterator = list.iterator();
      iterator.next();
      assertThrows(UnsupportedOperationException.class, iterator::remove);
    }
  }

  @Test
  void manyThreadsRead() throws Exception {
    try (RecordList<Trade> list = records.get(ID);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Boolean>> done = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        done.add(threads.submit(() -> list.equals(trades) && trades.equals(list)));
      }
      for (Future<Boolean> each : done) {
        assertTrue(each.get(50, TimeUnit.SECONDS));
      }
    }
  }

  /** A mistake of the program's, but not one that ends the JVM. */
  @Test
  void aThreadThatReadsWhileAnotherClosesGetsAnException() throws Exception {
    for (int round = 0; round < 20; round++) {
      PlasmaClient client = PlasmaClient.connect(store.socket());
      BufferAllocator allocator = new RootAllocator();
      RecordList<Trade> list = CODEC.over(ArrowClient.over(client, allocator)).get(ID);
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (list.get(7).id() >= 0 && list.longColumn("id").get(9) >= 0) {
                        Thread.onSpinWait();
                      }
                    } catch (IllegalStateException closed) {
                      Thread.currentThread().interrupt();
                    }
                  });
      list.close();
      client.close();
      reader.join(50_000);
      assertFalse(reader.isAlive(), "the reader goes on");
      allocator.close();
    }
  }

  @Test
  void aListThatCantBeStoredLeavesNothing() {
    ObjectId other = ObjectId.random();
    List<Trade> withNull = Arrays.asList(trades.getFirst(), null);
    assertThrows(IllegalArgumentException.class, () -> records.put(other, withNull));
    assertFalse(store.client().contains(other));
    assertEquals(0, store.allocator().getAllocatedMemory());
    PlasmaException e = assertThrows(PlasmaException.class, () -> records.put(ID, trades));
    assertEquals(ErrorCode.OBJECT_EXISTS, e.code());
    assertEquals(0, store.allocator().getAllocatedMemory());
  }

  private static void assertClosed(Executable access) {
    assertThrows(IllegalStateException.class, access);
  }
}
