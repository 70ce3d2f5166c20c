package io.plasmastore.bench.micro;

import io.plasmastore.PlasmaClient;
import io.plasmastore.bench.process.Placement;
import io.plasmastore.bench.process.Stage;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A store in a process of its own, and a client of it. */
@State(Scope.Benchmark)
public class StoreState {
  /** Ten million small objects; memory is only taken as they come. */
  private static final long CAPACITY = 3L << 30;

  private @Nullable Stage stage;
  private @Nullable PlasmaClient client;

  /** Starts the store. */
  @Setup(Level.Trial)
  public void open() throws Exception {
    stage = Stage.open(CAPACITY, Placement.ANY_CORE);
    client = PlasmaClient.connect(stage.storeSocket());
  }

  /** The client. */
  public PlasmaClient client() {
    if (client == null) {
      throw new IllegalStateException("the store is not started");
    }
    return client;
  }

  /** Stops the store. */
  @TearDown(Level.Trial)
  public void close() {
    try {
      if (client != null) {
        client.close();
      }
    } finally {
      if (stage != null) {
        stage.close();
      }
    }
  }
}
