package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import io.plasmastore.bench.process.Resources;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Arrow Flight over the loopback interface. A dataframe is handed over as one batch of a DoGet from
 * a server in the producer; requests are answered on one DoExchange for each client. Buffers are
 * sent where they lie ({@code setUseZeroCopy}), as the format's pages advise.
 */
final class Flight implements Medium {
  private static final String HOST = "127.0.0.1";

  private final BufferAllocator allocator;
  private final Map<Long, Orders> offered = new ConcurrentHashMap<>();
  private final Map<Integer, FlightClient> clients = new ConcurrentHashMap<>();
  private final AtomicLong nextExchange = new AtomicLong();
  private @Nullable FlightServer server;

  Flight(Place place) {
    this.allocator = place.dataframes().allocator();
  }

  @Override
  public Way way() {
    return new FlightWay();
  }

  @Override
  public Exchange exchange(SocketChannel channel) throws IOException {
    ByteBuffer address = Wire.read(channel, ByteBuffer.allocate(Long.BYTES + Integer.BYTES));
    byte[] number = bytes(address.getLong());
    FlightClient client = client(address.getInt());
    return new FlightExchange(client.doExchange(FlightDescriptor.command(number)));
  }

  @Override
  public void answer(SocketChannel channel, Orders orders) throws IOException {
    long number = nextExchange.getAndDecrement();
    offered.put(number, orders);
    int port = port();
    Wire.write(
        channel,
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES).putLong(number).putInt(port).flip());
    // All else goes over the server's own connections.
    int unused = channel.read(ByteBuffer.allocate(1));
    offered.remove(number);
  }

  @Override
  public void close() throws IOException {
    for (FlightClient client : clients.values()) {
      Resources.close(client);
    }
    FlightServer started = server;
    if (started != null) {
      Resources.close(started);
    }
  }

  private FlightClient client(int port) {
    return clients.computeIfAbsent(
        port,
        each -> FlightClient.builder(allocator, Location.forGrpcInsecure(HOST, each)).build());
  }

  /** Of the server, which is started when it is first asked for. */
  private synchronized int port() throws IOException {
    FlightServer started = server;
    if (started == null) {
      started =
          FlightServer.builder(allocator, Location.forGrpcInsecure(HOST, 0), new Producer())
              .build()
              .start();
      server = started;
    }
    return started.getPort();
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  private Orders offered(byte[] key) {
    return Objects.requireNonNull(offered.get(ByteBuffer.wrap(key).getLong()), "not offered");
  }

  private final class FlightWay extends Placed {
    @Override
    long put(long key, Orders orders) throws IOException {
      offered.put(key, orders);
      return port();
    }

    @Override
    Received get(long key, long port) throws IOException {
      FlightStream stream = client((int) port).getStream(new Ticket(bytes(key)));
      if (!stream.next()) {
        throw new IOException("the stream has no batch");
      }
      return new Streamed(stream);
    }

    @Override
    void remove(long key) {
      offered.remove(key);
    }

    @Override
    public boolean opensAgain() {
      // Each time all of it is sent.
      return false;
    }
  }

  private record Streamed(FlightStream stream) implements Received {
    @Override
    public long sum() {
      return Sums.of(stream.getRoot());
    }

    @Override
    public void close() throws IOException {
      if (stream.next()) {
        throw new IOException("the stream has another batch");
      }
      Resources.close(stream);
    }
  }

  private static final class FlightExchange implements Exchange {
    private final FlightClient.ExchangeReaderWriter exchange;
    private boolean started;

    FlightExchange(FlightClient.ExchangeReaderWriter exchange) {
      this.exchange = exchange;
    }

    @Override
    public long ask(Orders orders) throws IOException {
      if (!started) {
        exchange.getWriter().setUseZeroCopy(true);
        exchange.getWriter().start(orders.root());
        started = true;
      }
      exchange.getWriter().putNext();
      FlightStream answers = exchange.getReader();
      if (!answers.next()) {
        throw new IOException("no answer");
      }
      return Sums.of(answers.getRoot());
    }

    @Override
    public void close() throws IOException {
      exchange.getWriter().completed();
      // Until the server has ended it too.
      while (exchange.getReader().next()) {
        throw new IOException("an answer to nothing");
      }
      Resources.close(exchange);
    }
  }

  /** What the server does. */
  private final class Producer extends NoOpFlightProducer {
    @Override
    public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
      listener.setUseZeroCopy(true);
      listener.start(offered(ticket.getBytes()).root());
      listener.putNext();
      listener.completed();
    }

    @Override
    public void doExchange(
        CallContext context, FlightStream requests, ServerStreamListener answers) {
      Orders orders = offered(requests.getDescriptor().getCommand());
      long wanted = orders.sumOfIds();
      answers.setUseZeroCopy(true);
      boolean started = false;
      while (requests.next()) {
        Sums.check(Sums.of(requests.getRoot()), wanted);
        if (!started) {
          answers.start(orders.root());
          started = true;
        }
        answers.putNext();
      }
      answers.completed();
    }
  }
}
