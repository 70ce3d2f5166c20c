package io.plasmastore.bench.data;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ObjIntConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

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
      implements Serializable {
    private void set(Order order, int row) {
      ids[row] = order.id;
      prices[row] = order.price;
      amounts[row] = order.amount;
      buys[row] = order.buy;
      referenceEnds[row] = (row + 1) * TEXT_SIZE;
      byte[] text = order.reference.getBytes(StandardCharsets.UTF_8);
      System.arraycopy(text, 0, references, row * TEXT_SIZE, TEXT_SIZE);
    }
  }

  /** The columns of the dataframe; nulls could be in any. */
  public static final Schema SCHEMA =
      new Schema(
          List.of(
              field("id", new ArrowType.Int(Long.SIZE, true)),
              field("price", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
              field("amount", new ArrowType.Int(Integer.SIZE, true)),
              field("buy", ArrowType.Bool.INSTANCE),
              field("reference", ArrowType.Utf8.INSTANCE)));

  private final int rows;
  private final BufferAllocator allocator;
  private @Nullable List<Order> records;
  private @Nullable Arrays arrays;
  private @Nullable VectorSchemaRoot root;

  private Orders(int rows, BufferAllocator allocator) {
    this.rows = rows;
    this.allocator = allocator;
  }

  /**
   * Rows that are made in each form when they are first asked for in it. For one thread until then.
   *
   * @param rows how many
   * @param allocator of the dataframe's memory
   * @return the rows; the caller closes them
   */
  public static Orders create(int rows, BufferAllocator allocator) {
    return new Orders(rows, allocator);
  }

  /** How many rows there are. */
  public int rows() {
    return rows;
  }

  /** The rows as a list of records. */
  public List<Order> records() {
    if (records == null) {
      List<Order> made = new ArrayList<>(rows);
      forEach((order, row) -> made.add(order));
      records = made;
    }
    return records;
  }

  /** The rows as arrays. */
  public Arrays arrays() {
    if (arrays == null) {
      Arrays made =
          new Arrays(
              new long[rows],
              new double[rows],
              new int[rows],
              new boolean[rows],
              new int[rows],
              new byte[rows * TEXT_SIZE]);
      forEach(made::set);
      arrays = made;
    }
    return arrays;
  }

  /** The rows as a dataframe. */
  public VectorSchemaRoot root() {
    if (root == null) {
      root = VectorSchemaRoot.create(SCHEMA, allocator);
      fill(root);
    }
    return root;
  }

  /**
   * Makes the rows in a dataframe of this schema.
   *
   * @param empty not allocated yet; stays the caller's
   */
  public void fill(VectorSchemaRoot empty) {
    BigIntVector ids = (BigIntVector) empty.getVector("id");
    Float8Vector prices = (Float8Vector) empty.getVector("price");
    IntVector amounts = (IntVector) empty.getVector("amount");
    BitVector buys = (BitVector) empty.getVector("buy");
    VarCharVector references = (VarCharVector) empty.getVector("reference");
    ids.allocateNew(rows);
    prices.allocateNew(rows);
    amounts.allocateNew(rows);
    buys.allocateNew(rows);
    references.allocateNew((long) rows * TEXT_SIZE, rows);
    forEach(
        (order, row) -> {
          ids.set(row, order.id);
          prices.set(row, order.price);
          amounts.set(row, order.amount);
          buys.set(row, order.buy ? 1 : 0);
          references.set(row, order.reference.getBytes(StandardCharsets.UTF_8));
        });
    empty.setRowCount(rows);
  }

  /** The sum of the ids, which wraps around. */
  public long sumOfIds() {
    long[] sum = new long[1];
    forEach((order, row) -> sum[0] += order.id);
    return sum[0];
  }

  @Override
  public void close() {
    if (root != null) {
      root.close();
    }
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

  private void forEach(ObjIntConsumer<Order> action) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int row = 0; row < rows; row++) {
      action.accept(
          new Order(
              random.nextLong(),
              random.nextDouble(),
              random.nextInt(1000),
              random.nextBoolean(),
              text(row)),
          row);
    }
  }

  private static Field field(String name, ArrowType type) {
    return new Field(name, FieldType.nullable(type), List.of());
  }
}
