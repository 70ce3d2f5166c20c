package io.plasmastore.bench.handover;

import io.plasmastore.arrow.records.DoubleColumn;
import io.plasmastore.bench.data.Orders.Order;
import java.util.List;
import org.apache.arrow.vector.Float8Vector;

/** What the consumers do with what they got. */
final class Sums {
  private Sums() {}

  /**
   * Refuses a sum that is another one.
   *
   * @throws IllegalStateException with both
   */
  static void check(double sum, double wanted) {
    if (Double.compare(sum, wanted) != 0) {
      throw new IllegalStateException("sum=" + sum + " wanted=" + wanted);
    }
  }

  /** The sum of the prices; each component of each record is read. */
  static double of(List<Order> orders) {
    double sum = 0;
    long others = 0;
    for (Order order : orders) {
      sum += order.price();
      others += order.id() + order.amount() + (order.buy() ? 1 : 0) + order.reference().length();
    }
    if (others == Long.MIN_VALUE) {
      throw new IllegalStateException("not what the seed gives: others=" + others);
    }
    return sum;
  }

  static double of(Float8Vector prices) {
    double sum = 0;
    for (int row = 0; row < prices.getValueCount(); row++) {
      sum += prices.get(row);
    }
    return sum;
  }

  static double of(DoubleColumn prices) {
    double sum = 0;
    for (int row = 0; row < prices.size(); row++) {
      sum += prices.get(row);
    }
    return sum;
  }

  static double of(double[] prices) {
    double sum = 0;
    for (double price : prices) {
      sum += price;
    }
    return sum;
  }
}
