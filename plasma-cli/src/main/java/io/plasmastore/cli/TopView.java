package io.plasmastore.cli;

import io.plasmastore.ObjectInfo;
import io.plasmastore.StoreStats;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What {@code top} shows, as lines. */
final class TopView {
  private static final int BAR = 40;
  private static final List<String> RATES = List.of("gets_asked", "creates", "evictions");

  private final Path socket;
  private final int clientsShown;

  TopView(Path socket, int clientsShown) {
    this.socket = socket;
    this.clientsShown = clientsShown;
  }

  /**
   * Draws a sample.
   *
   * @param before the one before, from which the rates come; null for the first
   */
  List<String> lines(TopSample now, @Nullable TopSample before) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    StoreStats stats = now.stats();
    out.printf(
        "plasma top  %s  %s%n",
        socket,
        LocalTime.ofInstant(now.at(), ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS));
    out.println();
    out.printf(
        "memory   [%s] %s of %s used, %s committed, largest free %s%n",
        bar(stats),
        Amount.bytes(stats.used()),
        Amount.bytes(stats.capacity()),
        Amount.bytes(stats.committed()),
        Amount.bytes(stats.largestFree()));
    out.printf(
        "objects  %s, clients %s%n", Amount.count(stats.objects()), Amount.count(stats.clients()));
    out.println("rates    " + rates(now, before));
    out.println();
    try (var table = new ClientsCommand.ClientTable(out, now.at())) {
      now.clients().stream().limit(clientsShown).forEach(table::row);
    }
    more(out, now.clients().size() - clientsShown, "client", "clients");
    out.println();
    objects(out, now);
    out.flush();
    return text.toString().lines().toList();
  }

  private static void objects(PrintWriter out, TopSample now) {
    TextTable.Side left = TextTable.Side.LEFT;
    TextTable.Side right = TextTable.Side.RIGHT;
    try (TextTable table = new TextTable(out, left, left, right, right, right, left)) {
      table.row("LARGEST OBJECTS", "STATE", "SIZE", "AGE", "PINS", "NAME");
      for (ObjectInfo object : now.largest()) {
        table.row(
            object.id().toHex(),
            object.state().name().toLowerCase(Locale.ROOT),
            Amount.bytes(object.size()),
            Amount.age(Duration.between(object.createdAt(), now.at())),
            Amount.count(object.pins()),
            object.id().name().map(ProcessText::oneLine).orElse("-"));
      }
    }
  }

  private static void more(PrintWriter out, int count, String one, String many) {
    if (count > 0) {
      out.println("… " + Amount.count(count, one + " more", many + " more"));
    }
  }

  /** How full the store is: # used, = committed and free. */
  private static String bar(StoreStats stats) {
    int used = cells(stats.used(), stats.capacity());
    int committed = Math.max(used, cells(stats.committed(), stats.capacity()));
    return "#".repeat(used) + "=".repeat(committed - used) + "-".repeat(BAR - committed);
  }

  private static int cells(long part, long whole) {
    return whole <= 0 ? 0 : Math.clamp(Math.round((double) part / whole * BAR), 0, BAR);
  }

  private static String rates(TopSample now, @Nullable TopSample before) {
    if (before == null) {
      return "-";
    }
    StringBuilder text = new StringBuilder();
    for (String counter : RATES) {
      text.append(counter.replace('_', ' '))
          .append(' ')
          .append(Amount.count(Math.round(now.rate(before, counter))))
          .append("/s, ");
    }
    return text.append("evicted ")
        .append(Amount.bytes(Math.round(now.rate(before, "evicted_bytes"))))
        .append("/s")
        .toString();
  }
}
