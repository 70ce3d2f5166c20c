package io.plasmastore.cli;

import io.plasmastore.ClientOptions;
import io.plasmastore.PlasmaClient;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.process.RunDirectory;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The process of the demo that is handed rows and sums a column of them. */
final class DemoConsumer {
  /** What it tells first: that it listens. */
  static final String READY = "ready";

  /** What it tells of a round: when it had the rows in hand, and when it had the sum. */
  static final String GOT = "got";

  /** What it tells behind the last round through the store: nanoseconds of one more get. */
  static final String AGAIN = "again";

  static final int GETS_AGAIN = 20_000;
  private static final int BUFFER_SIZE = 64 << 10;
  private static final int ACKNOWLEDGED = 1;

  private final DemoExchange exchange;

  private DemoConsumer(DemoExchange exchange) {
    this.exchange = exchange;
  }

  /** Arguments: those of {@link DemoExchange#arguments}. */
  public static void main(String[] args) {
    DemoExchange.play(args, exchange -> new DemoConsumer(exchange).run());
  }

  private void run() throws IOException, InterruptedException, ClassNotFoundException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(exchange.stream()));
      RunDirectory.removeAtExit(exchange.stream());
      DemoExchange.tell(READY);
      throughStore();
      try (SocketChannel stream = server.accept()) {
        OutputStream out = Channels.newOutputStream(stream);
        InputStream in = Channels.newInputStream(stream);
        deserialise(DemoExchange.Form.ARRAYS, DemoConsumer::sumOfColumns, out, in);
        deserialise(DemoExchange.Form.RECORDS, DemoConsumer::sumOfRecords, out, in);
      }
    }
  }

  private void throughStore() throws InterruptedException {
    double expected = expected(DemoExchange.Form.STORE);
    int rounds = DemoExchange.Form.STORE.rounds();
    try (PlasmaClient client =
            PlasmaClient.connect(ClientOptions.of(exchange.store()).withName("demo consumer"));
        BufferAllocator allocator = new RootAllocator()) {
      ArrowClient dataframes = ArrowClient.over(client, allocator);
      for (int round = 0; round < rounds; round++) {
        try (VectorSchemaRoot rows =
            dataframes.get(DemoExchange.rowsId(round), DemoExchange.PATIENCE)) {
          long inHand = System.nanoTime();
          double sum = sumOfDataframe(rows);
          tell(inHand, sum, expected);
        }
        if (round == rounds - 1) {
          getAgain(dataframes, round);
        }
        client.createAndSeal(DemoExchange.readId(round), new byte[0]);
      }
    }
  }

  private static void getAgain(ArrowClient dataframes, int round) {
    long[] nanos = new long[GETS_AGAIN];
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      dataframes.get(DemoExchange.rowsId(round)).close();
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    DemoExchange.tell(AGAIN, nanos[nanos.length / 2]);
  }

  private void deserialise(
      DemoExchange.Form form, ToDoubleFunction<Object> sum, OutputStream out, InputStream in)
      throws IOException, ClassNotFoundException {
    double expected = expected(form);
    for (int round = 0; round < form.rounds(); round++) {
      Object rows = new ObjectInputStream(new BufferedInputStream(in, BUFFER_SIZE)).readObject();
      long inHand = System.nanoTime();
      tell(inHand, sum.applyAsDouble(rows), expected);
      out.write(ACKNOWLEDGED);
    }
  }

  private double expected(DemoExchange.Form form) {
    return new DemoRows(exchange.rows(form)).sum();
  }

  private static void tell(long inHand, double sum, double expected) {
    long end = System.nanoTime();
    if (sum != expected) {
      throw new CommandFailure("the sum is wrong: found=" + sum + " wanted=" + expected);
    }
    DemoExchange.tell(GOT, inHand, end);
  }

  private static double sumOfDataframe(VectorSchemaRoot rows) {
    Float8Vector prices = (Float8Vector) rows.getVector("price");
    double sum = 0;
    for (int i = 0; i < rows.getRowCount(); i++) {
      sum += prices.get(i);
    }
    return sum;
  }

  private static double sumOfColumns(Object rows) {
    double sum = 0;
    for (double price : ((DemoRows.Columns) rows).prices) {
      sum += price;
    }
    return sum;
  }

  private static double sumOfRecords(Object rows) {
    double sum = 0;
    for (Object row : (List<?>) rows) {
      sum += ((DemoRows.Row) row).price();
    }
    return sum;
  }
}
