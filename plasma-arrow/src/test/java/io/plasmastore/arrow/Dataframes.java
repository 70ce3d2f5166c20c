package io.plasmastore.arrow;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.extension.UuidType;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Dataframes of any supported schema with values from a seed. */
final class Dataframes {
  /** Indices into dictionaries are less than this. */
  static final int DICTIONARY_SIZE = 5;

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
    types.add(ArrowType.Utf8View.INSTANCE);
    types.add(ArrowType.BinaryView.INSTANCE);
    types.add(UuidType.INSTANCE);
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
    Field views = Field.nullable("views", ArrowType.Utf8View.INSTANCE);
    fields.add(nested("list view of views", ArrowType.ListView.INSTANCE, views));
    fields.add(nested("large list view of structs", ArrowType.LargeListView.INSTANCE, struct));
    Field values = Field.nullable("values", ArrowType.Utf8.INSTANCE);
    for (int bits : new int[] {16, 32, 64}) {
      Field ends = Field.notNullable("run_ends", new ArrowType.Int(bits, true));
      fields.add(nested("runs of " + bits, ArrowType.RunEndEncoded.INSTANCE, ends, values));
    }
    fields.add(nested("list of views", ArrowType.List.INSTANCE, views));
    return fields;
  }

  /** Unions, with the type ids that arrow-java gives by itself, and so it can slice them. */
  @SuppressWarnings("EnumOrdinal") // arrow-java's own type ids
  static List<Field> unionFields() {
    Field text = Field.nullable("varchar", ArrowType.Utf8.INSTANCE);
    Field number = Field.nullable("bigint", new ArrowType.Int(64, true));
    int[] ordinals = {MinorType.VARCHAR.ordinal(), MinorType.BIGINT.ordinal()};
    Field sparse = nested("sparse", new ArrowType.Union(UnionMode.Sparse, ordinals), text, number);
    Field dense =
        nested("dense", new ArrowType.Union(UnionMode.Dense, new int[] {0, 1}), text, number);
    return List.of(
        sparse,
        dense,
        nested("list of dense", ArrowType.List.INSTANCE, dense),
        nested("struct of sparse", ArrowType.Struct.INSTANCE, sparse, number));
  }

  /** Legal fields that arrow-java can hold, but not slice. */
  static List<Field> oddFields() {
    Field text = Field.nullable("same", ArrowType.Utf8.INSTANCE);
    Field number = Field.nullable("same", new ArrowType.Int(64, true));
    Field twins = nested("twins", ArrowType.Struct.INSTANCE, text, number, text);
    Field nameless =
        nested("", ArrowType.Struct.INSTANCE, nested("", ArrowType.List.INSTANCE, twins));
    ArrowType sparse = new ArrowType.Union(UnionMode.Sparse, new int[] {7, 3, 100});
    ArrowType dense = new ArrowType.Union(UnionMode.Dense, new int[] {7, 3, 100});
    Field one = Field.nullable("one", new ArrowType.Int(32, true));
    Field two = Field.nullable("two", new ArrowType.Int(32, true));
    Field list = nested("many", ArrowType.List.INSTANCE, Field.nullable("x", UuidType.INSTANCE));
    return List.of(
        twins,
        nameless,
        nested("sparse", sparse, one, two, list),
        nested("dense", dense, one, two, list),
        nested(
            "views of dense", ArrowType.ListView.INSTANCE, nested("dense", dense, one, two, list)),
        nested("no sparse", new ArrowType.Union(UnionMode.Sparse, new int[0])),
        nested(
            "large views of nothing",
            ArrowType.LargeListView.INSTANCE,
            Field.nullable("nothing", ArrowType.Null.INSTANCE)));
  }

  /** All of them, with custom metadata, and one that can't be null. */
  static Schema everything() {
    List<Field> fields = new ArrayList<>(withoutUnions().getFields());
    fields.addAll(unionFields());
    return new Schema(fields, withoutUnions().getCustomMetadata());
  }

  /** Everything that arrow-java itself writes in metadata version V4. */
  static Schema withoutUnions() {
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
    FieldVector vector = NewVectors.of(ColumnLayout.of(field), allocator);
    fill(vector, ColumnLayout.of(field), valueCount);
    return vector;
  }

  private void fill(FieldVector fieldVector, ColumnLayout layout, int valueCount) {
    FieldVector vector = NewVectors.storage(fieldVector);
    vector.setInitialCapacity(valueCount);
    switch (layout.kind()) {
      case NULL -> {}
      case FIXED -> fillFixed(vector, layout, valueCount);
      case VARIABLE -> fillVariable(vector, layout, valueCount);
      case VIEW -> fillViews((BaseVariableWidthViewVector) vector, layout, valueCount);
      case LIST -> fillList(vector, layout, valueCount);
      case LIST_VIEW -> fillListViews(vector, layout, valueCount);
      case SPARSE_UNION -> fillSparse((UnionVector) vector, layout, valueCount);
      case DENSE_UNION -> fillDense((DenseUnionVector) vector, layout, valueCount);
      case RUN_END_ENCODED -> fillRuns((RunEndEncodedVector) vector, layout, valueCount);
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
    if (layout.field().getDictionary() != null) {
      // The values of a dictionary: the least byte is first.
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] =
            i % (layout.width() / Byte.SIZE) == 0 ? (byte) random.nextInt(DICTIONARY_SIZE) : 0;
      }
    }
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

  private void fillViews(BaseVariableWidthViewVector vector, ColumnLayout layout, int valueCount) {
    vector.allocateNew();
    for (int i = 0; i < valueCount; i++) {
      if (!isNull(layout)) {
        byte[] text = new byte[random.nextInt(30)];
        for (int n = 0; n < text.length; n++) {
          text[n] = (byte) ('a' + random.nextInt(26));
        }
        vector.setSafe(i, text);
      }
    }
  }

  /** Out of order, overlapping, and with values that no list has. */
  private void fillListViews(FieldVector vector, ColumnLayout layout, int valueCount) {
    vector.allocateNew();
    while (vector.getValueCapacity() < valueCount) {
      vector.reAlloc();
    }
    int children = valueCount == 0 ? 0 : valueCount * 2 + 3;
    fill(vector.getChildrenFromFields().getFirst(), layout.children().getFirst(), children);
    for (int i = 0; i < valueCount; i++) {
      int size = random.nextInt(4);
      int start = random.nextInt(children - size + 1);
      boolean isNull = isNull(layout);
      if (vector instanceof ListViewVector list) {
        list.setOffset(i, isNull ? 0 : start);
        list.setSize(i, isNull ? 0 : size);
        list.setValidity(i, isNull ? 0 : 1);
      } else {
        ((LargeListViewVector) vector).setOffset(i, isNull ? 0 : start);
        ((LargeListViewVector) vector).setSize(i, isNull ? 0 : size);
        ((LargeListViewVector) vector).setValidity(i, isNull ? 0 : 1);
      }
    }
  }

  private void fillSparse(UnionVector union, ColumnLayout layout, int valueCount) {
    union.allocateNew();
    List<FieldVector> children = union.getChildrenFromFields();
    for (int i = 0; i < children.size(); i++) {
      fill(children.get(i), layout.children().get(i), valueCount);
    }
    // Allocates what is missing.
    union.setValueCount(valueCount);
    int[] ids = ((ArrowType.Union) layout.storage()).getTypeIds();
    for (int i = 0; i < valueCount && ids.length > 0; i++) {
      union.getTypeBuffer().setByte(i, ids[random.nextInt(ids.length)]);
    }
  }

  private void fillDense(DenseUnionVector union, ColumnLayout layout, int valueCount) {
    union.allocateNew();
    while (union.getTypeBuffer().capacity() < valueCount
        || union.getOffsetBuffer().capacity() < 4L * valueCount) {
      union.reAlloc();
    }
    // What was there before is no type id; -1 is none.
    union.getTypeBuffer().setOne(0, union.getTypeBuffer().capacity());
    union.setValueCount(valueCount);
    int[] ids = ((ArrowType.Union) layout.storage()).getTypeIds();
    int[] counts = new int[ids.length];
    for (int i = 0; i < valueCount; i++) {
      int child = random.nextInt(ids.length);
      union.getTypeBuffer().setByte(i, ids[child]);
      union.getOffsetBuffer().setInt(i * 4L, counts[child]++);
    }
    List<FieldVector> children = union.getChildrenFromFields();
    for (int i = 0; i < children.size(); i++) {
      fill(children.get(i), layout.children().get(i), counts[i]);
    }
  }

  private void fillRuns(RunEndEncodedVector vector, ColumnLayout layout, int valueCount) {
    List<Integer> ends = new ArrayList<>();
    for (int end = 0; end < valueCount; ) {
      end = Math.min(valueCount, end + 1 + random.nextInt(5));
      ends.add(end);
    }
    FieldVector endsVector = vector.getRunEndsVector();
    fill(endsVector, layout.children().get(0), ends.size());
    for (int i = 0; i < ends.size(); i++) {
      ((BaseIntVector) endsVector).setUnsafeWithPossibleTruncate(i, ends.get(i));
    }
    fill(vector.getValuesVector(), layout.children().get(1), ends.size());
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
