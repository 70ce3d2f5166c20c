package io.plasmastore.cli;

import io.plasmastore.ClientOptions;
import io.plasmastore.PlasmaClient;
import io.plasmastore.arrow.ArrowClient;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The process of the demo that has rows and hands them over. */
final class DemoProducer {
  /** What it tells: when it began to hand over. */
  static final String SENT = "sent";

  private static final int BUFFER_SIZE = 64 << 10;

  private final DemoExchange exchange;

  private DemoProducer(DemoExchange exchange) {
    this.exchange = exchange;
  }

  /** Arguments: those of {@link DemoExchange#arguments}. */
  public static void main(String[] args) {
    DemoExchange.play(args, exchange -> new DemoProducer(exchange).run());
  }

  private void run() throws IOException, InterruptedException {
    throughStore();
    try (SocketChannel stream = SocketChannel.open(UnixDomainSocketAddress.of(exchange.stream()))) {
      OutputStream out = Channels.newOutputStream(stream);
      InputStream in = Channels.newInputStream(stream);
      Object columns = new DemoRows(exchange.rows(DemoExchange.Form.ARRAYS)).columns();
      serialise(columns, DemoExchange.Form.ARRAYS.rounds(), out, in);
      Object records = new DemoRows(exchange.rows(DemoExchange.Form.RECORDS)).list();
      serialise(records, DemoExchange.Form.RECORDS.rounds(), out, in);
    }
  }

  private void throughStore() throws InterruptedException {
    try (PlasmaClient client =
            PlasmaClient.connect(ClientOptions.of(exchange.store()).withName("demo producer"));
        BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot rows =
            new DemoRows(exchange.rows(DemoExchange.Form.STORE)).dataframe(allocator)) {
      ArrowClient dataframes = ArrowClient.over(client, allocator);
      for (int round = 0; round < DemoExchange.Form.STORE.rounds(); round++) {
        long start = System.nanoTime();
        dataframes.put(DemoExchange.rowsId(round), rows);
        DemoExchange.tell(SENT, start);
        client.get(DemoExchange.readId(round), DemoExchange.PATIENCE).close();
        client.delete(DemoExchange.readId(round));
        client.delete(DemoExchange.rowsId(round));
      }
    }
  }

  private static void serialise(Object rows, int rounds, OutputStream out, InputStream in)
      throws IOException {
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      ObjectOutputStream objects =
          new ObjectOutputStream(new BufferedOutputStream(out, BUFFER_SIZE));
      objects.writeObject(rows);
      objects.flush();
      DemoExchange.tell(SENT, start);
      if (in.read() < 0) {
        throw new IOException("the consumer has gone");
      }
    }
  }
}
