package io.plasmastore.cli;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The rows that the demo hands over, in each of the forms that it compares. They are made from the
 * row's number, so that every process knows what they must be: {@code id} int64, {@code price}
 * float64, {@code quantity} int32, {@code bought} bool, {@code symbol} utf8 of seven characters.
 *
 * @param count how many
 */
record DemoRows(int count) {
  /** Bytes of a row as a dataframe: a bit is counted as a byte. */
  static final int ROW_SIZE = Long.BYTES + Double.BYTES + Integer.BYTES + 1 + Integer.BYTES + 7;

  private static final int SYMBOL_LENGTH = 7;
  private static final int SYMBOL_BITS = 0xFFF;
  private static final int QUANTITY_BITS = 0x3FF;

  /**
   * The columns as arrays, the strings as one array of bytes and where each starts: what Java
   * serialisation writes fastest.
   */
  static final class Columns implements Serializable {
    private static final long serialVersionUID = 1L;

    final long[] ids;
    final double[] prices;
    final int[] quantities;
    final boolean[] bought;
    final int[] starts;
    final byte[] symbols;

    Columns(int count) {
      ids = new long[count];
      prices = new double[count];
      quantities = new int[count];
      bought = new boolean[count];
      starts = new int[count + 1];
      symbols = new byte[count * SYMBOL_LENGTH];
    }
  }

  /** One row as an object: what most programs hand to Java serialisation. */
  record Row(long id, double price, int quantity, boolean bought, String symbol)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** The sum of all prices, added in the order of the rows. */
  double sum() {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += price(bits(i));
    }
    return sum;
  }

  /** As a dataframe in the memory of an allocator; the caller closes it. */
  VectorSchemaRoot dataframe(BufferAllocator allocator) {
    BigIntVector ids = new BigIntVector("id", allocator);
    Float8Vector prices = new Float8Vector("price", allocator);
    IntVector quantities = new IntVector("quantity", allocator);
    BitVector bought = new BitVector("bought", allocator);
    VarCharVector symbols = new VarCharVector("symbol", allocator);
    List<FieldVector> columns = List.of(ids, prices, quantities, bought, symbols);
    VectorSchemaRoot root = new VectorSchemaRoot(columns);
    symbols.allocateNew((long) count * SYMBOL_LENGTH, count);
    ids.allocateNew(count);
    prices.allocateNew(count);
    quantities.allocateNew(count);
    bought.allocateNew(count);
    byte[] symbol = new byte[SYMBOL_LENGTH];
    for (int i = 0; i < count; i++) {
      long bits = bits(i);
      ids.set(i, i);
      prices.set(i, price(bits));
      quantities.set(i, quantity(bits));
      bought.set(i, bought(bits) ? 1 : 0);
      writeSymbol(bits, symbol, 0);
      symbols.set(i, symbol);
    }
    root.setRowCount(count);
    return root;
  }

  Columns columns() {
    Columns columns = new Columns(count);
    for (int i = 0; i < count; i++) {
      long bits = bits(i);
      columns.ids[i] = i;
      columns.prices[i] = price(bits);
      columns.quantities[i] = quantity(bits);
      columns.bought[i] = bought(bits);
      columns.starts[i + 1] = (i + 1) * SYMBOL_LENGTH;
      writeSymbol(bits, columns.symbols, i * SYMBOL_LENGTH);
    }
    return columns;
  }

  ArrayList<Row> list() {
    ArrayList<Row> rows = new ArrayList<>(count);
    byte[] symbol = new byte[SYMBOL_LENGTH];
    for (int i = 0; i < count; i++) {
      long bits = bits(i);
      writeSymbol(bits, symbol, 0);
      rows.add(
          new Row(
              i,
              price(bits),
              quantity(bits),
              bought(bits),
              new String(symbol, StandardCharsets.US_ASCII)));
    }
    return rows;
  }

  /** Bits that look random, by the finalizer of SplitMix64. */
  private static long bits(long row) {
    long z = (row + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static double price(long bits) {
    return (bits >>> 11) * 0x1p-53 * 1000;
  }

  private static int quantity(long bits) {
    return (int) (bits & QUANTITY_BITS);
  }

  private static boolean bought(long bits) {
    return (bits & (QUANTITY_BITS + 1)) != 0;
  }

  /** Such as {@code SYM0042}. */
  private static void writeSymbol(long bits, byte[] target, int offset) {
    int number = (int) (bits >>> 20) & SYMBOL_BITS;
    target[offset] = 'S';
    target[offset + 1] = 'Y';
    target[offset + 2] = 'M';
    for (int digit = SYMBOL_LENGTH - 1; digit >= 3; digit--) {
      target[offset + digit] = (byte) ('0' + number % 10);
      number /= 10;
    }
  }
}
