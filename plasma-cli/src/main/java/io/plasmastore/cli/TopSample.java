package io.plasmastore.cli;

import io.plasmastore.ClientInfo;
import io.plasmastore.ObjectInfo;
import io.plasmastore.PlasmaClient;
import io.plasmastore.StoreStats;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Stream;

/**
 * A store at one moment, as {@code top} shows it.
 *
 * @param nanos when, on this process's clock
 * @param at when, by the calendar
 * @param stats the store's books
 * @param clients who is connected, those who hold most first
 * @param largest the largest objects, the largest first
 */
record TopSample(
    long nanos, Instant at, StoreStats stats, List<ClientInfo> clients, List<ObjectInfo> largest) {
  /** Asks a store. O(objects) for the largest, of which no more are kept than shown. */
  static TopSample of(PlasmaClient client, int objectsShown) {
    StoreStats stats = client.stats();
    long nanos = System.nanoTime();
    Instant at = Instant.now();
    List<ClientInfo> clients;
    try (Stream<ClientInfo> all = client.clients()) {
      clients =
          all.sorted(
                  Comparator.comparingLong(ClientInfo::pinnedBytes)
                      .thenComparing(ClientInfo::usedBytes)
                      .reversed())
              .toList();
    }
    return new TopSample(nanos, at, stats, clients, largest(client, objectsShown));
  }

  /** How much a counter grew in a second since an earlier sample. */
  double rate(TopSample before, String counter) {
    long grown =
        stats.counters().getOrDefault(counter, 0L)
            - before.stats.counters().getOrDefault(counter, 0L);
    double seconds = (nanos - before.nanos) / 1e9;
    return seconds > 0 ? grown / seconds : 0;
  }

  private static List<ObjectInfo> largest(PlasmaClient client, int count) {
    Comparator<ObjectInfo> bySize = Comparator.comparingLong(ObjectInfo::size);
    PriorityQueue<ObjectInfo> largest = new PriorityQueue<>(bySize);
    try (Stream<ObjectInfo> objects = client.list()) {
      objects.forEach(
          object -> {
            largest.add(object);
            if (largest.size() > count) {
              largest.remove();
            }
          });
    }
    List<ObjectInfo> sorted = new ArrayList<>(largest);
    sorted.sort(bySize.reversed());
    return sorted;
  }
}
