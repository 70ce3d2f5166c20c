package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Names of types, and values as text. */
class ValueTextTest {
  private final BufferAllocator allocator = new RootAllocator();
  private final MapDictionaryProvider dictionaries = new MapDictionaryProvider();

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  @Test
  void showsNumbers() {
    assertFixed("int8", "-1", new ArrowType.Int(8, true), -1);
    assertFixed("uint8", "255", new ArrowType.Int(8, false), -1);
    assertFixed("int16", "-1", new ArrowType.Int(16, true), -1);
    assertFixed("uint16", "65535", new ArrowType.Int(16, false), -1);
    assertFixed("int32", "-1", new ArrowType.Int(32, true), -1);
    assertFixed("uint32", "4294967295", new ArrowType.Int(32, false), -1);
    assertFixed("int64", "-1", new ArrowType.Int(64, true), -1);
    assertFixed("uint64", "18446744073709551615", new ArrowType.Int(64, false), -1);
    assertFixed("bool", "true", ArrowType.Bool.INSTANCE, 1);
    assertFixed("float16", "1.0", floating(FloatingPointPrecision.HALF), 0x3C00);
    assertFixed(
        "float32", "1.5", floating(FloatingPointPrecision.SINGLE), Float.floatToIntBits(1.5f));
    assertFixed(
        "float64", "0.1", floating(FloatingPointPrecision.DOUBLE), Double.doubleToLongBits(0.1));
    assertFixed("decimal128(20, 2)", "12.34", new ArrowType.Decimal(20, 2, 128), 1234);
  }

  @Test
  void showsTimes() {
    long day = 20_000;
    assertFixed("date32", "2024-10-04", new ArrowType.Date(DateUnit.DAY), day);
    assertFixed(
        "date64", "2024-10-04T00:00", new ArrowType.Date(DateUnit.MILLISECOND), day * 86_400_000);
    assertFixed("time32[s]", "00:01:05", new ArrowType.Time(TimeUnit.SECOND, 32), 65);
    assertFixed("time32[ms]", "00:00:00.065", new ArrowType.Time(TimeUnit.MILLISECOND, 32), 65);
    assertFixed("time64[us]", "00:00:00.000065", new ArrowType.Time(TimeUnit.MICROSECOND, 64), 65);
    assertFixed(
        "time64[ns]", "00:00:00.000000065", new ArrowType.Time(TimeUnit.NANOSECOND, 64), 65);
    assertFixed("time32[s]", "-1", new ArrowType.Time(TimeUnit.SECOND, 32), -1);
    assertFixed(
        "timestamp[us]",
        "1969-12-31T23:59:59.999999",
        new ArrowType.Timestamp(TimeUnit.MICROSECOND, null),
        -1);
    assertFixed(
        "timestamp[s, Europe/Berlin]",
        "1970-01-01T01:00:01+01:00",
        new ArrowType.Timestamp(TimeUnit.SECOND, "Europe/Berlin"),
        1);
    assertFixed(
        "timestamp[ms, Nowhere/Land]",
        "7",
        new ArrowType.Timestamp(TimeUnit.MILLISECOND, "Nowhere/Land"),
        7);
    assertFixed("duration[ms]", "PT1.5S", new ArrowType.Duration(TimeUnit.MILLISECOND), 1500);
    assertFixed(
        "interval[year_month]", "P14M", new ArrowType.Interval(IntervalUnit.YEAR_MONTH), 14);
  }

  @Test
  void showsTextAndBytes() {
    try (VarCharVector text = new VarCharVector("text", allocator);
        VarBinaryVector binary = new VarBinaryVector("binary", allocator);
        LargeVarBinaryVector large = new LargeVarBinaryVector("large", allocator);
        FixedSizeBinaryVector fixed = new FixedSizeBinaryVector("fixed", allocator, 2);
        NullVector nothing = new NullVector("nothing", 1)) {
      text.setSafe(0, "héllo\tworld".getBytes(StandardCharsets.UTF_8));
      text.setValueCount(2);
      assertText("utf8", "héllo world", text, 0);
      assertText("utf8", "null", text, 1);
      binary.setSafe(0, new byte[] {1, (byte) 0xAB});
      binary.setValueCount(1);
      assertText("binary", "0x01ab", binary, 0);
      large.setSafe(0, new byte[100]);
      large.setValueCount(1);
      assertText("large_binary", "0x" + "0".repeat(37) + "…", large, 0);
      fixed.allocateNew(1);
      fixed.set(0, new byte[] {1, 2});
      fixed.setValueCount(1);
      assertText("fixed_size_binary[2]", "0x0102", fixed, 0);
      assertText("null", "null", nothing, 0);
    }
  }

  @Test
  void showsListsAndStructs() {
    Field number = Field.nullable("n", new ArrowType.Int(64, true));
    try (ListVector list = (ListVector) nested(ArrowType.List.INSTANCE, number);
        LargeListVector large = (LargeListVector) nested(ArrowType.LargeList.INSTANCE, number);
        FixedSizeListVector fixed =
            (FixedSizeListVector) nested(new ArrowType.FixedSizeList(2), number);
        StructVector struct = (StructVector) nested(ArrowType.Struct.INSTANCE, number);
        MapVector map =
            (MapVector)
                nested(
                    new ArrowType.Map(false),
                    new Field(
                        "entries",
                        FieldType.notNullable(ArrowType.Struct.INSTANCE),
                        List.of(
                            new Field("key", FieldType.notNullable(number.getType()), null),
                            number)))) {
      list.startNewValue(0);
      numbers(list.getDataVector(), 1, -1);
      list.endValue(0, 2);
      list.setValueCount(2);
      assertText("list<int64>", "[1, null]", list, 0);
      assertText("list<int64>", "null", list, 1);

      large.startNewValue(0);
      numbers(large.getDataVector(), 1, 2);
      large.endValue(0, 2);
      large.setValueCount(1);
      assertText("large_list<int64>", "[1, 2]", large, 0);

      fixed.allocateNew();
      fixed.setNotNull(0);
      numbers(fixed.getDataVector(), 3, 4);
      fixed.setValueCount(1);
      assertText("list<int64>[2]", "[3, 4]", fixed, 0);

      numbers(struct.getChildrenFromFields().getFirst(), 5, -1);
      struct.setIndexDefined(0);
      struct.setIndexDefined(1);
      struct.setValueCount(2);
      assertText("struct<n: int64>", "{n: 5}", struct, 0);
      assertText("struct<n: int64>", "{n: null}", struct, 1);

      map.startNewValue(0);
      StructVector entries = (StructVector) map.getDataVector();
      entries.setIndexDefined(0);
      numbers(entries.getChildrenFromFields().get(0), 6);
      numbers(entries.getChildrenFromFields().get(1), 7);
      map.endValue(0, 1);
      map.setValueCount(1);
      assertText("map<int64, int64>", "{6: 7}", map, 0);
    }
  }

  @Test
  void stopsInTheMiddleOfALongList() {
    try (ListVector list =
        (ListVector)
            nested(ArrowType.List.INSTANCE, Field.nullable("n", new ArrowType.Int(64, true)))) {
      list.startNewValue(0);
      long[] values = new long[10_000];
      java.util.Arrays.fill(values, 12_345);
      numbers(list.getDataVector(), values);
      list.endValue(0, values.length);
      list.setValueCount(1);
      assertText("list<int64>", "[12345, 12345, 12345, 12345, 12345, 123…", list, 0);
    }
  }

  private void assertFixed(String typeName, String text, ArrowType type, long bits) {
    try (FieldVector vector = Field.nullable("x", type).createVector(allocator)) {
      BaseFixedWidthVector fixed = (BaseFixedWidthVector) vector;
      fixed.allocateNew(2);
      fixed.zeroVector();
      for (int i = 0; i < Math.max(1, fixed.getTypeWidth()); i++) {
        fixed.getDataBuffer().setByte(i, i < Long.BYTES ? (int) (bits >> (i * Byte.SIZE)) : 0);
      }
      fixed.getValidityBuffer().setByte(0, 1);
      fixed.setValueCount(2);
      assertText(typeName, text, vector, 0);
      assertText(typeName, "null", vector, 1);
    }
  }

  private void assertText(String typeName, String text, FieldVector vector, int row) {
    assertEquals(text, ValueText.of(vector, row, dictionaries));
    assertEquals(typeName, TypeName.of(vector.getField(), dictionaries));
  }

  private FieldVector nested(ArrowType type, Field child) {
    return new Field("x", FieldType.nullable(type), List.of(child)).createVector(allocator);
  }

  /** Fills a vector; negative stands for null. */
  private static void numbers(Object vector, long... values) {
    BigIntVector numbers = (BigIntVector) vector;
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0) {
        numbers.setNull(i);
      } else {
        numbers.setSafe(i, values[i]);
      }
    }
    numbers.setValueCount(values.length);
  }

  private static ArrowType floating(FloatingPointPrecision precision) {
    return new ArrowType.FloatingPoint(precision);
  }
}
