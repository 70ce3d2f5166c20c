package io.plasmastore.bench.handover;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.plasmastore.arrow.records.LongColumn;
import io.plasmastore.bench.data.Orders.Order;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * What the consumers do with what they got: they sum the ids, which wraps around. Whoever has
 * columns runs the same loop over the memory of this one, which takes as long as the memory does.
 * (Sums of doubles wait for each addition before the next, which takes longer than to hand the rows
 * over, and hides it.)
 */
final class Sums {
  private Sums() {}

  /**
   * Refuses a sum that is another one.
   *
   * @throws IllegalStateException with both
   */
  static void check(long sum, long wanted) {
    if (sum != wanted) {
      throw new IllegalStateException("sum=" + sum + " wanted=" + wanted);
    }
  }

  /** The sum of the ids; each component of each record is read. */
  static long of(List<Order> orders) {
    long sum = 0;
    long others = 0;
    for (Order order : orders) {
      sum += order.id();
      others +=
          Double.doubleToRawLongBits(order.price())
              + order.amount()
              + (order.buy() ? 1 : 0)
              + order.reference().length();
    }
    if (others == Long.MIN_VALUE) {
      throw new IllegalStateException("not what the seed gives: others=" + others);
    }
    return sum;
  }

  @SuppressWarnings("restricted")
  static long of(VectorSchemaRoot orders) {
    ArrowBuf ids = orders.getVector("id").getDataBuffer();
    return of(
        MemorySegment.ofAddress(ids.memoryAddress())
            .reinterpret((long) Long.BYTES * orders.getRowCount()));
  }

  static long of(LongColumn ids) {
    long sum = 0;
    for (int row = 0; row < ids.size(); row++) {
      sum += ids.get(row);
    }
    return sum;
  }

  static long of(long[] ids) {
    return of(MemorySegment.ofArray(ids));
  }

  private static long of(MemorySegment ids) {
    int count = Math.toIntExact(ids.byteSize() / Long.BYTES);
    long sum = 0;
    for (int row = 0; row < count; row++) {
      sum += ids.getAtIndex(JAVA_LONG, row);
    }
    return sum;
  }
}
