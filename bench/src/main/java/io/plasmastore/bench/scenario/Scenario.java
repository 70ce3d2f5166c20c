package io.plasmastore.bench.scenario;

import io.plasmastore.bench.measure.Measurement;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.report.Curve;
import io.plasmastore.bench.report.Row;
import java.util.List;

/**
 * Something that is measured as a whole: in a process of its own, against a store of its own, once
 * for each placement.
 */
public sealed interface Scenario
    permits GetScenario,
        PeerGetScenario,
        DataframeGetScenario,
        DataframeColumnsScenario,
        DataframePutScenario,
        WarmPutScenario,
        BuildScenario,
        CreateAndSealScenario,
        HeapScenario,
        SealToGetScenario,
        WaitingGetsScenario,
        BatchScenario,
        ManyObjectsScenario,
        ReadersScenario,
        AdoptionScenario,
        ScalingObjectsScenario,
        ScalingBytesScenario,
        ScalingClientsScenario,
        HitRateScenario,
        HandOverScenario,
        DataframePeersScenario,
        RequestResponseScenario,
        PythonPeersScenario,
        RecordLoopScenario {
  /** All of them, in the order in which they run. */
  static List<Scenario> all() {
    return List.of(
        GetScenario.hot(),
        GetScenario.random(),
        new PeerGetScenario(),
        new DataframeGetScenario(),
        new DataframeColumnsScenario(),
        DataframePutScenario.plain(),
        DataframePutScenario.flagged(),
        new WarmPutScenario(),
        new BuildScenario(),
        new CreateAndSealScenario(),
        new HeapScenario(),
        new SealToGetScenario(),
        new WaitingGetsScenario(),
        new BatchScenario(),
        new ManyObjectsScenario(),
        new ReadersScenario(),
        new AdoptionScenario(),
        new ScalingObjectsScenario(),
        new ScalingBytesScenario(),
        new ScalingClientsScenario(),
        new HitRateScenario(),
        new HandOverScenario(),
        new DataframePeersScenario(),
        new RequestResponseScenario(),
        new PythonPeersScenario(),
        new RecordLoopScenario());
  }

  /** The name by which it can be asked for. */
  String name();

  /** What it measures, in a line. */
  String title(Settings settings);

  /** Bytes that its store must hold. */
  long capacity(Settings settings);

  /** Where its processes are to be. */
  default List<Placement> placements() {
    return List.of(Placement.ANY_CORE);
  }

  /** What its process must be started with, beside what all are: for libraries that need it. */
  default List<String> flags() {
    return List.of();
  }

  /** Measures, in the process that this is for. */
  List<Measurement> measure(Subject subject) throws Exception;

  /**
   * Holds what was measured against the goals.
   *
   * @param settings what it was measured with
   * @param measurements what {@link #measure} gave
   */
  List<Row> rows(Settings settings, List<Measurement> measurements);

  /**
   * What the operations cost as something grows, drawn as lines.
   *
   * @param settings what it was measured with
   * @param measurements what {@link #measure} gave
   */
  default List<Curve> curves(Settings settings, List<Measurement> measurements) {
    return List.of();
  }

  /**
   * What else there is to say, such as who was not there to be measured.
   *
   * @param measurements what {@link #measure} gave
   */
  default List<String> notes(List<Measurement> measurements) {
    return List.of();
  }
}
