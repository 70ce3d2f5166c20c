package io.plasmastore.bench.sort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The memory that there is for sorting side by side.
 *
 * @param available of the machine, as the kernel says, bytes
 * @param shared free in /dev/shm, bytes
 */
public record SortRoom(long available, long shared) {
  /**
   * The rows in the store, the stream for the peers in Python, their own copy and result, and what
   * the greediest of them takes meanwhile.
   */
  private static final int COPIES = 7;

  /** The rows, their pieces and buckets; then the rows and the stream. */
  private static final int SHARED_COPIES = 3;

  private static final long HEADROOM = 256L << 20;
  private static final double SHARE = 0.9;
  private static final double GIGA = 1 << 30;
  private static final String FIELD = "MemAvailable:";

  /** What there is now. */
  public static SortRoom now() throws IOException {
    long kilobytes =
        Files.readAllLines(Path.of("/proc/meminfo")).stream()
            .filter(line -> line.startsWith(FIELD))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElseThrow(() -> new IOException("the kernel does not say: field=" + FIELD));
    long shared = Files.getFileStore(Path.of("/dev/shm")).getUsableSpace();
    return new SortRoom(kilobytes << 10, shared);
  }

  /** How many of so many rows can be sorted side by side. */
  long fitting(long bytesPerRow, long wanted) {
    return fitting(bytesPerRow * COPIES, bytesPerRow * SHARED_COPIES, wanted);
  }

  /**
   * How many of so many rows there is room for.
   *
   * @param bytes of memory that a row takes at most, the shared included
   * @param sharedBytes of shared memory that a row takes at most
   */
  public long fitting(long bytes, long sharedBytes, long wanted) {
    double most = (available * SHARE - HEADROOM) / bytes;
    double mostShared = (shared * SHARE - HEADROOM) / sharedBytes;
    return Math.clamp((long) Math.min(most, mostShared), 1, wanted);
  }

  /** What the store needs for so many bytes of rows: they stay, with pieces and buckets beside. */
  static long capacity(long size) {
    return (long) (2.6 * size) + HEADROOM;
  }

  /** A copy of the rows, as much again for the sort, and room for the collector. */
  static long heapOfParallelSort(long rows) {
    return rows * Double.BYTES * 5 / 2 + HEADROOM;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.1f GiB free, %.1f GiB in /dev/shm", available / GIGA, shared / GIGA);
  }
}
