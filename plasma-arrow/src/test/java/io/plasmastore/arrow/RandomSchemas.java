package io.plasmastore.arrow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.Types;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Schemas of any types, nested in one another in any way, from a seed. */
final class RandomSchemas {
  private static final int MAX_DEPTH = 4;
  private static final int NESTED_KINDS = 11;
  private static final ArrowType.Int[] INDICES = {
    new ArrowType.Int(8, true), new ArrowType.Int(16, false), new ArrowType.Int(64, true)
  };

  private final Random random;
  private final boolean sliceable;
  private final List<Field> flat = Dataframes.flatFields();

  /** Sliceable: only what arrow-java can slice. */
  RandomSchemas(long seed, boolean sliceable) {
    this.random = new Random(seed);
    this.sliceable = sliceable;
  }

  Schema next() {
    List<Field> fields = new ArrayList<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      fields.add(field(name(i), 1));
    }
    return new Schema(fields, Map.of("seeded", "yes", "", "no key"));
  }

  private Field field(String name, int depth) {
    if (depth == MAX_DEPTH || random.nextInt(3) == 0) {
      return random.nextInt(5) == 0 ? encoded(name) : leaf(name);
    }
    // arrow-java slices run ends on top, but not below a struct.
    int kinds = sliceable && depth > 1 ? NESTED_KINDS - 1 : NESTED_KINDS;
    int children = sliceable ? 1 + random.nextInt(3) : random.nextInt(4);
    return switch (random.nextInt(kinds)) {
      case 0 -> parent(name, ArrowType.List.INSTANCE, field("item", depth + 1));
      case 1 -> parent(name, ArrowType.LargeList.INSTANCE, field("item", depth + 1));
      case 2 -> parent(name, ArrowType.ListView.INSTANCE, field("item", depth + 1));
      case 3 -> parent(name, ArrowType.LargeListView.INSTANCE, field("item", depth + 1));
      case 4 -> parent(name, new ArrowType.FixedSizeList(random.nextInt(4)), noUnion(depth + 1));
      case 5, 6 -> parent(name, ArrowType.Struct.INSTANCE, fields(children, depth));
      case 7 -> map(name, depth);
      case 8 -> union(name, UnionMode.Sparse, depth);
      case 9 -> union(name, UnionMode.Dense, depth);
      default ->
          parent(
              name,
              ArrowType.RunEndEncoded.INSTANCE,
              Field.notNullable("run_ends", new ArrowType.Int(16 << random.nextInt(3), true)),
              field("values", depth + 1));
    };
  }

  /** What arrow-java can have in a list of fixed size. */
  private Field noUnion(int depth) {
    Field field = field("item", depth);
    return ColumnTypes.storage(field) instanceof ArrowType.Union ? leaf("item") : field;
  }

  private Field leaf(String name) {
    ArrowType type = flat.get(random.nextInt(flat.size())).getType();
    return new Field(name, new FieldType(random.nextBoolean(), type, null, metadata()), null);
  }

  private Field encoded(String name) {
    ArrowType.Int indices = INDICES[random.nextInt(INDICES.length)];
    DictionaryEncoding encoding =
        new DictionaryEncoding(indices.getBitWidth(), random.nextBoolean(), indices);
    return new Field(name, new FieldType(true, indices, encoding, metadata()), null);
  }

  private Field parent(String name, ArrowType type, Field... children) {
    boolean nullable = random.nextInt(4) > 0;
    return new Field(name, new FieldType(nullable, type, null, metadata()), List.of(children));
  }

  private Field[] fields(int count, int depth) {
    return IntStream.range(0, count)
        .mapToObj(i -> field(sliceable ? "f" + i : name(i), depth + 1))
        .toArray(Field[]::new);
  }

  private Field map(String name, int depth) {
    Field key = Field.notNullable("key", ArrowType.Utf8.INSTANCE);
    Field entries =
        new Field(
            "entries",
            FieldType.notNullable(ArrowType.Struct.INSTANCE),
            List.of(key, field("value", depth + 1)));
    return parent(name, new ArrowType.Map(false), entries);
  }

  @SuppressWarnings("EnumOrdinal") // arrow-java's own type ids
  private Field union(String name, UnionMode mode, int depth) {
    Field[] children =
        IntStream.range(0, 1 + random.nextInt(3))
            .mapToObj(i -> field("member " + i, depth + 1))
            .toArray(Field[]::new);
    int first = sliceable ? 0 : random.nextInt(100);
    int[] ids =
        IntStream.range(0, children.length)
            .map(
                i ->
                    sliceable && mode == UnionMode.Sparse
                        ? Types.getMinorTypeForArrowType(children[i].getType()).ordinal()
                        : first + (sliceable ? i : children.length - i))
            .toArray();
    if (IntStream.of(ids).distinct().count() < ids.length) {
      return parent(name, ArrowType.Struct.INSTANCE, children);
    }
    return parent(name, new ArrowType.Union(mode, ids), children);
  }

  private String name(int index) {
    return switch (random.nextInt(4)) {
      case 0 -> "";
      case 1 -> "same";
      case 2 -> "ünïcode " + index;
      default -> "f" + index;
    };
  }

  private Map<String, String> metadata() {
    return random.nextInt(3) == 0 ? Map.of("unit", "metre", "note", "") : Map.of();
  }
}
