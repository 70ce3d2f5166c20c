package io.plasmastore.bench.handover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plasmastore.PlasmaClient;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.data.Orders;
import io.plasmastore.bench.process.Resources;
import io.plasmastore.bench.process.RunDirectory;
import io.plasmastore.store.PlasmaStore;
import io.plasmastore.store.StoreOptions;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way, both ends of it in this process, with a thread for each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class PeerTest {
  private static final int ROWS = 100;

  private final Resources resources = new Resources();
  private PlasmaClient client;
  private Place place;
  private BufferAllocator allocator;
  private Orders orders;
  private ServerSocketChannel server;

  @BeforeAll
  void start() throws Exception {
    RunDirectory folder = resources.open(RunDirectory.createInMemory());
    var unused = resources.open(PlasmaStore.launch(StoreOptions.of(folder.file("store"), 8 << 20)));
    client = resources.open(PlasmaClient.connect(folder.file("store")));
    allocator = resources.open(new RootAllocator());
    orders = resources.open(Orders.create(ROWS, allocator));
    place = new Place(ArrowClient.over(client, allocator), folder.path());
    server = resources.open(ServerSocketChannel.open(StandardProtocolFamily.UNIX));
    server.bind(UnixDomainSocketAddress.of(folder.file("ends")));
    if (RedisServer.isInstalled()) {
      var unusedServer = resources.open(RedisServer.start(folder.path()));
    }
  }

  @AfterAll
  void stop() throws Exception {
    resources.close();
  }

  @ParameterizedTest
  @EnumSource(names = "CHANNEL", mode = EnumSource.Mode.EXCLUDE)
  void handsOverTheRowsAgainAndAgain(Peer peer) throws Exception {
    assumeTrue(!Peer.installed(Set.of(peer)).isEmpty(), "not installed");
    try (Ends ends = new Ends();
        Medium medium = peer.medium(place);
        Way producer = medium.way();
        Way consumer = medium.way()) {
      for (int i = 0; i < 3; i++) {
        producer.prepare(orders);
        Future<Long> sum = ends.thread.submit(() -> sum(consumer, ends.other));
        producer.send(orders, ends.channel);
        assertEquals(orders.sumOfIds(), sum.get());
        if (consumer.opensAgain()) {
          try (Received again = consumer.open(ends.other)) {
            assertEquals(orders.sumOfIds(), again.sum());
          }
        }
        producer.afterwards();
        assertEquals(List.of(), client.list().toList());
      }
    }
    assertEquals(List.of(), client.list().toList());
  }

  @ParameterizedTest
  @EnumSource
  void answersRowsWithRows(Peer peer) throws Exception {
    assumeTrue(Peer.ofMessages().contains(peer), "not for messages");
    assumeTrue(!Peer.installed(Set.of(peer)).isEmpty(), "not installed");
    try (Medium medium = peer.medium(place);
        Ends ends = new Ends();
        Orders answers = Orders.create(ROWS, allocator)) {
      Future<?> answering =
          ends.thread.submit(
              () -> {
                medium.answer(ends.other, answers);
                return null;
              });
      try (SocketChannel channel = ends.channel;
          Exchange exchange = medium.exchange(channel)) {
        for (int i = 0; i < 100; i++) {
          assertEquals(orders.sumOfIds(), exchange.ask(orders));
        }
      }
      Object unused = answering.get();
    }
    assertEquals(List.of(), client.list().toList());
  }

  @ParameterizedTest
  @EnumSource(names = {"LMDB", "ARROW_STREAM", "DATAFRAME"})
  void refusesOtherRowsThanThoseThatMustCome(Peer peer) throws Exception {
    try (Medium medium = peer.medium(place);
        Ends ends = new Ends();
        Orders others = Orders.create(ROWS + 1, allocator)) {
      Future<?> answering =
          ends.thread.submit(
              () -> {
                try (SocketChannel other = ends.other) {
                  medium.answer(other, others);
                }
                return null;
              });
      try (Exchange exchange = medium.exchange(ends.channel)) {
        assertThrows(Exception.class, () -> exchange.ask(orders));
      }
      Exception failure = assertThrows(Exception.class, answering::get);
      assertTrue(failure.getMessage().contains("wanted=" + others.sumOfIds()), failure::toString);
    }
  }

  private static long sum(Way consumer, SocketChannel in) throws Exception {
    consumer.await(in);
    try (Received received = consumer.open(in)) {
      return received.sum();
    }
  }

  /** Two connected sockets, and a thread for the other end. */
  private final class Ends implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final SocketChannel channel;
    private final SocketChannel other;

    Ends() throws Exception {
      channel = SocketChannel.open(server.getLocalAddress());
      other = server.accept();
    }

    @Override
    public void close() throws IOException {
      thread.shutdownNow();
      channel.close();
      other.close();
    }
  }
}
