package io.plasmastore.bench.handover;

import io.plasmastore.arrow.records.RecordList;
import io.plasmastore.bench.data.Orders;
import java.util.function.ToDoubleFunction;

/**
 * Records in the store.
 *
 * @param orders the records, closed with this
 * @param sumOfPrices how they are looked at
 */
record ReceivedRecords(
    RecordList<Orders.Order> orders, ToDoubleFunction<RecordList<Orders.Order>> sumOfPrices)
    implements Received {
  @Override
  public double sum() {
    return sumOfPrices.applyAsDouble(orders);
  }

  @Override
  public void close() {
    orders.close();
  }
}
