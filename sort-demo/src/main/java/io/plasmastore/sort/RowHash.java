package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * A 64-bit hash of each row with all its columns, by value: nulls alike whatever lies below them,
 * dictionary-encoded values as the values, floats by their bits. The sum of the hashes of all rows
 * does not depend on their order, and two sets of rows that differ have the same sum by a chance of
 * 1 in 2^64; this guards against mistakes, not against malice.
 *
 * <p>One object hashes the batches of one dataframe, as it keeps the hashes of the dictionaries.
 * One thread.
 */
final class RowHash {
  /** Rows at a time, so that what is kept for each stays in the cache. */
  private static final int CHUNK = 1 << 12;

  private static final long NULL = 0x7c15_9e37_79b9_7f4aL;
  private static final long ODD_1 = 0x9e37_79b9_7f4a_7c15L;
  private static final long ODD_2 = 0xbf58_476d_1ce4_e5b9L;
  private static final long ODD_3 = 0x94d0_49bb_1331_11ebL;

  private final DictionaryProvider dictionaries;
  private final IdentityHashMap<FieldVector, long[]> dictionaryHashes = new IdentityHashMap<>();
  private final IdentityHashMap<FieldVector, Boolean> hasNulls = new IdentityHashMap<>();

  RowHash(DictionaryProvider dictionaries) {
    this.dictionaries = dictionaries;
  }

  /** The sum of the hashes of the rows {@code from} to {@code to - 1} of a batch. */
  long sum(List<FieldVector> columns, int from, int to) {
    long sum = 0;
    for (int start = from; start < to; start += CHUNK) {
      int end = Math.min(to, start + CHUNK);
      long[] hashes = new long[end - start];
      for (FieldVector column : columns) {
        combine(hashes, hashes(column, start, end));
      }
      for (long hash : hashes) {
        sum += mix(hash);
      }
    }
    return sum;
  }

  /** The hashes of some values. */
  private long[] hashes(FieldVector vector, int from, int to) {
    long[] hashes = new long[to - from];
    if (vector.getField().getDictionary() != null) {
      hashDecoded(vector, from, hashes);
      return hashes;
    }
    switch (ColumnShape.of(vector.getField())) {
      case NULL -> {
        Arrays.fill(hashes, NULL);
        return hashes;
      }
      case BITS -> hashBits(vector, from, hashes);
      case FIXED -> hashFixed(vector, from, hashes);
      case BYTES -> hashBytes(vector, from, hashes, false);
      case LARGE_BYTES -> hashBytes(vector, from, hashes, true);
      case LIST -> hashList(vector, from, hashes, false);
      case LARGE_LIST -> hashList(vector, from, hashes, true);
      case FIXED_LIST -> hashFixedList((FixedSizeListVector) vector, from, hashes);
      case STRUCT -> {
        for (FieldVector child : vector.getChildrenFromFields()) {
          combine(hashes, hashes(child, from, to));
        }
      }
    }
    hashNulls(vector, from, hashes);
    return hashes;
  }

  private void hashDecoded(FieldVector vector, int from, long[] hashes) {
    long[] values = dictionaryHashes.get(vector);
    if (values == null) {
      FieldVector dictionary = ValueCopy.values(vector, dictionaries);
      values = hashes(dictionary, 0, dictionary.getValueCount());
      dictionaryHashes.put(vector, values);
    }
    BaseIntVector indices = (BaseIntVector) vector;
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = vector.isNull(from + i) ? NULL : values[(int) indices.getValueAsLong(from + i)];
    }
  }

  private static void hashBits(FieldVector vector, int from, long[] hashes) {
    MemorySegment data = OffHeap.bytes(vector.getDataBuffer());
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = mix(OffHeap.bit(data, from + i) ? 1 : 2);
    }
  }

  private static void hashFixed(FieldVector vector, int from, long[] hashes) {
    MemorySegment data = OffHeap.bytes(vector.getDataBuffer());
    int width = ((BaseFixedWidthVector) vector).getTypeWidth();
    switch (width) {
      case Long.BYTES -> {
        for (int i = 0; i < hashes.length; i++) {
          hashes[i] = mix(data.getAtIndex(OffHeap.LONG, from + i));
        }
      }
      case Integer.BYTES -> {
        for (int i = 0; i < hashes.length; i++) {
          hashes[i] = mix(data.getAtIndex(OffHeap.INT, from + i));
        }
      }
      case Short.BYTES -> {
        for (int i = 0; i < hashes.length; i++) {
          hashes[i] = mix(data.getAtIndex(OffHeap.SHORT, from + i));
        }
      }
      default -> {
        for (int i = 0; i < hashes.length; i++) {
          hashes[i] = hash(data, (long) (from + i) * width, width);
        }
      }
    }
  }

  private static void hashBytes(FieldVector vector, int from, long[] hashes, boolean large) {
    MemorySegment data = OffHeap.bytes(vector.getDataBuffer());
    Offsets offsets = Offsets.of(vector, large);
    for (int i = 0; i < hashes.length; i++) {
      long start = offsets.get(from + i);
      long length = offsets.get(from + i + 1L) - start;
      hashes[i] = hash(data, start, length);
    }
  }

  private void hashList(FieldVector vector, int from, long[] hashes, boolean large) {
    Offsets offsets = Offsets.of(vector, large);
    long first = offsets.get(from);
    long last = offsets.get(from + hashes.length);
    long[] values =
        hashes(
            vector.getChildrenFromFields().getFirst(),
            Math.toIntExact(first),
            Math.toIntExact(last));
    for (int i = 0; i < hashes.length; i++) {
      long start = offsets.get(from + i) - first;
      long end = offsets.get(from + i + 1L) - first;
      hashes[i] = hash(values, (int) start, (int) end);
    }
  }

  private void hashFixedList(FixedSizeListVector vector, int from, long[] hashes) {
    int size = vector.getListSize();
    int first = Math.multiplyExact(from, size);
    long[] values = hashes(vector.getDataVector(), first, first + hashes.length * size);
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = hash(values, i * size, (i + 1) * size);
    }
  }

  private void hashNulls(FieldVector vector, int from, long[] hashes) {
    // Counting goes through the whole bitmap, and this is one chunk of many.
    if (!hasNulls.computeIfAbsent(vector, all -> all.getNullCount() > 0)) {
      return;
    }
    MemorySegment validity = OffHeap.bytes(vector.getValidityBuffer());
    for (int i = 0; i < hashes.length; i++) {
      if (!OffHeap.bit(validity, from + i)) {
        hashes[i] = NULL;
      }
    }
  }

  private static void combine(long[] hashes, long[] values) {
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = (Long.rotateLeft(hashes[i], 23) ^ values[i]) * ODD_1;
    }
  }

  private static long hash(long[] values, int from, int to) {
    long hash = (long) to - from;
    for (int i = from; i < to; i++) {
      hash = (Long.rotateLeft(hash, 23) ^ values[i]) * ODD_1;
    }
    return mix(hash);
  }

  private static long hash(MemorySegment data, long start, long length) {
    long hash = length * ODD_1;
    long at = start;
    long end = start + length;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = Long.rotateLeft((hash ^ data.get(OffHeap.LONG, at)) * ODD_2, 29);
    }
    long rest = 0;
    for (; at < end; at++) {
      rest = (rest << Byte.SIZE) | (data.get(OffHeap.BYTE, at) & 0xff);
    }
    return mix(hash ^ rest);
  }

  /**
   * The finisher of SplittableRandom (Stafford's variant 13): each bit of the input turns each bit
   * of the output half the time.
   */
  private static long mix(long bits) {
    long hash = bits + ODD_1;
    hash = (hash ^ (hash >>> 30)) * ODD_2;
    hash = (hash ^ (hash >>> 27)) * ODD_3;
    return hash ^ (hash >>> 31);
  }
}
