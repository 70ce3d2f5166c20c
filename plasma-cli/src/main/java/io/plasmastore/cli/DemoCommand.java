package io.plasmastore.cli;

import io.plasmastore.ClientOptions;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.process.ChildProcess;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.sort.GeneratedPartitions;
import io.plasmastore.sort.ParallelSort;
import io.plasmastore.sort.SortKey;
import io.plasmastore.sort.SortResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows on a machine with nothing running what this is for. */
@Command(
    name = "demo",
    header = "Hand a dataframe from one process to another, sort, and show what it took.",
    description =
        "Starts a store and two processes of its own. One puts dataframes, the other gets them and"
            + " sums a column; the same rows then go by Java serialisation. Last, worker processes"
            + " sort. Takes less than a minute and leaves nothing behind, also when interrupted.",
    footer = {"Examples:", "  plasma demo", "  plasma demo --rows 1000000"})
final class DemoCommand implements Callable<Integer> {
  private static final int RECORDS_SHARE = 10;
  private static final int SORT_SHARE = 2;
  private static final int SORT_PARTITIONS = 8;

  /** The rows of a round as arrays, those of the round before, and buffers. */
  private static final int COPIES_IN_HEAP = 4;

  /** The rows of a round, and what the sort needs at its end. */
  private static final int COPIES_IN_STORE = 3;

  private final Console console;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "5000000",
      description =
          "How many rows to hand over. Default: ${DEFAULT-VALUE}, fewer where memory is short.")
  private int rows;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (rows < RECORDS_SHARE) {
      throw new UsageException("too few rows: rows=" + rows + " min=" + RECORDS_SHARE);
    }
    Thread caller = Thread.currentThread();
    try (StopSignal signal = StopSignal.handledBy(caller::interrupt)) {
      try {
        run();
      } catch (PlasmaException | IOException e) {
        if (signal.received()) {
          // Ctrl-C goes to all processes of a terminal, and the others may have heard it first.
          throw new CommandFailure("interrupted", e);
        }
        throw e;
      }
    }
    return PlasmaCommand.DONE;
  }

  private void run() throws IOException, InterruptedException {
    int fitting = fittingRows();
    long capacity = OwnStore.capacityFor((long) fitting * DemoRows.ROW_SIZE, COPIES_IN_STORE);
    console.line("a store of " + Amount.bytes(capacity) + " starts");
    try (OwnStore store = OwnStore.start(capacity)) {
      DemoExchange exchange =
          new DemoExchange(
              store.socket(), store.file("rows.sock"), fitting, fitting / RECORDS_SHARE);
      List<DemoReport.HandOver> handOvers = new ArrayList<>();
      long getAgain = handOver(exchange, handOvers);
      console.line("worker processes sort");
      SortResult sorted = sort(exchange);
      console.line("");
      new DemoReport(handOvers, getAgain, sorted).writeTo(console.text());
    }
  }

  private int fittingRows() throws IOException {
    long heap = Runtime.getRuntime().maxMemory() / COPIES_IN_HEAP;
    long wanted = (long) rows * DemoRows.ROW_SIZE;
    long store = OwnStore.capacityFor(wanted, COPIES_IN_STORE) / COPIES_IN_STORE;
    return Math.toIntExact(Math.min(wanted, Math.min(heap, store)) / DemoRows.ROW_SIZE);
  }

  private long handOver(DemoExchange exchange, List<DemoReport.HandOver> handOvers)
      throws IOException, InterruptedException {
    console.line("two processes start, and hand over rows");
    try (ChildProcess consumer =
        ChildProcess.start(DemoConsumer.class, Placement.ANY_CORE, exchange.arguments())) {
      DemoExchange.hear(consumer, DemoConsumer.READY);
      try (ChildProcess producer =
          ChildProcess.start(DemoProducer.class, Placement.ANY_CORE, exchange.arguments())) {
        long getAgain = 0;
        for (DemoExchange.Form form : DemoExchange.Form.values()) {
          handOvers.add(rounds(exchange, form, producer, consumer));
          if (form == DemoExchange.Form.STORE) {
            getAgain = DemoExchange.hear(consumer, DemoConsumer.AGAIN)[0];
          }
        }
        return getAgain;
      }
    }
  }

  private static DemoReport.HandOver rounds(
      DemoExchange exchange, DemoExchange.Form form, ChildProcess producer, ChildProcess consumer)
      throws IOException, InterruptedException {
    List<Long> inHand = new ArrayList<>();
    List<Long> summed = new ArrayList<>();
    for (int round = 0; round < form.rounds(); round++) {
      long sent = DemoExchange.hear(producer, DemoProducer.SENT)[0];
      // The clock is the machine's, not the process's.
      long[] got = DemoExchange.hear(consumer, DemoConsumer.GOT);
      inHand.add(got[0] - sent);
      summed.add(got[1] - got[0]);
    }
    return new DemoReport.HandOver(form, exchange.rows(form), inHand, summed);
  }

  private static SortResult sort(DemoExchange exchange) throws InterruptedException {
    try (PlasmaClient client =
            PlasmaClient.connect(ClientOptions.of(exchange.store()).withName("demo sort"));
        BufferAllocator allocator = new RootAllocator()) {
      ArrowClient dataframes = ArrowClient.over(client, allocator);
      List<ObjectId> partitions =
          GeneratedPartitions.of(exchange.rows() / SORT_SHARE, SORT_PARTITIONS)
              .withPayload()
              .put(dataframes);
      return ParallelSort.of(dataframes)
          .by(SortKey.of(GeneratedPartitions.KEY))
          .partitions(partitions)
          .consume()
          .run();
    }
  }
}
