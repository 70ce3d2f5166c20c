package io.plasmastore.bench.scenario;

import io.plasmastore.arrow.records.DoubleColumn;
import io.plasmastore.arrow.records.IntColumn;
import io.plasmastore.arrow.records.LongColumn;
import io.plasmastore.bench.data.Trades;
import java.util.List;

/**
 * The loops that are compared, a method for each, so that each is compiled for one kind of list.
 */
final class Loops {
  private Loops() {}

  @SuppressWarnings("EnumOrdinal") // a number to read
  static double lazyTrades(List<Trades.Trade> trades) {
    double sum = 0;
    for (Trades.Trade trade : trades) {
      sum += trade.id() + trade.nanos() + trade.price() + trade.amount();
      sum += trade.symbol().length() + trade.side().ordinal();
    }
    return sum;
  }

  @SuppressWarnings("EnumOrdinal") // as above
  static double encodedTrades(List<Trades.EncodedTrade> trades) {
    double sum = 0;
    for (Trades.EncodedTrade trade : trades) {
      sum += trade.id() + trade.nanos() + trade.price() + trade.amount();
      sum += trade.symbol().length() + trade.side().ordinal();
    }
    return sum;
  }

  @SuppressWarnings("EnumOrdinal") // as above
  static double plainTrades(List<Trades.Trade> trades) {
    double sum = 0;
    for (Trades.Trade trade : trades) {
      sum += trade.id() + trade.nanos() + trade.price() + trade.amount();
      sum += trade.symbol().length() + trade.side().ordinal();
    }
    return sum;
  }

  static double lazyQuotes(List<Trades.Quote> quotes) {
    double sum = 0;
    for (Trades.Quote quote : quotes) {
      sum += quote.id() + quote.nanos() + quote.price() + quote.amount();
    }
    return sum;
  }

  static double plainQuotes(List<Trades.Quote> quotes) {
    double sum = 0;
    for (Trades.Quote quote : quotes) {
      sum += quote.id() + quote.nanos() + quote.price() + quote.amount();
    }
    return sum;
  }

  static long sum(LongColumn column) {
    long sum = 0;
    for (int row = 0; row < column.size(); row++) {
      sum += column.get(row);
    }
    return sum;
  }

  static long sum(long[] values) {
    long sum = 0;
    for (int row = 0; row < values.length; row++) {
      sum += values[row];
    }
    return sum;
  }

  static double sum(DoubleColumn column) {
    double sum = 0;
    for (int row = 0; row < column.size(); row++) {
      sum += column.get(row);
    }
    return sum;
  }

  static double sum(double[] values) {
    double sum = 0;
    for (int row = 0; row < values.length; row++) {
      sum += values[row];
    }
    return sum;
  }

  static int sum(IntColumn column) {
    int sum = 0;
    for (int row = 0; row < column.size(); row++) {
      sum += column.get(row);
    }
    return sum;
  }

  static int sum(int[] values) {
    int sum = 0;
    for (int row = 0; row < values.length; row++) {
      sum += values[row];
    }
    return sum;
  }
}
