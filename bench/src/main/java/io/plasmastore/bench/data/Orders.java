package io.plasmastore.bench.data;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The same rows in each form in which a program may have them: as records, as a dataframe and as
 * arrays. Values are from a seed; the texts are ASCII, all different, each a String of its own, as
 * one that was read from somewhere; no nulls.
 */
public final class Orders implements AutoCloseable {
  /** Bytes of a row as columns, without validity: 8 + 8 + 4 + a bit + an offset and a text. */
  public static final int BYTES_PER_ROW =
      Long.BYTES + Double.BYTES + Integer.BYTES + Integer.BYTES + Orders.TEXT_SIZE;

  private static final int TEXT_SIZE = 12;
  private static final long SEED = 7;
  private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
  private static final int BITS_PER_DIGIT = 5;

  /** Odd, so that multiples of it by different numbers differ in the bits that the text shows. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /** A row. */
  public record Order(long id, double price, int amount, boolean buy, String reference)
      implements Serializable {}

  /** The rows as columns in arrays. */
  public record Arrays(
      long[] ids,
      double[] prices,
      int[] amounts,
      boolean[] buys,
      int[] referenceEnds,
      byte[] references)
      implements Serializable {}

  private final List<Order> records;
  private final Arrays arrays;
  private final VectorSchemaRoot root;

  private Orders(List<Order> records, Arrays arrays, VectorSchemaRoot root) {
    this.records = records;
    this.arrays = arrays;
    this.root = root;
  }

  /**
   * Makes rows.
   *
   * @param rows how many
   * @param allocator of the dataframe's memory
   * @return the rows; the caller closes them
   */
  public static Orders create(int rows, BufferAllocator allocator) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<Order> records = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      records.add(
          new Order(
              random.nextLong(),
              random.nextDouble(),
              random.nextInt(1000),
              random.nextBoolean(),
              text(row)));
    }
    return new Orders(records, arrays(records), root(records, allocator));
  }

  /** The rows as a list of records. */
  public List<Order> records() {
    return records;
  }

  /** The rows as arrays. */
  public Arrays arrays() {
    return arrays;
  }

  /** The rows as a dataframe. */
  public VectorSchemaRoot root() {
    return root;
  }

  /** The sum of the prices, in the order of the rows. */
  public double sumOfPrices() {
    double sum = 0;
    for (double price : arrays.prices()) {
      sum += price;
    }
    return sum;
  }

  @Override
  public void close() {
    root.close();
  }

  private static String text(int row) {
    byte[] text = new byte[TEXT_SIZE];
    long bits = row * SPREAD;
    for (int i = TEXT_SIZE - 1; i >= 0; i--) {
      text[i] = (byte) DIGITS.charAt((int) bits & (DIGITS.length() - 1));
      bits >>>= BITS_PER_DIGIT;
    }
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private static Arrays arrays(List<Order> records) {
    int rows = records.size();
    Arrays arrays =
        new Arrays(
            new long[rows],
            new double[rows],
            new int[rows],
            new boolean[rows],
            new int[rows],
            new byte[rows * TEXT_SIZE]);
    for (int row = 0; row < rows; row++) {
      Order order = records.get(row);
      arrays.ids[row] = order.id;
      arrays.prices[row] = order.price;
      arrays.amounts[row] = order.amount;
      arrays.buys[row] = order.buy;
      arrays.referenceEnds[row] = (row + 1) * TEXT_SIZE;
      byte[] text = order.reference.getBytes(StandardCharsets.UTF_8);
      System.arraycopy(text, 0, arrays.references, row * TEXT_SIZE, TEXT_SIZE);
    }
    return arrays;
  }

  private static VectorSchemaRoot root(List<Order> records, BufferAllocator allocator) {
    int rows = records.size();
    BigIntVector ids = new BigIntVector("id", allocator);
    Float8Vector prices = new Float8Vector("price", allocator);
    IntVector amounts = new IntVector("amount", allocator);
    BitVector buys = new BitVector("buy", allocator);
    VarCharVector references = new VarCharVector("reference", allocator);
    ids.allocateNew(rows);
    prices.allocateNew(rows);
    amounts.allocateNew(rows);
    buys.allocateNew(rows);
    references.allocateNew((long) rows * TEXT_SIZE, rows);
    for (int row = 0; row < rows; row++) {
      Order order = records.get(row);
      ids.set(row, order.id);
      prices.set(row, order.price);
      amounts.set(row, order.amount);
      buys.set(row, order.buy ? 1 : 0);
      references.set(row, order.reference.getBytes(StandardCharsets.UTF_8));
    }
    List<FieldVector> vectors = List.of(ids, prices, amounts, buys, references);
    vectors.forEach(vector -> vector.setValueCount(rows));
    return new VectorSchemaRoot(vectors);
  }
}
