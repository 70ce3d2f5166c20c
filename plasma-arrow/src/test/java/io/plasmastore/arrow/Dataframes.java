package io.plasmastore.arrow;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Dataframes of any supported schema with values from a seed. */
final class Dataframes {
  private final BufferAllocator allocator;
  private final Random random;
  private final double nulls;

  /** Nulls: the share of values that are null. */
  Dataframes(BufferAllocator allocator, long seed, double nulls) {
    this.allocator = allocator;
    this.random = new Random(seed);
    this.nulls = nulls;
  }

  /** One nullable column of each type without children, by the name of the type. */
  static List<Field> flatFields() {
    List<ArrowType> types = new ArrayList<>();
    types.add(ArrowType.Null.INSTANCE);
    types.add(ArrowType.Bool.INSTANCE);
    for (int bits : new int[] {8, 16, 32, 64}) {
      types.add(new ArrowType.Int(bits, true));
      types.add(new ArrowType.Int(bits, false));
    }
    for (FloatingPointPrecision precision : FloatingPointPrecision.values()) {
      types.add(new ArrowType.FloatingPoint(precision));
    }
    types.add(new ArrowType.Decimal(38, 10, 128));
    types.add(new ArrowType.Decimal(76, 20, 256));
    for (DateUnit unit : DateUnit.values()) {
      types.add(new ArrowType.Date(unit));
    }
    types.add(new ArrowType.Time(TimeUnit.SECOND, 32));
    types.add(new ArrowType.Time(TimeUnit.MILLISECOND, 32));
    types.add(new ArrowType.Time(TimeUnit.MICROSECOND, 64));
    types.add(new ArrowType.Time(TimeUnit.NANOSECOND, 64));
    for (TimeUnit unit : TimeUnit.values()) {
      types.add(new ArrowType.Timestamp(unit, null));
      types.add(new ArrowType.Timestamp(unit, "Europe/Berlin"));
      types.add(new ArrowType.Duration(unit));
    }
    for (IntervalUnit unit : IntervalUnit.values()) {
      types.add(new ArrowType.Interval(unit));
    }
    types.add(new ArrowType.FixedSizeBinary(1));
    types.add(new ArrowType.FixedSizeBinary(20));
    types.add(ArrowType.Utf8.INSTANCE);
    types.add(ArrowType.LargeUtf8.INSTANCE);
    types.add(ArrowType.Binary.INSTANCE);
    types.add(ArrowType.LargeBinary.INSTANCE);
    List<Field> fields = new ArrayList<>();
    for (ArrowType type : types) {
      fields.add(Field.nullable(type.toString(), type));
    }
    return fields;
  }

  /** One column of each nested type, over children of different kinds. */
  static List<Field> nestedFields() {
    List<Field> fields = new ArrayList<>();
    Field text = Field.nullable("text", ArrowType.Utf8.INSTANCE);
    Field number = Field.nullable("number", new ArrowType.Int(64, true));
    Field flag = Field.nullable("flag", ArrowType.Bool.INSTANCE);
    Field nothing = Field.nullable("nothing", ArrowType.Null.INSTANCE);
    Field struct = nested("struct", ArrowType.Struct.INSTANCE, text, number, flag, nothing);
    fields.add(struct);
    fields.add(nested("list of text", ArrowType.List.INSTANCE, text));
    fields.add(nested("list of nothing", ArrowType.List.INSTANCE, nothing));
    fields.add(nested("large list of flags", ArrowType.LargeList.INSTANCE, flag));
    fields.add(nested("three numbers", new ArrowType.FixedSizeList(3), number));
    fields.add(nested("list of structs", ArrowType.List.INSTANCE, struct));
    fields.add(
        nested(
            "list of lists",
            ArrowType.List.INSTANCE,
            nested("list", ArrowType.LargeList.INSTANCE, text)));
    fields.add(
        nested(
            "struct of lists",
            ArrowType.Struct.INSTANCE,
            nested("inner", ArrowType.Struct.INSTANCE, number),
            nested("texts", ArrowType.List.INSTANCE, text)));
    fields.add(nested("struct of nothing", ArrowType.Struct.INSTANCE));
    Field key = new Field("key", FieldType.notNullable(ArrowType.Utf8.INSTANCE), null);
    Field value = Field.nullable("value", new ArrowType.Int(64, true));
    Field entries =
        new Field("entries", FieldType.notNullable(ArrowType.Struct.INSTANCE), List.of(key, value));
    fields.add(nested("map", new ArrowType.Map(false), entries));
    return fields;
  }

  /** All of them, with custom metadata, and one that can't be null. */
  static Schema everything() {
    List<Field> fields = new ArrayList<>(flatFields());
    fields.addAll(nestedFields());
    fields.add(
        new Field(
            "documented",
            new FieldType(false, new ArrowType.Int(32, true), null, Map.of("unit", "metre")),
            null));
    return new Schema(fields, Map.of("origin", "a seed", "empty", ""));
  }

  static Field nested(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.nullable(type), List.of(children));
  }

  static Schema schema(Field... fields) {
    return new Schema(List.of(fields));
  }

  VectorSchemaRoot root(Schema schema, int rowCount) {
    List<FieldVector> vectors = new ArrayList<>();
    for (Field field : schema.getFields()) {
      vectors.add(vector(field, rowCount));
    }
    return new VectorSchemaRoot(schema, vectors, rowCount);
  }

  FieldVector vector(Field field, int valueCount) {
    FieldVector vector = field.createVector(allocator);
    fill(vector, ColumnLayout.of(field), valueCount);
    return vector;
  }

  private void fill(FieldVector vector, ColumnLayout layout, int valueCount) {
    vector.setInitialCapacity(valueCount);
    switch (layout.kind()) {
      case NULL -> {}
      case FIXED -> fillFixed(vector, layout, valueCount);
      case VARIABLE -> fillVariable(vector, layout, valueCount);
      case LIST -> fillList(vector, layout, valueCount);
      case FIXED_SIZE_LIST -> fillFixedSizeList((FixedSizeListVector) vector, layout, valueCount);
      case STRUCT -> fillStruct((StructVector) vector, layout, valueCount);
    }
    vector.setValueCount(valueCount);
  }

  private void fillFixed(FieldVector vector, ColumnLayout layout, int valueCount) {
    vector.allocateNew();
    while (vector.getValueCapacity() < valueCount) {
      vector.reAlloc();
    }
    ArrowBuf values = vector.getDataBuffer();
    byte[] bytes = new byte[Math.toIntExact(layout.valuesSize(valueCount))];
    random.nextBytes(bytes);
    values.setBytes(0, bytes);
    for (int i = 0; i < valueCount; i++) {
      if (!isNull(layout)) {
        BitVectorHelper.setBit(vector.getValidityBuffer(), i);
      }
    }
  }

  private void fillVariable(FieldVector vector, ColumnLayout layout, int valueCount) {
    vector.allocateNew();
    for (int i = 0; i < valueCount; i++) {
      if (isNull(layout)) {
        continue;
      }
      byte[] text =
          Long.toString(random.nextLong(), 36)
              .repeat(random.nextInt(3))
              .getBytes(StandardCharsets.US_ASCII);
      if (vector instanceof BaseVariableWidthVector plain) {
        plain.setSafe(i, text);
      } else {
        ((BaseLargeVariableWidthVector) vector).setSafe(i, text);
      }
    }
  }

  private void fillList(FieldVector vector, ColumnLayout layout, int valueCount) {
    vector.allocateNew();
    int children = 0;
    for (int i = 0; i < valueCount; i++) {
      if (isNull(layout)) {
        continue;
      }
      int length = random.nextInt(4);
      if (vector instanceof ListVector list) {
        list.startNewValue(i);
        list.endValue(i, length);
      } else {
        ((LargeListVector) vector).startNewValue(i);
        ((LargeListVector) vector).endValue(i, length);
      }
      children += length;
    }
    fill(vector.getChildrenFromFields().getFirst(), layout.children().getFirst(), children);
  }

  private void fillFixedSizeList(FixedSizeListVector list, ColumnLayout layout, int valueCount) {
    list.allocateNew();
    for (int i = 0; i < valueCount; i++) {
      if (!isNull(layout)) {
        list.startNewValue(i);
      }
    }
    fill(list.getDataVector(), layout.children().getFirst(), valueCount * layout.width());
  }

  private void fillStruct(StructVector struct, ColumnLayout layout, int valueCount) {
    struct.allocateNew();
    List<FieldVector> children = struct.getChildrenFromFields();
    for (int i = 0; i < children.size(); i++) {
      fill(children.get(i), layout.children().get(i), valueCount);
    }
    struct.setValueCount(valueCount);
    for (int i = 0; i < valueCount; i++) {
      if (isNull(layout)) {
        struct.setNull(i);
      } else {
        struct.setIndexDefined(i);
      }
    }
  }

  private boolean isNull(ColumnLayout layout) {
    return layout.field().isNullable() && random.nextDouble() < nulls;
  }
}
