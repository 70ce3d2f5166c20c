package io.plasmastore.arrow.records;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * How much room the columns of a long list will need, from a sample of its records: the mean of
 * their sizes and four times what such a mean may be off.
 */
final class RoomEstimate {
  private static final int SAMPLE = 1024;
  private static final double ERRORS = 4;
  private static final double SLACK = 4096;

  private RoomEstimate() {}

  /**
   * Looks at some records.
   *
   * @param dictionaries of the columns, which reckon how large they will get
   * @return for each component how many bytes its values may have, where they are of variable
   *     width; null if a record can't be stored, or has a component that is more than one column
   */
  static long @Nullable [] of(
      RecordCodec<?> codec, List<?> records, BufferAllocator allocator, Dictionaries dictionaries) {
    Writer.Limit none = new Writer.Limit(Long.MAX_VALUE);
    Writer.Place place = Writer.Place.ofRows(SAMPLE, allocator, none, dictionaries);
    try (RecordWriter writer = codec.columns().writer(place)) {
      if (!writer.hasFlatRows()) {
        return null;
      }
      long[] before = writer.dataSizes();
      double[] squares = new double[before.length];
      for (int i = 0; i < SAMPLE; i++) {
        writer.setRow(records.get((int) ((long) records.size() * i / SAMPLE)));
        long[] sizes = writer.dataSizes();
        for (int column = 0; column < sizes.length; column++) {
          double size = sizes[column] - before[column];
          squares[column] += size * size;
        }
        before = sizes;
      }
      return writer.reserveDictionaries(records.size())
          ? rooms(before, squares, records.size())
          : null;
    } catch (Writer.UnfitException e) {
      // Perhaps not the first of its kind: who reads all rows in order says which that is.
      return null;
    }
  }

  private static long[] rooms(long[] sizes, double[] squares, int rows) {
    long[] rooms = new long[sizes.length];
    for (int column = 0; column < sizes.length; column++) {
      if (sizes[column] > 0) {
        double mean = (double) sizes[column] / SAMPLE;
        double variance = Math.max(0, squares[column] / SAMPLE - mean * mean);
        rooms[column] = (long) (rows * (mean + ERRORS * Math.sqrt(variance / SAMPLE)) + SLACK);
      }
    }
    return rooms;
  }
}
