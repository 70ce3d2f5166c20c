package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.RunningStore;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The code of docs/java-serialization.md, as it stands there. Read it from the top; each step runs.
 */
class JavaSerializationTest {
  enum Side {
    BUY,
    SELL
  }

  record Trade(long id, Instant time, String symbol, double price, int amount, Side side)
      implements Serializable {}

  static final RecordCodec<Trade> TRADES = RecordCodec.of(Trade.class, MethodHandles.lookup());

  private static final double TURNOVER = 3 * 1.5 + 4 * 2.5;

  @TempDir Path folder;

  private final List<Trade> trades =
      new ArrayList<>(
          List.of(
              new Trade(1, Instant.parse("2026-11-22T09:00:00Z"), "PLSM", 1.5, 3, Side.BUY),
              new Trade(2, Instant.parse("2026-11-22T09:00:01Z"), "ARRW", 2.5, 4, Side.SELL)));

  private RunningStore store;
  private ArrowClient dataframes;

  @BeforeEach
  void startAStore() throws Exception {
    store = new RunningStore(16 << 20);
    dataframes = store.dataframes();
  }

  @AfterEach
  void stopTheStore() throws Exception {
    assertEquals(0, store.pins());
    store.close();
  }

  @Test
  void before() throws Exception {
    assertEquals(TURNOVER, exchange(this::writeObject, this::readObject));
  }

  private double writeObject(SocketChannel socket) throws Exception {
    // One process.
    try (ObjectOutputStream out = new ObjectOutputStream(Channels.newOutputStream(socket))) {
      out.writeObject(trades);
    }
    return 0;
  }

  @SuppressWarnings({"unchecked", "BanSerializableRead"})
  private double readObject(SocketChannel socket) throws Exception {
    double turnover = 0;
    // The other.
    try (ObjectInputStream in = new ObjectInputStream(Channels.newInputStream(socket))) {
      List<Trade> trades = (List<Trade>) in.readObject();
      for (Trade trade : trades) {
        turnover += trade.price() * trade.amount();
      }
    }
    return turnover;
  }

  @Test
  void after() throws Exception {
    assertEquals(TURNOVER, exchange(this::send, this::receive));
    assertEquals(0, store.objects());
  }

  private double send(SocketChannel socket) throws Exception {
    // One process.
    try (ObjectSender out = ObjectChannel.sender(dataframes, socket)) {
      out.send(TRADES, trades);
    }
    return 0;
  }

  private double receive(SocketChannel socket) throws Exception {
    double turnover = 0;
    // The other.
    try (ObjectReceiver in = ObjectChannel.receiver(dataframes, socket);
        RecordList<Trade> trades = in.receive(TRADES)) {
      for (Trade trade : trades) {
        turnover += trade.price() * trade.amount();
      }
    }
    return turnover;
  }

  @Test
  void underAnId() throws Exception {
    Duration patience = Duration.ofSeconds(10);
    double turnover;
    TRADES.over(dataframes).put(ObjectId.named("trades/today"), trades);
    try (RecordList<Trade> trades =
        TRADES.over(dataframes).get(ObjectId.named("trades/today"), patience)) {
      turnover = trades.stream().mapToDouble(each -> each.price() * each.amount()).sum();
    }
    assertEquals(TURNOVER, turnover);
  }

  @Test
  void columns() {
    TRADES.over(dataframes).put(ObjectId.named("trades/today"), trades);
    double turnover = 0;
    try (RecordList<Trade> trades = TRADES.over(dataframes).get(ObjectId.named("trades/today"))) {
      DoubleColumn prices = trades.doubleColumn("price");
      IntColumn amounts = trades.intColumn("amount");
      for (int row = 0; row < trades.size(); row++) {
        turnover += prices.get(row) * amounts.get(row);
      }
    }
    assertEquals(TURNOVER, turnover);
  }

  /** Whose symbols are few. */
  static final class Encoded {
    private Encoded() {}

    record Trade(long id, @DictionaryEncoded String symbol, double price) {}
  }

  @Test
  void fewDifferentTexts() {
    RecordCodec<Encoded.Trade> codec = RecordCodec.of(Encoded.Trade.class, MethodHandles.lookup());
    List<Encoded.Trade> list =
        List.of(new Encoded.Trade(1, "a", 0.5), new Encoded.Trade(2, new String("a"), 1.5));
    codec.over(dataframes).put(ObjectId.named("trades/today"), list);
    try (RecordList<Encoded.Trade> got =
        codec.over(dataframes).get(ObjectId.named("trades/today"))) {
      assertEquals(list, got);
      assertSame(got.get(0).symbol(), got.get(1).symbol());
    }
  }

  /** Each block of code in the document stands in this file, but for the white space. */
  @Test
  void theDocumentShowsThisCode() throws Exception {
    String source =
        plain(
            Files.readString(
                Path.of("src/test/java/io/plasmastore/arrow/records/JavaSerializationTest.java")));
    Matcher blocks =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../docs/java-serialization.md")));
    int count = 0;
    while (blocks.find()) {
      String block = blocks.group(1);
      assertTrue(source.contains(plain(block)), () -> "not run by this test:\n" + block);
      count++;
    }
    assertEquals(10, count);
  }

  private static String plain(String code) {
    return code.replaceAll("\\s+", "");
  }

  /** One end of a socket. */
  @FunctionalInterface
  private interface End {
    double run(SocketChannel socket) throws Exception;
  }

  private double exchange(End one, End other) throws Exception {
    Path path = folder.resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      List<Exception> failed = new ArrayList<>();
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (SocketChannel socket =
                        SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                      one.run(socket);
                    } catch (Exception e) {
                      failed.add(e);
                    }
                  });
      try (SocketChannel socket = server.accept()) {
        double result = other.run(socket);
        sender.join();
        assertEquals(List.of(), failed);
        return result;
      }
    } finally {
      Files.deleteIfExists(path);
    }
  }
}
