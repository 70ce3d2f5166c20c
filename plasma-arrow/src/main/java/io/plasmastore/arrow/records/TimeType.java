package io.plasmastore.arrow.records;

import io.plasmastore.arrow.InvalidArrowDataException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Times that are a whole number of units. Written in one unit, read from any. */
final class TimeType extends ValueType {
  /** What it is a time of. */
  enum Kind {
    INSTANT,
    LOCAL_DATE_TIME,
    DURATION,
    LOCAL_TIME,
    LOCAL_DATE
  }

  private static final long NANOS = 1_000_000_000;
  private static final long MILLIS_PER_DAY = 86_400_000;

  private final Kind kind;
  private final TimeUnit unit;

  TimeType(Kind kind, ChronoUnit resolution) {
    this.kind = kind;
    this.unit =
        switch (resolution) {
          case SECONDS -> TimeUnit.SECOND;
          case MILLIS -> TimeUnit.MILLISECOND;
          case MICROS -> TimeUnit.MICROSECOND;
          case NANOS -> TimeUnit.NANOSECOND;
          default -> throw new AssertionError("the resolver has checked it: unit=" + resolution);
        };
  }

  @Override
  boolean mayBeEncoded() {
    return true;
  }

  @Override
  Field field(String name, boolean nullable) {
    return new Field(name, new FieldType(nullable, stored(), null), null);
  }

  @Override
  void check(Field stored, ObjectColumns columns, String path, List<String> differences) {
    ArrowType type = stored.getType();
    boolean fits =
        switch (kind) {
          case INSTANT -> type instanceof ArrowType.Timestamp stamp && stamp.getTimezone() != null;
          case LOCAL_DATE_TIME ->
              type instanceof ArrowType.Timestamp stamp && stamp.getTimezone() == null;
          case DURATION -> type instanceof ArrowType.Duration;
          case LOCAL_TIME -> type instanceof ArrowType.Time;
          case LOCAL_DATE -> type instanceof ArrowType.Date;
        };
    expect(fits, stored, stored(), path, differences);
  }

  @Override
  Reader reader(FieldVector vector, ObjectColumns columns, String path) {
    ArrowType type = vector.getField().getType();
    Primitive number = width(type) == Integer.BYTES ? Primitive.INT : Primitive.LONG;
    PrimitiveReader numbers = columns.primitives(number, vector.getDataBuffer());
    long perSecond = perSecond(type);
    return new Reader() {
      @Override
      Object get(int row) {
        long value = number == Primitive.INT ? numbers.getInt(row) : numbers.getLong(row);
        try {
          return decode(value, perSecond);
        } catch (DateTimeException | ArithmeticException e) {
          throw new InvalidArrowDataException(
              "no such time: component=" + path + " row=" + row + " value=" + value, e);
        }
      }
    };
  }

  @Override
  Writer writer(Writer.Place place) {
    boolean narrow = width(stored()) == Integer.BYTES;
    PrimitiveWriter numbers = new PrimitiveWriter(narrow ? Primitive.INT : Primitive.LONG, place);
    long perSecond = perSecond(stored());
    return new ConvertingWriter(
        place,
        numbers,
        value -> {
          long encoded = encode(value, perSecond);
          return narrow ? (Object) Math.toIntExact(encoded) : (Object) encoded;
        });
  }

  private ArrowType stored() {
    return switch (kind) {
      case INSTANT -> new ArrowType.Timestamp(unit, "UTC");
      case LOCAL_DATE_TIME -> new ArrowType.Timestamp(unit, null);
      case DURATION -> new ArrowType.Duration(unit);
      case LOCAL_TIME -> {
        boolean narrow = unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND;
        yield new ArrowType.Time(unit, narrow ? Integer.SIZE : Long.SIZE);
      }
      case LOCAL_DATE -> new ArrowType.Date(DateUnit.DAY);
    };
  }

  private static int width(ArrowType type) {
    return switch (type) {
      case ArrowType.Date date -> date.getUnit() == DateUnit.DAY ? Integer.BYTES : Long.BYTES;
      case ArrowType.Time time -> time.getBitWidth() / Byte.SIZE;
      default -> Long.BYTES;
    };
  }

  /** Units in a second; 0 for days. */
  private static long perSecond(ArrowType type) {
    return switch (type) {
      case ArrowType.Timestamp stamp -> perSecond(stamp.getUnit());
      case ArrowType.Duration duration -> perSecond(duration.getUnit());
      case ArrowType.Time time -> perSecond(time.getUnit());
      case ArrowType.Date date when date.getUnit() == DateUnit.MILLISECOND ->
          perSecond(TimeUnit.MILLISECOND);
      default -> 0;
    };
  }

  private static long perSecond(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MILLISECOND -> 1_000;
      case MICROSECOND -> 1_000_000;
      case NANOSECOND -> NANOS;
    };
  }

  @SuppressWarnings({"JavaLocalDateTimeGetNano", "JavaLocalTimeGetNano"}) // beside the seconds
  private long encode(Object value, long perSecond) {
    return switch (kind) {
      case INSTANT -> {
        Instant time = (Instant) value;
        yield units(time.getEpochSecond(), time.getNano(), perSecond);
      }
      case LOCAL_DATE_TIME -> {
        LocalDateTime time = (LocalDateTime) value;
        yield units(time.toEpochSecond(ZoneOffset.UTC), time.getNano(), perSecond);
      }
      case DURATION -> {
        Duration time = (Duration) value;
        yield units(time.getSeconds(), time.getNano(), perSecond);
      }
      case LOCAL_TIME -> {
        LocalTime time = (LocalTime) value;
        yield units(time.toSecondOfDay(), time.getNano(), perSecond);
      }
      case LOCAL_DATE -> ((LocalDate) value).toEpochDay();
    };
  }

  private Object decode(long value, long perSecond) {
    if (kind == Kind.LOCAL_DATE) {
      return LocalDate.ofEpochDay(perSecond == 0 ? value : Math.floorDiv(value, MILLIS_PER_DAY));
    }
    long seconds = Math.floorDiv(value, perSecond);
    int nanos = (int) (Math.floorMod(value, perSecond) * (NANOS / perSecond));
    return switch (kind) {
      case INSTANT -> Instant.ofEpochSecond(seconds, nanos);
      case LOCAL_DATE_TIME -> LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC);
      case DURATION -> Duration.ofSeconds(seconds, nanos);
      default -> LocalTime.ofNanoOfDay(Math.addExact(Math.multiplyExact(seconds, NANOS), nanos));
    };
  }

  /** The whole time in units. */
  private static long units(long seconds, int nanos, long perSecond) {
    long nanosPerUnit = NANOS / perSecond;
    if (nanos % nanosPerUnit != 0) {
      throw new ArithmeticException("finer than the column's unit of " + nanosPerUnit + " ns");
    }
    long part = nanos / nanosPerUnit;
    if (seconds < 0 && part > 0) {
      // The other way round the earliest times would overflow on the way.
      return Math.addExact(Math.multiplyExact(seconds + 1, perSecond), part - perSecond);
    }
    return Math.addExact(Math.multiplyExact(seconds, perSecond), part);
  }
}
