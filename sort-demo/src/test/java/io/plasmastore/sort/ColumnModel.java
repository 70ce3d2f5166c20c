package io.plasmastore.sort;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A type of column, its values as nothing but bytes, and their order said once more, in the
 * plainest way: this is what the sort is held against.
 *
 * @param type of the column
 * @param width bytes of a value; 0 for any length; a bool is one byte of 0 or 1
 * @param order of two values
 */
record ColumnModel(ArrowType type, int width, Comparator<byte[]> order) {
  /** All types that can be sorted by. */
  static final List<ColumnModel> ALL =
      List.of(
          of(ArrowType.Bool.INSTANCE, 1, ColumnModel::unsigned),
          of(new ArrowType.Int(8, true), 1, ColumnModel::signed),
          of(new ArrowType.Int(16, true), 2, ColumnModel::signed),
          of(new ArrowType.Int(32, true), 4, ColumnModel::signed),
          of(new ArrowType.Int(64, true), 8, ColumnModel::signed),
          of(new ArrowType.Int(8, false), 1, ColumnModel::unsigned),
          of(new ArrowType.Int(16, false), 2, ColumnModel::unsigned),
          of(new ArrowType.Int(32, false), 4, ColumnModel::unsigned),
          of(new ArrowType.Int(64, false), 8, ColumnModel::unsigned),
          of(floating(FloatingPointPrecision.HALF), 2, ColumnModel::floating),
          of(floating(FloatingPointPrecision.SINGLE), 4, ColumnModel::floating),
          of(floating(FloatingPointPrecision.DOUBLE), 8, ColumnModel::floating),
          of(new ArrowType.Decimal(38, 4, 128), 16, ColumnModel::signed),
          of(new ArrowType.Decimal(76, 4, 256), 32, ColumnModel::signed),
          of(new ArrowType.Date(DateUnit.DAY), 4, ColumnModel::signed),
          of(new ArrowType.Date(DateUnit.MILLISECOND), 8, ColumnModel::signed),
          of(new ArrowType.Time(TimeUnit.SECOND, 32), 4, ColumnModel::signed),
          of(new ArrowType.Time(TimeUnit.NANOSECOND, 64), 8, ColumnModel::signed),
          of(new ArrowType.Timestamp(TimeUnit.MICROSECOND, null), 8, ColumnModel::signed),
          of(new ArrowType.Timestamp(TimeUnit.SECOND, "Europe/Berlin"), 8, ColumnModel::signed),
          of(new ArrowType.Duration(TimeUnit.MILLISECOND), 8, ColumnModel::signed),
          of(new ArrowType.Interval(IntervalUnit.YEAR_MONTH), 4, ColumnModel::signed),
          new ColumnModel(new ArrowType.FixedSizeBinary(11), 11, Arrays::compareUnsigned),
          new ColumnModel(ArrowType.Utf8.INSTANCE, 0, Arrays::compareUnsigned),
          new ColumnModel(ArrowType.LargeUtf8.INSTANCE, 0, Arrays::compareUnsigned),
          new ColumnModel(ArrowType.Binary.INSTANCE, 0, Arrays::compareUnsigned),
          new ColumnModel(ArrowType.LargeBinary.INSTANCE, 0, Arrays::compareUnsigned));

  /** A type of nothing but nulls, which rows with it can't be packed for. */
  static final ColumnModel NOTHING =
      new ColumnModel(ArrowType.Null.INSTANCE, 0, Arrays::compareUnsigned);

  static ColumnModel of(ArrowType type) {
    return ALL.stream().filter(model -> model.type().equals(type)).findFirst().orElseThrow();
  }

  /** A value: any bits, or one of few, or one at an end of the range. */
  byte[] value(Random random) {
    if (type instanceof ArrowType.Bool) {
      return new byte[] {(byte) random.nextInt(2)};
    }
    byte[] value = new byte[width == 0 ? random.nextInt(20) : width];
    switch (random.nextInt(3)) {
      case 0 -> Arrays.fill(value, (byte) -random.nextInt(2));
      case 1 -> {
        if (type instanceof ArrowType.FloatingPoint) {
          return specialFloat(random);
        } else if (value.length > 0) {
          value[random.nextInt(value.length)] = (byte) (1 << random.nextInt(8));
        }
      }
      default -> random.nextBytes(value);
    }
    return value;
  }

  /** A vector of a nullable column. */
  FieldVector vector(String name, List<byte[]> values, BufferAllocator allocator) {
    FieldVector vector = Field.nullable(name, type).createVector(allocator);
    vector.setInitialCapacity(Math.max(1, values.size()));
    vector.allocateNew();
    for (int i = 0; i < values.size(); i++) {
      byte[] value = values.get(i);
      if (value != null) {
        set(vector, i, value);
      }
    }
    vector.setValueCount(values.size());
    return vector;
  }

  /** The value in a row of any vector, or null. */
  static byte[] get(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return null;
    }
    return switch (vector) {
      case BitVector bits -> new byte[] {(byte) bits.get(row)};
      case BaseFixedWidthVector fixed -> {
        byte[] value = new byte[fixed.getTypeWidth()];
        fixed.getDataBuffer().getBytes((long) row * value.length, value);
        yield value;
      }
      case BaseVariableWidthVector bytes ->
          BaseVariableWidthVector.get(bytes.getDataBuffer(), bytes.getOffsetBuffer(), row);
      case BaseLargeVariableWidthVector bytes ->
          BaseLargeVariableWidthVector.get(bytes.getDataBuffer(), bytes.getOffsetBuffer(), row);
      default -> throw new IllegalArgumentException("vector=" + vector);
    };
  }

  private static void set(FieldVector vector, int row, byte[] value) {
    switch (vector) {
      case BitVector bits -> bits.set(row, value[0]);
      case BaseFixedWidthVector fixed -> {
        fixed.getDataBuffer().setBytes((long) row * value.length, value);
        BitVectorHelper.setBit(fixed.getValidityBuffer(), row);
      }
      case BaseVariableWidthVector bytes -> bytes.setSafe(row, value);
      case BaseLargeVariableWidthVector bytes -> bytes.setSafe(row, value);
      default -> throw new IllegalArgumentException("vector=" + vector);
    }
  }

  private static <T extends Comparable<T>> ColumnModel of(
      ArrowType type, int width, Function<byte[], T> value) {
    return new ColumnModel(type, width, Comparator.comparing(value));
  }

  private static ArrowType floating(FloatingPointPrecision precision) {
    return new ArrowType.FloatingPoint(precision);
  }

  private static BigInteger signed(byte[] value) {
    return new BigInteger(bigEndian(value));
  }

  private static BigInteger unsigned(byte[] value) {
    return new BigInteger(1, bigEndian(value));
  }

  private static Double floating(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(bigEndian(value));
    return switch (value.length) {
      case Short.BYTES -> (double) Float.float16ToFloat(bytes.getShort());
      case Float.BYTES -> (double) bytes.getFloat();
      default -> bytes.getDouble();
    };
  }

  private byte[] specialFloat(Random random) {
    double[] values = {0, -0.0, 1, -1, Double.NaN, 1e300, -1e300, Double.MIN_VALUE};
    double value = values[random.nextInt(values.length)];
    ByteBuffer bytes = ByteBuffer.allocate(width);
    switch (width) {
      case Short.BYTES -> bytes.putShort(Float.floatToFloat16((float) value));
      case Float.BYTES -> bytes.putFloat((float) value);
      default -> bytes.putDouble(value);
    }
    if (Double.isNaN(value)) {
      // A NaN may have either sign and any payload.
      bytes.put(0, (byte) (bytes.get(0) | random.nextInt(2) << 7));
      bytes.put(width - 1, (byte) random.nextInt(256));
    }
    return bigEndian(bytes.array());
  }

  /** Turns the order of the bytes, either way. */
  private static byte[] bigEndian(byte[] littleEndian) {
    byte[] turned = new byte[littleEndian.length];
    for (int i = 0; i < turned.length; i++) {
      turned[i] = littleEndian[turned.length - 1 - i];
    }
    return turned;
  }
}
