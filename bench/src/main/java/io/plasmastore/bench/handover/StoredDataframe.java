package io.plasmastore.bench.handover;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.bench.data.Orders;

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
  Received get(ObjectId id) {
    return new ReceivedRoot(dataframes.get(id));
  }
}
