package io.plasmastore.bench.handover;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowBuilder;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.BuildOptions;
import io.plasmastore.bench.data.Orders;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A dataframe that was made where it is to lie: what is left to do is to seal it. */
final class BuiltDataframe extends Stored {
  private static final long METADATA_SIZE = 64 << 10;

  private final ArrowClient dataframes;
  private @Nullable ArrowBuilder built;

  BuiltDataframe(ArrowClient dataframes) {
    super(dataframes.client());
    this.dataframes = dataframes;
  }

  @Override
  public void prepare(Orders orders) {
    // Bits of flags and validity, and what vectors round up by, are in the byte more.
    long capacity = METADATA_SIZE + (Orders.BYTES_PER_ROW + 1L) * orders.rows();
    built =
        dataframes.build(following(), Orders.SCHEMA, BuildOptions.DEFAULT.withCapacity(capacity));
    orders.fill(built.root());
  }

  @Override
  void put(ObjectId id, Orders orders) {
    try (ArrowBuilder builder = Objects.requireNonNull(built, "not prepared")) {
      built = null;
      builder.seal();
    }
  }

  @Override
  Received get(ObjectId id) {
    return new ReceivedRoot(dataframes.get(id));
  }

  @Override
  public void close() {
    if (built != null) {
      built.close();
    }
    super.close();
  }
}
