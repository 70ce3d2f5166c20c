package io.plasmastore.bench.scenario;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.records.RecordClient;
import io.plasmastore.arrow.records.RecordCodec;
import io.plasmastore.arrow.records.RecordList;
import io.plasmastore.bench.data.Trades;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** Loops over records and columns in the store, against the same over an ArrayList and arrays. */
final class RecordLoopScenario implements Scenario {
  private static final String LAZY = " in the store";
  private static final String PLAIN = " in an ArrayList";
  private static final String COLUMN = " column in the store";
  private static final String ARRAY = "[]";
  private static final String TRADES = "records with String and enum";
  private static final String ENCODED =
      "records with @DictionaryEncoded String and enum in the store (ratio to the ArrayList)";
  private static final String PUT = "put and delete of records with String and enum";
  private static final String PUT_ENCODED =
      "put and delete of records with @DictionaryEncoded String and enum (ratio to the line above)";
  private static final String QUOTES = "records of numbers";
  private static final List<String> NUMBERS = List.of("long", "double", "int");
  private static final int BYTES_PER_ROW = 64;
  private static final double RECORD_GOAL = 2;
  private static final double COLUMN_GOAL = 1.2;

  @Override
  public String name() {
    return "record-loops";
  }

  @Override
  public String title(Settings settings) {
    return "a loop over all components of %,d records, over one column, and a put, per row"
        .formatted(settings.records());
  }

  @Override
  public long capacity(Settings settings) {
    return (64L << 20) + 4L * BYTES_PER_ROW * settings.records();
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    Settings settings = subject.settings();
    int count = settings.records();
    List<Trades.Trade> trades = Trades.trades(count);
    List<Trades.EncodedTrade> encoded = Trades.encoded(trades);
    List<Trades.Quote> quotes = Trades.quotes(count);
    try (BufferAllocator allocator = new RootAllocator()) {
      ArrowClient dataframes = ArrowClient.over(subject.client(), allocator);
      try (RecordList<Trades.Trade> storedTrades =
              stored(RecordCodec.of(Trades.Trade.class).over(dataframes), trades);
          RecordList<Trades.EncodedTrade> encodedTrades =
              stored(RecordCodec.of(Trades.EncodedTrade.class).over(dataframes), encoded);
          RecordList<Trades.Quote> storedQuotes =
              stored(RecordCodec.of(Trades.Quote.class).over(dataframes), quotes)) {
        List<Probe> probes = new ArrayList<>();
        probes.add(probe(TRADES + LAZY, storedTrades, Loops::lazyTrades, count));
        probes.add(probe(ENCODED, encodedTrades, Loops::encodedTrades, count));
        probes.add(probe(TRADES + PLAIN, trades, Loops::plainTrades, count));
        probes.add(probe(QUOTES + LAZY, storedQuotes, Loops::lazyQuotes, count));
        probes.add(probe(QUOTES + PLAIN, quotes, Loops::plainQuotes, count));
        addColumns(probes, storedQuotes, count);
        probes.add(putProbe(PUT, dataframes, RecordCodec.of(Trades.Trade.class), trades));
        probes.add(
            putProbe(PUT_ENCODED, dataframes, RecordCodec.of(Trades.EncodedTrade.class), encoded));
        return Interleaving.measure(probes, settings.warmup(), settings.duration());
      }
    }
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    List<Row> rows = new ArrayList<>();
    for (String records : List.of(TRADES, QUOTES)) {
      add(rows, measurements, records + LAZY, records + PLAIN, RECORD_GOAL);
    }
    Measurement loop = Measurement.named(measurements, ENCODED);
    rows.add(
        1,
        Row.of(ENCODED, loop)
            .withRatio(loop.p50() / Measurement.named(measurements, TRADES + PLAIN).p50())
            .withGoal(Goal.ratioAtMost(RECORD_GOAL)));
    for (String type : NUMBERS) {
      add(rows, measurements, type + COLUMN, type + ARRAY, COLUMN_GOAL);
    }
    Measurement put = Measurement.named(measurements, PUT);
    Measurement putEncoded = Measurement.named(measurements, PUT_ENCODED);
    rows.add(Row.of(PUT, put));
    rows.add(Row.of(PUT_ENCODED, putEncoded).withRatio(putEncoded.p50() / put.p50()));
    return rows;
  }

  private static void add(
      List<Row> rows, List<Measurement> measurements, String ours, String plain, double goal) {
    Measurement stored = Measurement.named(measurements, ours);
    Measurement other = Measurement.named(measurements, plain);
    rows.add(
        Row.of(ours + " (ratio to the next line)", stored)
            .withRatio(stored.p50() / other.p50())
            .withGoal(Goal.ratioAtMost(goal)));
    rows.add(Row.of(plain, other));
  }

  private static void addColumns(List<Probe> probes, RecordList<Trades.Quote> stored, int count) {
    var ids = stored.longColumn("id");
    var prices = stored.doubleColumn("price");
    var amounts = stored.intColumn("amount");
    long[] idArray = ids.toArray();
    double[] priceArray = prices.toArray();
    int[] amountArray = amounts.toArray();
    probes.add(probe("long" + COLUMN, ids, Loops::sum, count));
    probes.add(probe("long" + ARRAY, idArray, Loops::sum, count));
    probes.add(probe("double" + COLUMN, prices, Loops::sum, count));
    probes.add(probe("double" + ARRAY, priceArray, Loops::sum, count));
    probes.add(probe("int" + COLUMN, amounts, Loops::sum, count));
    probes.add(probe("int" + ARRAY, amountArray, Loops::sum, count));
  }

  private static <T extends Record> RecordList<T> stored(RecordClient<T> records, List<T> list) {
    ObjectId id = ObjectId.random();
    records.put(id, list);
    return records.get(id);
  }

  private static <T extends Record> Probe putProbe(
      String name, ArrowClient dataframes, RecordCodec<T> codec, List<T> list) {
    RecordClient<T> records = codec.over(dataframes);
    ObjectId id = ObjectId.random();
    return Probe.of(
        name,
        list.size(),
        1,
        () -> {
          records.put(id, list);
          dataframes.client().delete(id);
        });
  }

  /** A pass over everything; the first says what the others must find. */
  private static <D> Probe probe(String name, D data, ToDoubleFunction<D> loop, int rows) {
    double wanted = loop.applyAsDouble(data);
    return Probe.of(
        name,
        rows,
        1,
        () -> {
          double found = loop.applyAsDouble(data);
          if (Double.compare(found, wanted) != 0) {
            throw new IllegalStateException("wanted=" + wanted + " found=" + found);
          }
        });
  }
}
