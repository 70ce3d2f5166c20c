package io.plasmastore.bench.handover;

import io.plasmastore.arrow.records.RecordList;
import io.plasmastore.bench.data.Orders;
import java.util.function.ToLongFunction;

/**
 * Records in the store.
 *
 * @param orders the records, closed with this
 * @param sumOfIds how they are looked at
 */
record ReceivedRecords(
    RecordList<Orders.Order> orders, ToLongFunction<RecordList<Orders.Order>> sumOfIds)
    implements Received {
  @Override
  public long sum() {
    return sumOfIds.applyAsLong(orders);
  }

  @Override
  public void close() {
    orders.close();
  }
}
