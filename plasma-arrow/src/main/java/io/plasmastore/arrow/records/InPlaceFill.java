package io.plasmastore.arrow.records;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.SpareCores;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.BatchWriter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Takes the records of a long list apart straight into an object. Several threads take a block of
 * rows each, one after the other, and fill columns of their own that are small enough for the
 * processor's cache; a full block is then moved to where it is to lie. Where values of fixed width
 * go is known beforehand. Where bytes go is known once all blocks before have said how many they
 * have, which they do before they are moved.
 *
 * <pre>
 *   rows      | block 0 | block 1 | block 2 | block 3 | …
 *   a thread    filled,             filled,
 *               moved               waits for the size of 1, and fills 3 meanwhile
 *   another               filled …
 * </pre>
 */
final class InPlaceFill {
  /** Shorter lists are filled otherwise, and put when their sizes are known. */
  static final int MIN_ROWS = 1 << 16;

  /** A multiple of 64, so that no two blocks have bits in the same byte. */
  private static final int BLOCK_ROWS = 1 << 12;

  /** Full blocks that a thread may have which can't be moved yet. */
  private static final int MAX_WAITING = 4;

  private static final Set<ErrorCode> NO_ROOM =
      EnumSet.of(ErrorCode.STORE_FULL, ErrorCode.OBJECT_TOO_LARGE, ErrorCode.LIMIT_EXCEEDED);

  private final RecordCodec<?> codec;
  private final List<?> records;
  private final Dictionaries dictionaries;
  private final BufferAllocator allocator;
  private final BatchWriter target;
  private final long[] rooms;

  // All that follows is guarded by this: the blocks' sizes while only they are known, then where
  // each starts.
  private final long[] @Nullable [] sizes;
  private final long[] @Nullable [] starts;
  private final long[] end;
  private final int[] nullCounts;
  private int taken;
  private int placed;
  private int active;
  private boolean stopped;
  private @Nullable Throwable failure;
  private int failedRow = Integer.MAX_VALUE;

  private InPlaceFill(
      RecordCodec<?> codec,
      List<?> records,
      Dictionaries dictionaries,
      BufferAllocator allocator,
      BatchWriter target,
      long[] rooms) {
    this.codec = codec;
    this.records = records;
    this.dictionaries = dictionaries;
    this.allocator = allocator;
    this.target = target;
    this.rooms = rooms;
    int blocks = (records.size() + BLOCK_ROWS - 1) / BLOCK_ROWS;
    this.sizes = new long[blocks] @Nullable [];
    this.starts = new long[blocks] @Nullable [];
    this.end = new long[rooms.length];
    this.nullCounts = new int[rooms.length];
  }

  /**
   * Puts records, if this is the way to do so.
   *
   * @param dataframes the store
   * @param id the new object's id
   * @param codec of the records
   * @param records which; may be read by several threads
   * @param threads how many may
   * @return whether it was done; if not, nothing is stored
   * @throws IllegalArgumentException naming row and component of the first value that the columns
   *     can't hold; nothing is stored
   * @throws PlasmaException as {@link BatchWriter#create} and {@link BatchWriter#seal}
   */
  static boolean put(
      ArrowClient dataframes, ObjectId id, RecordCodec<?> codec, List<?> records, int threads) {
    BufferAllocator allocator = dataframes.allocator();
    try (Dictionaries dictionaries = Dictionaries.of(codec, allocator)) {
      long[] rooms = RoomEstimate.of(codec, records, allocator, dictionaries);
      if (rooms == null
          || Arrays.stream(rooms).anyMatch(room -> room > FilledRecords.BATCH_BYTES)) {
        return false;
      }
      try (BatchWriter target =
          create(dataframes, id, codec, dictionaries, records.size(), rooms)) {
        if (target == null) {
          return false;
        }
        InPlaceFill fill = new InPlaceFill(codec, records, dictionaries, allocator, target, rooms);
        if (!fill.fill(threads)) {
          return false;
        }
        dictionaries.finish();
        target.seal(fill.nullCounts, fill.end);
        return true;
      }
    }
  }

  /** The object, or null if there is no room for so much: it may need less. */
  private static @Nullable BatchWriter create(
      ArrowClient dataframes,
      ObjectId id,
      RecordCodec<?> codec,
      Dictionaries dictionaries,
      int rows,
      long[] rooms) {
    try {
      return BatchWriter.create(
          dataframes,
          id,
          codec.schema(),
          dictionaries.provider(),
          dictionaries.rooms(),
          rows,
          rooms);
    } catch (PlasmaException e) {
      if (NO_ROOM.contains(e.code())) {
        return null;
      }
      throw e;
    }
  }

  /** Fills, this thread too; false if there is not room enough. */
  private boolean fill(int threads) {
    for (int i = 1; i < threads; i++) {
      SpareCores.ofProcess().execute(this::work);
    }
    work();
    awaitOthers();
    switch (failure) {
      case null -> {}
      case Writer.UnfitException e -> throw FilledRecords.unfit(e, failedRow, codec);
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError("nothing else is thrown", failure);
    }
    return !stopped;
  }

  /** What each thread does. One that comes too late finds nothing to do. */
  private void work() {
    if (!enter()) {
      return;
    }
    Deque<Block> waiting = new ArrayDeque<>();
    Deque<Block> free = new ArrayDeque<>();
    @Nullable Object[] rows = new @Nullable Object[RecordWriter.ROWS];
    int row = 0;
    try {
      for (int number = take(); number >= 0; number = take()) {
        Block block = free.isEmpty() ? new Block() : free.pop();
        waiting.add(block);
        block.number = number;
        int last = (int) Math.min(records.size(), (number + 1L) * BLOCK_ROWS);
        for (row = number * BLOCK_ROWS; row < last; row += RecordWriter.ROWS) {
          int count = Math.min(RecordWriter.ROWS, last - row);
          for (int i = 0; i < count; i++) {
            rows[i] = records.get(row + i);
          }
          try {
            block.writer.setRows(rows, count);
          } catch (Writer.UnfitException e) {
            // One by one, to know which row is the first, and what it has.
            int first = row;
            try (RecordWriter alone = writer(count)) {
              for (; row < first + count; row++) {
                alone.setRow(rows[row - first]);
              }
            }
            row = first;
            throw e;
          }
        }
        place(number, block.writer.dataSizes());
        moveAll(waiting, free, waiting.size() == MAX_WAITING);
      }
      while (moveAll(waiting, free, true)) {
        // Until none waits, or all is in vain.
      }
    } catch (Throwable e) {
      fail(e, row);
    } finally {
      waiting.addAll(free);
      leave(waiting);
    }
  }

  /** Moves full blocks that can be; if told to, waits until the first one can. */
  private boolean moveAll(Deque<Block> waiting, Deque<Block> free, boolean patient) {
    boolean moved = false;
    while (!waiting.isEmpty()) {
      int number = waiting.getFirst().number;
      long[] start = start(number, patient && !moved);
      if (start == null) {
        return moved;
      }
      Block block = waiting.removeFirst();
      block.writer.moveRows(target.columns(), number * BLOCK_ROWS, start);
      free.push(block);
      moved = true;
    }
    return moved;
  }

  private synchronized boolean enter() {
    if (stopped || taken == sizes.length) {
      return false;
    }
    active++;
    return true;
  }

  private synchronized int take() {
    return stopped || taken == sizes.length ? -1 : taken++;
  }

  /** Says how many bytes a block has; gives a start to all blocks that can have one. */
  private synchronized void place(int number, long[] blockSizes) {
    sizes[number] = blockSizes;
    while (placed < sizes.length && sizes[placed] != null) {
      long[] known = sizes[placed];
      starts[placed] = end.clone();
      for (int column = 0; column < end.length; column++) {
        // Of no meaning where values are of fixed width.
        end[column] += known == null ? 0 : known[column];
        stopped |= end[column] > rooms[column];
      }
      placed++;
    }
    stopped |= dictionaries.areOverfull();
    notifyAll();
  }

  private synchronized long @Nullable [] start(int number, boolean patient) {
    while (patient && starts[number] == null && !stopped) {
      await();
    }
    return stopped ? null : starts[number];
  }

  /** The first row that fails counts: all before it were taken, and are being looked at. */
  private synchronized void fail(Throwable e, int row) {
    stopped = true;
    if (row < failedRow) {
      failedRow = row;
      failure = e;
    }
    notifyAll();
  }

  private synchronized void leave(Iterable<Block> blocks) {
    for (Block block : blocks) {
      int[] nulls = block.writer.nullsOfMovedRows();
      for (int column = 0; column < nulls.length; column++) {
        nullCounts[column] += nulls[column];
      }
      block.writer.close();
    }
    active--;
    notifyAll();
  }

  private synchronized void awaitOthers() {
    while (active > 0) {
      await();
    }
  }

  /** Waits for others, who are at work and do not wait for anything but each other. */
  @SuppressWarnings("WaitNotInLoop") // callers loop
  private synchronized void await() {
    boolean interrupted = Thread.interrupted();
    try {
      wait();
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private RecordWriter writer(int rows) {
    Writer.Limit none = new Writer.Limit(Long.MAX_VALUE);
    return codec.columns().writer(Writer.Place.ofRows(rows, allocator, none, dictionaries));
  }

  /** Rows that a thread fills at a time. */
  private final class Block {
    private final RecordWriter writer = writer(BLOCK_ROWS);
    private int number;
  }
}
