package io.plasmastore.cli;

import io.plasmastore.PlasmaClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what a store does, again and again. */
@Command(
    name = "top",
    header = "Show what the store does, live.",
    description =
        "Shows how full the memory is (# used, = free and warm), how much is done a second, the"
            + " clients that hold most, and the largest objects. On a terminal q or Ctrl-C ends it;"
            + " elsewhere the picture is printed again and again.",
    footer = {
      "Examples:",
      "  plasma top",
      "  plasma top --once",
      "  plasma top -n 10 --delay 500ms"
    })
final class TopCommand implements Callable<Integer> {
  private static final int SHOWN = 10;
  private static final Duration LEAST_DELAY = Duration.ofMillis(100);
  private static final int CONTROL_C = 3;

  private final Console console;

  @Mixin private final SocketOption socket = new SocketOption();

  @Option(
      names = "--delay",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description = "How long between two pictures, 100ms or more. Default: 2s.")
  private Duration delay = Duration.ofSeconds(2);

  @Option(
      names = {"-n", "--count"},
      paramLabel = "COUNT",
      description = "End after so many pictures. Default: go on.")
  private long count = Long.MAX_VALUE;

  @Option(names = "--once", description = "Print one picture, with no rates.")
  private boolean once;

  TopCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (delay.compareTo(LEAST_DELAY) < 0) {
      throw new UsageException("--delay is at least 100ms: millis=" + delay.toMillis());
    }
    if (count < 1) {
      throw new UsageException("--count is at least 1: count=" + count);
    }
    CountDownLatch stop = new CountDownLatch(1);
    try (PlasmaClient client = socket.connect("top");
        StopSignal _ = StopSignal.handledBy(stop::countDown)) {
      TopView view = new TopView(socket.path(), SHOWN);
      if (!once && console.isTerminal()) {
        onTerminal(client, view, stop);
      } else {
        asText(client, view, stop);
      }
    }
    return PlasmaCommand.DONE;
  }

  private void asText(PlasmaClient client, TopView view, CountDownLatch stop)
      throws InterruptedException {
    @Nullable TopSample before = null;
    for (long left = once ? 1 : count; ; left--) {
      TopSample now = TopSample.of(client, SHOWN);
      view.lines(now, before).forEach(console.text()::println);
      console.text().println();
      // A pipe that nobody reads any more ends it too.
      if (console.text().checkError()
          || left == 1
          || stop.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      before = now;
    }
  }

  private void onTerminal(PlasmaClient client, TopView view, CountDownLatch stop)
      throws IOException {
    try (TopTerminal terminal = TopTerminal.open()) {
      @Nullable TopSample before = null;
      for (long left = count; left > 0; left--) {
        TopSample now = TopSample.of(client, SHOWN);
        List<String> lines = view.lines(now, before);
        terminal.show(lines);
        if (left == 1 || endsWithin(terminal, delay, stop)) {
          return;
        }
        before = now;
      }
    }
  }

  /** Waits for the next picture; true if the user has seen enough. */
  private static boolean endsWithin(TopTerminal terminal, Duration delay, CountDownLatch stop)
      throws IOException {
    long end = System.nanoTime() + delay.toNanos();
    for (long left = delay.toMillis(); left > 0; left = (end - System.nanoTime()) / 1_000_000) {
      if (stop.getCount() == 0) {
        return true;
      }
      int key = terminal.key(Math.min(left, LEAST_DELAY.toMillis()));
      if (key == 'q' || key == 'Q' || key == CONTROL_C) {
        return true;
      }
    }
    return stop.getCount() == 0;
  }
}
