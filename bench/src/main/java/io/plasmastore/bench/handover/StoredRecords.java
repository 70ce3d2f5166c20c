package io.plasmastore.bench.handover;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.records.RecordClient;
import io.plasmastore.arrow.records.RecordCodec;
import io.plasmastore.bench.data.Orders;

/** A list of records, put and got; each record is made. */
final class StoredRecords extends Stored {
  private final RecordClient<Orders.Order> records;

  StoredRecords(ArrowClient dataframes) {
    super(dataframes.client());
    this.records = RecordCodec.of(Orders.Order.class).over(dataframes);
  }

  @Override
  void put(ObjectId id, Orders orders) {
    records.put(id, orders.records());
  }

  @Override
  Received get(ObjectId id) {
    return new ReceivedRecords(records.get(id), Sums::of);
  }
}
