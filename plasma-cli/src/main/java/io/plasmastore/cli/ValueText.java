package io.plasmastore.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.jspecify.annotations.Nullable;

/**
 * One value of a column as text for a table: on one line, cut where it is long, {@code null} where
 * there is none.
 */
final class ValueText {
  // An object id, as manifests have them, is shown whole.
  private static final int MAX_LENGTH = 40;
  private static final String CUT = "…";
  private static final String NULL = "null";
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final DictionaryProvider dictionaries;
  private final StringBuilder text = new StringBuilder();

  private ValueText(DictionaryProvider dictionaries) {
    this.dictionaries = dictionaries;
  }

  /** The value of a row. */
  static String of(FieldVector vector, int row, DictionaryProvider dictionaries) {
    ValueText value = new ValueText(dictionaries);
    value.append(vector, row);
    return cut(value.text.toString());
  }

  /** Text without line breaks and other control characters, cut to what a table shows. */
  static String cut(String text) {
    StringBuilder shown = new StringBuilder();
    int length = text.codePointCount(0, text.length());
    text.codePoints()
        .limit(length > MAX_LENGTH ? MAX_LENGTH - 1 : length)
        .forEach(point -> shown.appendCodePoint(Character.isISOControl(point) ? ' ' : point));
    return length > MAX_LENGTH ? shown + CUT : shown.toString();
  }

  private boolean isFull() {
    return text.length() > MAX_LENGTH;
  }

  private void append(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      text.append(NULL);
      return;
    }
    @Nullable DictionaryEncoding encoding = vector.getField().getDictionary();
    @Nullable Dictionary dictionary =
        encoding == null ? null : dictionaries.lookup(encoding.getId());
    if (dictionary != null && vector instanceof BaseIntVector indices) {
      append(dictionary.getVector(), Math.toIntExact(indices.getValueAsLong(row)));
      return;
    }
    switch (vector) {
      case MapVector map -> appendMap(map, row);
      case BaseListVector list ->
          appendList(list, list.getElementStartIndex(row), list.getElementEndIndex(row));
      case LargeListVector list ->
          appendList(list, list.getElementStartIndex(row), list.getElementEndIndex(row));
      case StructVector struct -> appendStruct(struct, row);
      default -> text.append(plain(vector, row));
    }
  }

  private void appendList(FieldVector list, long start, long end) {
    FieldVector values = list.getChildrenFromFields().getFirst();
    text.append('[');
    for (long i = start; i < end && !isFull(); i++) {
      text.append(i == start ? "" : ", ");
      append(values, Math.toIntExact(i));
    }
    text.append(']');
  }

  private void appendMap(MapVector map, int row) {
    List<FieldVector> entry = map.getDataVector().getChildrenFromFields();
    int start = map.getElementStartIndex(row);
    text.append('{');
    for (int i = start; i < map.getElementEndIndex(row) && !isFull(); i++) {
      text.append(i == start ? "" : ", ");
      append(entry.get(0), i);
      text.append(": ");
      append(entry.get(1), i);
    }
    text.append('}');
  }

  private void appendStruct(StructVector struct, int row) {
    String separator = "";
    text.append('{');
    for (FieldVector child : struct.getChildrenFromFields()) {
      if (isFull()) {
        break;
      }
      text.append(separator).append(child.getName()).append(": ");
      append(child, row);
      separator = ", ";
    }
    text.append('}');
  }

  private static String plain(FieldVector vector, int row) {
    try {
      return switch (vector) {
        case UInt8Vector number -> Long.toUnsignedString(number.get(row));
        // Not getObject, which gives unsigned numbers a sign.
        case BaseIntVector number -> Long.toString(number.getValueAsLong(row));
        case Float2Vector number -> Float.toString(Float.float16ToFloat(number.get(row)));
        case VarBinaryVector bytes -> hex(bytes.get(row));
        case LargeVarBinaryVector bytes -> hex(bytes.get(row));
        case FixedSizeBinaryVector bytes -> hex(bytes.get(row));
        case DateDayVector date -> LocalDate.ofEpochDay(date.get(row)).toString();
        case DateMilliVector date -> instant(date.get(row), TimeUnit.MILLISECOND, null);
        case TimeSecVector time -> time(time.get(row), TimeUnit.SECOND);
        case TimeMilliVector time -> time(time.get(row), TimeUnit.MILLISECOND);
        case TimeMicroVector time -> time(time.get(row), TimeUnit.MICROSECOND);
        case TimeNanoVector time -> time(time.get(row), TimeUnit.NANOSECOND);
        case TimeStampVector time -> {
          ArrowType.Timestamp type = (ArrowType.Timestamp) time.getField().getType();
          yield instant(time.get(row), type.getUnit(), type.getTimezone());
        }
        default -> String.valueOf(vector.getObject(row));
      };
    } catch (DateTimeException | ArithmeticException _) {
      // No such time or zone: the number as it stands.
      return String.valueOf(vector.getObject(row));
    }
  }

  private static String hex(byte[] bytes) {
    int shown = Math.min(bytes.length, MAX_LENGTH);
    return "0x" + HexFormat.of().formatHex(bytes, 0, shown);
  }

  private static String time(long value, TimeUnit unit) {
    return LocalTime.ofNanoOfDay(Math.multiplyExact(value, NANOS_PER_SECOND / perSecond(unit)))
        .toString();
  }

  private static String instant(long value, TimeUnit unit, @Nullable String zone) {
    long perSecond = perSecond(unit);
    Instant instant =
        Instant.ofEpochSecond(
            Math.floorDiv(value, perSecond),
            Math.floorMod(value, perSecond) * (NANOS_PER_SECOND / perSecond));
    return zone == null
        ? instant.atOffset(ZoneOffset.UTC).toLocalDateTime().toString()
        : instant.atZone(ZoneId.of(zone)).toOffsetDateTime().toString();
  }

  private static long perSecond(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MILLISECOND -> 1_000;
      case MICROSECOND -> 1_000_000;
      case NANOSECOND -> NANOS_PER_SECOND;
    };
  }
}
