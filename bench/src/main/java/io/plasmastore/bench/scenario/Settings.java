package io.plasmastore.bench.scenario;

import java.time.Duration;

/**
 * How large and how long a run is. Only the full one says anything about the goals; the others are
 * for a first impression, and for tests.
 *
 * @param warmupMillis before each measurement
 * @param measureMillis of each measurement
 * @param hotObjects how many are got over and over
 * @param manyObjects how many are got at random
 * @param smallRows of the small dataframe
 * @param largeRows of the large one
 * @param putBytes of the dataframe that is put
 * @param mostObjects how many there are at most where they become more by decades
 * @param mostBytes of the largest object where it becomes larger by decades
 * @param mostClients how many there are at most where they are doubled
 * @param records in a list
 * @param handedOverRows of the largest that is handed over
 * @param eachPlacement whether what depends on where processes are is measured in each place
 * @param ownProcesses whether each way to hand over has processes of its own, which figures need
 */
public record Settings(
    long warmupMillis,
    long measureMillis,
    int hotObjects,
    int manyObjects,
    int smallRows,
    int largeRows,
    long putBytes,
    int mostObjects,
    long mostBytes,
    int mostClients,
    int records,
    int handedOverRows,
    boolean eachPlacement,
    boolean ownProcesses) {

  /** What the goals are stated for. */
  public static Settings full() {
    return new Settings(
        2_000,
        6_000,
        1_000,
        1_000_000,
        100_000,
        10_000_000,
        200_000_000,
        10_000_000,
        10_000_000_000L,
        64,
        1_000_000,
        5_000_000,
        true,
        true);
  }

  /** A first impression of everything in under three minutes. */
  public static Settings quick() {
    return new Settings(
        300,
        400,
        1_000,
        30_000,
        100_000,
        1_000_000,
        200_000_000,
        10_000,
        100_000_000,
        4,
        200_000,
        100_000,
        false,
        false);
  }

  /** Only shows that everything runs. */
  public static Settings tiny() {
    return new Settings(
        10, 20, 10, 20, 100, 1_000, 100_000, 2_000, 100_000, 2, 100, 100, true, false);
  }

  Duration warmup() {
    return Duration.ofMillis(warmupMillis);
  }

  Duration duration() {
    return Duration.ofMillis(measureMillis);
  }
}
