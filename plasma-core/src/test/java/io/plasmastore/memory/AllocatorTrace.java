package io.plasmastore.memory;

import java.util.Arrays;

/** Calls of an allocator, taken down to be made once more, with a clock beside them. */
final class AllocatorTrace {
  private static final int CALLS_PER_SAMPLE = 2_000;

  /** Two words a call: the offset, or its complement for a call of free; and the size. */
  private long[] words = new long[1 << 16];

  private int length;

  void allocated(long offset, long size) {
    write(offset, size);
  }

  void freed(long offset, long size) {
    write(~offset, size);
  }

  /** The number of calls. */
  int length() {
    return length / 2;
  }

  /**
   * Makes the calls. The answer is nanoseconds per call from {@code from} on, in pieces short
   * enough for most of them not to be interrupted: the time that a tenth of the pieces keeps
   * within, as it is on an idle machine.
   */
  double replay(ExtentAllocator allocator, int from) {
    double[] samples = new double[length() / CALLS_PER_SAMPLE + 1];
    int sampleCount = 0;
    replay(allocator, 0, from);
    for (int at = from; at + CALLS_PER_SAMPLE <= length(); at += CALLS_PER_SAMPLE) {
      long start = System.nanoTime();
      replay(allocator, at, at + CALLS_PER_SAMPLE);
      samples[sampleCount++] = (double) (System.nanoTime() - start) / CALLS_PER_SAMPLE;
    }
    Arrays.sort(samples, 0, sampleCount);
    return samples[sampleCount / 10];
  }

  private void replay(ExtentAllocator allocator, int from, int to) {
    for (int i = 2 * from; i < 2 * to; i += 2) {
      long offset = words[i];
      if (offset < 0) {
        allocator.free(~offset, words[i + 1]);
      } else if (allocator.allocate(words[i + 1]) != offset) {
        throw new IllegalStateException("not the same allocator: call=" + i / 2);
      }
    }
  }

  private void write(long offset, long size) {
    if (length == words.length) {
      words = Arrays.copyOf(words, 2 * length);
    }
    words[length++] = offset;
    words[length++] = size;
  }
}
