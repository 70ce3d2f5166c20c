package io.plasmastore.bench.handover;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.records.RecordClient;
import io.plasmastore.arrow.records.RecordCodec;
import io.plasmastore.bench.data.Orders;

/** A list of records, put; one component of what is got is read. */
final class StoredColumn extends Stored {
  private final RecordClient<Orders.Order> records;

  StoredColumn(ArrowClient dataframes) {
    super(dataframes.client());
    this.records = RecordCodec.of(Orders.Order.class).over(dataframes);
  }

  @Override
  void put(ObjectId id, Orders orders) {
    records.put(id, orders.records());
  }

  @Override
  Received get(ObjectId id) {
    return new ReceivedRecords(records.get(id), orders -> Sums.of(orders.longColumn("id")));
  }
}
