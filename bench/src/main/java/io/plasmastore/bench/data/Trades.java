package io.plasmastore.bench.data;

import io.plasmastore.arrow.records.DictionaryEncoded;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Records to be measured with: values from a seed, a few hundred symbols, no nulls. */
public final class Trades {
  private static final long SEED = 7;
  private static final int SYMBOLS = 500;
  private static final List<Side> SIDES = List.of(Side.values());

  /** A direction. */
  public enum Side {
    /** In. */
    BUY,
    /** Out. */
    SELL
  }

  /** Numbers, a text and a constant. */
  public record Trade(long id, long nanos, double price, int amount, String symbol, Side side)
      implements Serializable {}

  /** The same, the text stored by a dictionary. */
  public record EncodedTrade(
      long id, long nanos, double price, int amount, @DictionaryEncoded String symbol, Side side) {}

  /** Numbers alone. */
  public record Quote(long id, long nanos, double price, int amount) {}

  private Trades() {}

  /** Makes trades; each has a String of its own, as one that was read from somewhere. */
  public static List<Trade> trades(int count) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<Trade> trades = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      trades.add(
          new Trade(
              random.nextLong(),
              i,
              random.nextDouble(),
              random.nextInt(1000),
              "SYM" + random.nextInt(SYMBOLS),
              SIDES.get(random.nextInt(SIDES.size()))));
    }
    return trades;
  }

  /** The same trades, their texts to be stored by a dictionary. */
  public static List<EncodedTrade> encoded(List<Trade> trades) {
    List<EncodedTrade> encoded = new ArrayList<>(trades.size());
    for (Trade each : trades) {
      encoded.add(
          new EncodedTrade(each.id, each.nanos, each.price, each.amount, each.symbol, each.side));
    }
    return encoded;
  }

  /** Makes quotes. */
  public static List<Quote> quotes(int count) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<Quote> quotes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      quotes.add(new Quote(random.nextLong(), i, random.nextDouble(), random.nextInt(1000)));
    }
    return quotes;
  }

  /** The primitive components of trades as arrays. */
  public static Object[] arrays(List<Trade> trades) {
    return new Object[] {
      trades.stream().mapToLong(Trade::id).toArray(),
      trades.stream().mapToLong(Trade::nanos).toArray(),
      trades.stream().mapToDouble(Trade::price).toArray(),
      trades.stream().mapToInt(Trade::amount).toArray()
    };
  }
}
