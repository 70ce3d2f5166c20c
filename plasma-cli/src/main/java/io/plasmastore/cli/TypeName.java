package io.plasmastore.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Types as Arrow's other libraries write them: {@code int64}, {@code timestamp[us, UTC]}. */
final class TypeName {
  private TypeName() {}

  /** The type of a column; of a dictionary-encoded one that of its values. */
  static String of(Field field, DictionaryProvider dictionaries) {
    if (field.getDictionary() != null) {
      @Nullable Dictionary dictionary = dictionaries.lookup(field.getDictionary().getId());
      String values =
          dictionary == null ? "?" : of(dictionary.getVector().getField(), dictionaries);
      return "dictionary<" + values + ">";
    }
    List<Field> children = field.getChildren();
    return switch (field.getType()) {
      case ArrowType.List _ -> "list<" + of(children.getFirst(), dictionaries) + ">";
      case ArrowType.LargeList _ -> "large_list<" + of(children.getFirst(), dictionaries) + ">";
      case ArrowType.FixedSizeList type ->
          "list<%s>[%d]".formatted(of(children.getFirst(), dictionaries), type.getListSize());
      case ArrowType.Map _ ->
          children.getFirst().getChildren().stream()
              .map(child -> of(child, dictionaries))
              .collect(Collectors.joining(", ", "map<", ">"));
      case ArrowType.Struct _ ->
          children.stream()
              .map(child -> child.getName() + ": " + of(child, dictionaries))
              .collect(Collectors.joining(", ", "struct<", ">"));
      default -> of(field.getType());
    };
  }

  private static String of(ArrowType type) {
    return switch (type) {
      case ArrowType.Null _ -> "null";
      case ArrowType.Bool _ -> "bool";
      case ArrowType.Int number -> (number.getIsSigned() ? "int" : "uint") + number.getBitWidth();
      case ArrowType.FloatingPoint number ->
          switch (number.getPrecision()) {
            case HALF -> "float16";
            case SINGLE -> "float32";
            case DOUBLE -> "float64";
          };
      case ArrowType.Decimal number ->
          "decimal%d(%d, %d)"
              .formatted(number.getBitWidth(), number.getPrecision(), number.getScale());
      case ArrowType.Utf8 _ -> "utf8";
      case ArrowType.LargeUtf8 _ -> "large_utf8";
      case ArrowType.Binary _ -> "binary";
      case ArrowType.LargeBinary _ -> "large_binary";
      case ArrowType.FixedSizeBinary bytes -> "fixed_size_binary[" + bytes.getByteWidth() + "]";
      case ArrowType.Date date -> date.getUnit() == DateUnit.DAY ? "date32" : "date64";
      case ArrowType.Time time -> "time%d[%s]".formatted(time.getBitWidth(), unit(time.getUnit()));
      case ArrowType.Timestamp time ->
          time.getTimezone() == null
              ? "timestamp[" + unit(time.getUnit()) + "]"
              : "timestamp[%s, %s]".formatted(unit(time.getUnit()), time.getTimezone());
      case ArrowType.Duration time -> "duration[" + unit(time.getUnit()) + "]";
      case ArrowType.Interval interval ->
          "interval[" + interval.getUnit().name().toLowerCase(Locale.ROOT) + "]";
      default -> type.toString();
    };
  }

  private static String unit(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> "s";
      case MILLISECOND -> "ms";
      case MICROSECOND -> "us";
      case NANOSECOND -> "ns";
    };
  }
}
