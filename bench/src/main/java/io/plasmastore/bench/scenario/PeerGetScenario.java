package io.plasmastore.bench.scenario;

import io.plasmastore.bench.data.ChronicleValues;
import io.plasmastore.bench.data.LmdbValues;
import io.plasmastore.bench.data.RedisValues;
import io.plasmastore.bench.data.StoredObjects;
import io.plasmastore.bench.handover.Peer;
import io.plasmastore.bench.handover.RedisServer;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.process.Resources;
import io.plasmastore.bench.process.RunDirectory;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Libraries;
import io.plasmastore.bench.report.Row;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reading a byte of a small value that several processes share: here, in LMDB, in Chronicle Map and
 * in Redis, each in memory, and each set up as its own documentation advises.
 */
final class PeerGetScenario implements Scenario {
  /** What the headline says of a value. */
  static final String HEADLINE = "get of %d B, one of 1,000".formatted(StoredObjects.SIZE);

  private static final String GET = "get, read a byte, release";
  private static final String GET_BY_NEW_ID =
      "get by an id that was just made, read a byte, release";
  private static final String LMDB = "LMDB: get, read a byte; one transaction for 1,000";
  private static final String LMDB_RENEWED = "LMDB: renew the transaction, get, read a byte";
  private static final String CHRONICLE = "Chronicle Map: getUsing an array, read a byte";
  private static final String REDIS = "Redis: get over the loopback interface, read a byte";
  private static final int ASKED_PER_ROUND = 50;
  private static final int GETS_PER_SAMPLE = 1_000;
  private static final int SAMPLES_PER_ROUND = 20;
  private static final double GOAL = 3;
  private static final double REDIS_GOAL = 300;

  /** What each object takes, with its share of the index. */
  private static final long BYTES_PER_OBJECT = 256;

  @Override
  public String name() {
    return "get-peers";
  }

  @Override
  public String title(Settings settings) {
    return "values that processes share, one thread: %,d of %d B; lmdbjava %s, Chronicle Map %s, Jedis %s%s"
        .formatted(
            settings.hotObjects(),
            StoredObjects.SIZE,
            Libraries.version("lmdbjava"),
            Libraries.version("chronicle-map"),
            Libraries.version("jedis"),
            Peer.skipped(EnumSet.of(Peer.REDIS)));
  }

  @Override
  public long capacity(Settings settings) {
    return (64L << 20) + settings.hotObjects() * BYTES_PER_OBJECT;
  }

  @Override
  public List<String> flags() {
    return opened();
  }

  /**
   * What the documentation of LMDB, Chronicle Map and Arrow's stream writer asks for on a JDK that
   * keeps its own classes closed.
   */
  static List<String> opened() {
    Stream<String> opened =
        Stream.of(
                "java.base/java.io",
                "java.base/java.lang",
                "java.base/java.lang.reflect",
                "java.base/java.nio",
                "java.base/java.util",
                "java.base/sun.nio.ch",
                "jdk.compiler/com.sun.tools.javac")
            .map(each -> "--add-opens=" + each + "=ALL-UNNAMED");
    Stream<String> exported =
        Stream.of(
                "java.base/jdk.internal.ref",
                "java.base/sun.nio.ch",
                "jdk.compiler/com.sun.tools.javac.file",
                "jdk.unsupported/sun.misc")
            .map(each -> "--add-exports=" + each + "=ALL-UNNAMED");
    // Chronicle else reports over the network that it is used.
    return Stream.of(opened, exported, Stream.of("-Dchronicle.analytics.disable=true"))
        .flatMap(each -> each)
        .toList();
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    int count = subject.settings().hotObjects();
    StoredObjects objects = StoredObjects.create(subject.client(), count);
    try (Resources resources = new Resources();
        RunDirectory files = RunDirectory.createInMemory();
        LmdbValues lmdb =
            new LmdbValues(Files.createDirectory(files.file("lmdb")), count, StoredObjects.SIZE);
        ChronicleValues chronicle =
            new ChronicleValues(files.file("chronicle"), count, StoredObjects.SIZE)) {
      List<Probe> probes = new ArrayList<>();
      probes.add(probe(GET, () -> getMany(objects)));
      probes.add(probe(GET_BY_NEW_ID, () -> getManyByNewIds(objects)));
      probes.add(probe(LMDB, () -> getMany(lmdb)));
      probes.add(probe(LMDB_RENEWED, () -> renewAndGetMany(lmdb)));
      probes.add(probe(CHRONICLE, () -> getMany(chronicle)));
      if (RedisServer.isInstalled()) {
        RedisServer server = resources.open(RedisServer.start(files.path()));
        RedisValues redis =
            resources.open(
                new RedisValues(RedisServer.HOST, server.port(), count, StoredObjects.SIZE));
        probes.add(Probe.of(REDIS, 1, ASKED_PER_ROUND, () -> check(redis.get(), 1)));
      }
      return Interleaving.measure(
          probes, subject.settings().warmup(), subject.settings().duration());
    }
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    Measurement get = Measurement.named(measurements, GET);
    List<Row> rows = new ArrayList<>();
    rows.add(Row.of(GET, get).inHeadline(HEADLINE, Row.Place.OURS));
    Measurement byNewId = Measurement.named(measurements, GET_BY_NEW_ID);
    rows.add(
        Row.of(GET_BY_NEW_ID + " (ratio to the get)", byNewId)
            .withRatio(byNewId.p50() / get.p50()));
    rows.add(row(measurements, LMDB, GOAL).inHeadline(HEADLINE, Peer.LMDB.title()));
    rows.add(row(measurements, LMDB_RENEWED, GOAL));
    rows.add(
        row(measurements, CHRONICLE, GOAL).inHeadline(HEADLINE, Peer.CHRONICLE_ARRAYS.title()));
    if (measurements.stream().anyMatch(any -> any.name().equals(REDIS))) {
      rows.add(row(measurements, REDIS, REDIS_GOAL).inHeadline(HEADLINE, Peer.REDIS.title()));
    }
    return rows;
  }

  private static Row row(List<Measurement> measurements, String name, double goal) {
    Measurement peer = Measurement.named(measurements, name);
    return Row.of(name + " (ratio to the get)", peer)
        .withRatio(peer.p50() / Measurement.named(measurements, GET).p50())
        .withGoal(Goal.ratioAtLeast(goal));
  }

  private static Probe probe(String name, Probe.Sample sample) {
    return Probe.of(name, GETS_PER_SAMPLE, SAMPLES_PER_ROUND, sample);
  }

  // A loop for each, so that each has compiled code of its own.

  private static void getMany(StoredObjects objects) {
    long bytes = 0;
    for (int i = 0; i < GETS_PER_SAMPLE; i++) {
      bytes += objects.getReadAndRelease();
    }
    check(bytes, GETS_PER_SAMPLE);
  }

  private static void getManyByNewIds(StoredObjects objects) {
    long bytes = 0;
    for (int i = 0; i < GETS_PER_SAMPLE; i++) {
      bytes += objects.getByNewIdReadAndRelease();
    }
    check(bytes, GETS_PER_SAMPLE);
  }

  private static void getMany(LmdbValues values) {
    long bytes = 0;
    values.renew();
    for (int i = 0; i < GETS_PER_SAMPLE; i++) {
      bytes += values.get();
    }
    check(bytes, GETS_PER_SAMPLE);
  }

  private static void renewAndGetMany(LmdbValues values) {
    long bytes = 0;
    for (int i = 0; i < GETS_PER_SAMPLE; i++) {
      values.renew();
      bytes += values.get();
    }
    check(bytes, GETS_PER_SAMPLE);
  }

  private static void getMany(ChronicleValues values) {
    long bytes = 0;
    for (int i = 0; i < GETS_PER_SAMPLE; i++) {
      bytes += values.get();
    }
    check(bytes, GETS_PER_SAMPLE);
  }

  // All bytes are 0, so that what was read adds nothing.
  private static void check(long bytes, int gets) {
    if (bytes != (long) gets * StoredObjects.SIZE) {
      throw new IllegalStateException("values have other sizes than they were given: " + bytes);
    }
  }
}
