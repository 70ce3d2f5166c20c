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
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * A list of records from hand to hand: put, got, and each record built again, against Java
 * serialisation of the same list into memory and back. Java serialisation has the advantage here:
 * its bytes need not travel.
 */
final class RecordScenario implements Scenario {
  private static final String RECORDS = "put + get + all records";
  private static final String COLUMN = "put + get + sum of a column";
  private static final String SERIALIZATION = "Java serialisation, there and back";
  private static final String ARRAYS = "Java serialisation of the numbers as arrays";
  private static final int BYTES_PER_ROW = 64;
  private static final double GOAL = 30;

  @Override
  public String name() {
    return "records";
  }

  @Override
  public String title(Settings settings) {
    return "hand-over of a List of %,d records (2 long, double, int, String, enum)"
        .formatted(settings.records());
  }

  @Override
  public long capacity(Settings settings) {
    return (64L << 20) + 4L * BYTES_PER_ROW * settings.records();
  }

  @Override
  public List<Placement> placements() {
    return List.of(Placement.ANY_CORE);
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    Settings settings = subject.settings();
    List<Trades.Trade> trades = Trades.trades(settings.records());
    Object[] arrays = Trades.arrays(trades);
    try (BufferAllocator allocator = new RootAllocator()) {
      HandOver handOver = new HandOver(ArrowClient.over(subject.client(), allocator), trades);
      return Interleaving.measure(
          List.of(
              Probe.of(RECORDS, 1, 1, handOver::records),
              Probe.of(COLUMN, 1, 1, handOver::column),
              Probe.of(SERIALIZATION, 1, 1, () -> check(serialized(trades), trades)),
              Probe.of(ARRAYS, 1, 1, () -> serialized(arrays))),
          settings.warmup(),
          settings.duration());
    }
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    Measurement records = Measurement.named(measurements, RECORDS);
    Measurement column = Measurement.named(measurements, COLUMN);
    Measurement serialization = Measurement.named(measurements, SERIALIZATION);
    Measurement arrays = Measurement.named(measurements, ARRAYS);
    return List.of(
        Row.of(RECORDS, records),
        Row.of(COLUMN, column),
        Row.of(SERIALIZATION + " (ratio to all records)", serialization)
            .withRatio(serialization.p50() / records.p50())
            .withGoal(Goal.ratioAtLeast(GOAL)),
        Row.of(ARRAYS + " (ratio to all records)", arrays).withRatio(arrays.p50() / records.p50()));
  }

  private static void check(Object got, List<Trades.Trade> wanted) {
    List<?> list = (List<?>) got;
    if (list.size() != wanted.size() || !list.getLast().equals(wanted.getLast())) {
      throw new IllegalStateException("not what was written: size=" + list.size());
    }
  }

  private static Object serialized(Object object) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return deserialized(bytes.toByteArray());
  }

  @SuppressWarnings("BanSerializableRead") // What was written in the line before.
  private static Object deserialized(byte[] bytes) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject();
    }
  }

  /** Both sides of a hand-over. */
  private static final class HandOver {
    private final RecordClient<Trades.Trade> records;
    private final ArrowClient dataframes;
    private final List<Trades.Trade> trades;
    private final ObjectId id = ObjectId.random();

    HandOver(ArrowClient dataframes, List<Trades.Trade> trades) {
      this.dataframes = dataframes;
      this.records = RecordCodec.of(Trades.Trade.class).over(dataframes);
      this.trades = trades;
    }

    void records() {
      records.put(id, trades);
      try (RecordList<Trades.Trade> got = records.get(id)) {
        check(new ArrayList<>(got), trades);
      } finally {
        dataframes.client().delete(id);
      }
    }

    double column() {
      records.put(id, trades);
      try (RecordList<Trades.Trade> got = records.get(id)) {
        return Loops.sum(got.doubleColumn("price"));
      } finally {
        dataframes.client().delete(id);
      }
    }
  }
}
