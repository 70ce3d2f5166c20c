package io.plasmastore.bench.scenario;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.bench.measure.Interleaving;
import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.measure.Probe;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.report.Goal;
import io.plasmastore.bench.report.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a seal takes while gets wait for other objects, against one while none does. */
final class WaitingGetsScenario implements Scenario {
  private static final String ALONE = "seal, no get waits";
  private static final String AMONG_MANY = "seal, gets wait for 10,000 other ids";
  private static final int GETS = 4;
  private static final int IDS_PER_GET = 2_500;
  private static final int SAMPLES_PER_ROUND = 200;
  private static final long POLL_NANOS = 50_000;
  private static final double GOAL = 1.2;

  @Override
  public String name() {
    return "waiting-gets";
  }

  @Override
  public String title(Settings settings) {
    return "seal of %d B while %,d ids are waited for".formatted(Seals.SIZE, GETS * IDS_PER_GET);
  }

  @Override
  public long capacity(Settings settings) {
    return 64L << 20;
  }

  @Override
  public List<Placement> placements() {
    return List.of(Placement.ONE_CORE);
  }

  @Override
  public List<Measurement> measure(Subject subject) throws Exception {
    Crowd crowd = new Crowd(subject.client());
    return Interleaving.measure(
        List.of(
            new Seals(ALONE, subject.client(), crowd::gather),
            new Seals(AMONG_MANY, subject.client(), crowd::dissolve)),
        subject.settings().warmup(),
        subject.settings().duration());
  }

  @Override
  public List<Row> rows(Settings settings, List<Measurement> measurements) {
    Measurement alone = Measurement.named(measurements, ALONE);
    Measurement among = Measurement.named(measurements, AMONG_MANY);
    return List.of(
        Row.of(AMONG_MANY + " (ratio to that with none)", among)
            .withRatio(among.p50() / alone.p50())
            .withGoal(Goal.ratioAtMost(GOAL)),
        Row.of(ALONE, alone));
  }

  /** Those who wait. */
  private static final class Crowd {
    private final PlasmaClient client;
    private @Nullable PlasmaClient waiting;

    Crowd(PlasmaClient client) {
      this.client = client;
    }

    void gather() {
      PlasmaClient crowd = PlasmaClient.connect(client.options());
      waiting = crowd;
      long before = asked();
      for (int i = 0; i < GETS; i++) {
        List<ObjectId> ids = Stream.generate(ObjectId::random).limit(IDS_PER_GET).toList();
        Thread.ofPlatform().daemon().start(() -> await(crowd, ids));
      }
      while (asked() < before + GETS) {
        LockSupport.parkNanos(POLL_NANOS);
      }
    }

    void dissolve() {
      PlasmaClient crowd = waiting;
      if (crowd != null) {
        crowd.close();
        while (client.stats().clients() > 1) {
          LockSupport.parkNanos(POLL_NANOS);
        }
      }
    }

    private static void await(PlasmaClient crowd, List<ObjectId> ids) {
      try {
        var unused = crowd.getAll(ids, PlasmaClient.FOREVER);
        throw new IllegalStateException("objects of random ids were there");
      } catch (PlasmaException e) {
        if (e.code() != ErrorCode.CLIENT_CLOSED) {
          throw e;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private long asked() {
      return client.stats().counters().getOrDefault("gets_asked", 0L);
    }
  }

  /**
   * Seals what was created before; what is to change for the next probe is changed off the clock.
   */
  private static final class Seals implements Probe {
    static final int SIZE = 100;

    private final String name;
    private final PlasmaClient client;
    private final Runnable afterRound;
    private final List<ObjectWriter> writers = new ArrayList<>();
    private int sealed;

    Seals(String name, PlasmaClient client, Runnable afterRound) {
      this.name = name;
      this.client = client;
      this.afterRound = afterRound;
      create();
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int operations() {
      return 1;
    }

    @Override
    public int samplesPerRound() {
      return SAMPLES_PER_ROUND;
    }

    @Override
    public void sample() {
      writers.get(sealed++).seal();
    }

    @Override
    public void afterRound() {
      var unused = client.deleteAll(writers.stream().map(ObjectWriter::id).toList());
      writers.clear();
      sealed = 0;
      create();
      afterRound.run();
    }

    private void create() {
      for (int i = 0; i < SAMPLES_PER_ROUND; i++) {
        writers.add(client.create(ObjectId.random(), SIZE));
      }
    }
  }
}
