package io.plasmastore.bench.handover;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.data.Orders;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** A dataframe that is there, put and got. */
final class StoredDataframe extends Stored {
  private final ArrowClient dataframes;

  StoredDataframe(ArrowClient dataframes) {
    super(dataframes.client());
    this.dataframes = dataframes;
  }

  @Override
  void put(ObjectId id, Orders orders) {
    dataframes.put(id, orders.root());
  }

  @Override
  double get(ObjectId id) {
    try (VectorSchemaRoot root = dataframes.get(id)) {
      return Sums.of((Float8Vector) root.getVector("price"));
    }
  }
}
