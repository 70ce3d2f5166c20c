package io.plasmastore.arrow.records;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/**
 * The different texts of a column, in the order in which they were met, while its rows are taken
 * apart by any number of threads. Closing it releases its memory.
 */
final class TextDictionary implements AutoCloseable {
  /** What the texts may have together; offsets of 32 bits would reach further. */
  private static final long MAX_BYTES = FilledRecords.BATCH_BYTES;

  private static final int FIRST_ROWS = 1 << 10;

  // Of a sample's texts that are met once there are so many before those met twice count.
  private static final int FEW = 64;
  private static final int ENOUGH = 4;
  private static final int SAFETY = 2;
  private static final int SPARE = 1 << 10;
  private static final int MIN_ROWS_EACH = 4;
  private static final int NEVER_TOO_MANY = 1 << 14;

  private final ConcurrentHashMap<String, Integer> indices = new ConcurrentHashMap<>();

  // Guarded by this.
  private final VariableWriter texts;
  private long maxCount = Integer.MAX_VALUE;
  private long maxBytes = MAX_BYTES;

  TextDictionary(BufferAllocator allocator, Dictionaries dictionaries) {
    Writer.Limit none = new Writer.Limit(Long.MAX_VALUE);
    this.texts =
        new VariableWriter(
            Writer.Place.ofRows(FIRST_ROWS, allocator, none, dictionaries), /* text= */ true);
  }

  /**
   * The index of a text, which is new if nobody has asked for it yet.
   *
   * @throws Writer.UnfitException if it can't be stored, or there is no room for it in a dictionary
   */
  int indexOf(String text) {
    Integer known = indices.get(text);
    return known != null ? known : add(text);
  }

  private synchronized int add(String text) {
    Integer known = indices.get(text);
    if (known != null) {
      return known;
    }
    int index = texts.count();
    texts.set(text);
    if (texts.dataSize() > MAX_BYTES) {
      throw new Writer.UnfitException(
          "a dictionary has room for 1 GB of texts: size=" + texts.dataSize(), null);
    }
    indices.put(text, index);
    return index;
  }

  /**
   * Reckons how large this will get, from a sample of the column whose texts are all that it has so
   * far. Of those that were not met, by Chao's estimate (1984), there are at least f1² / 2 f2,
   * where f1 are met once in the sample and f2 twice; twice that is taken for enough.
   *
   * @param sample the indices in the sample
   * @param size of the sample, in rows
   * @param rows in all
   * @return whether it can be told, and is worth it: if most rows may have a text of their own, no
   */
  synchronized boolean reserve(GrowingBuffer sample, int size, int rows) {
    int[] uses = new int[texts.count()];
    for (int i = 0; i < size && uses.length > 0; i++) {
      uses[sample.getInt((long) i * Integer.BYTES)]++;
    }
    long once = Arrays.stream(uses).filter(use -> use == 1).count();
    long twice = Arrays.stream(uses).filter(use -> use == 2).count();
    if (once > FEW && twice < ENOUGH) {
      return false;
    }
    long count = uses.length + once * (once - 1) / (2 * (twice + 1));
    maxCount = Math.min(rows, SAFETY * count + SPARE);
    double mean = (double) texts.dataSize() / Math.max(1, uses.length);
    maxBytes = (long) (maxCount * mean) + SPARE * Long.BYTES;
    return maxCount <= Math.max(NEVER_TOO_MANY, rows / MIN_ROWS_EACH) && maxBytes <= MAX_BYTES;
  }

  /** How many texts it may get, as reckoned. */
  synchronized long maxCount() {
    return maxCount;
  }

  /** How many bytes these may have together. */
  synchronized long maxBytes() {
    return maxBytes;
  }

  /** Whether it has got larger than was reckoned. */
  synchronized boolean isOverfull() {
    return texts.count() > maxCount || texts.dataSize() > maxBytes;
  }

  /**
   * Gives the texts to a vector, once all rows are taken apart. There is one at least, so that the
   * index of a row without a text is one, too.
   */
  synchronized void finish(FieldVector vector) {
    if (texts.count() == 0) {
      texts.set("");
    }
    texts.finish(vector);
  }

  @Override
  public synchronized void close() {
    texts.close();
  }
}
