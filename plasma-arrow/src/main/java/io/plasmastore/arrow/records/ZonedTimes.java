package io.plasmastore.arrow.records;

import java.lang.invoke.MethodHandles;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Times with a zone of their own. An Arrow timestamp has one zone for the whole column, so these
 * are a struct of the instant and the zone, which says exactly the same.
 */
final class ZonedTimes {
  /** What an OffsetDateTime is stored as. */
  record OffsetInstant(Instant instant, int offsetSeconds) {
    OffsetDateTime time() {
      return OffsetDateTime.ofInstant(instant, ZoneOffset.ofTotalSeconds(offsetSeconds));
    }
  }

  /** What a ZonedDateTime is stored as. */
  record ZonedInstant(Instant instant, String zone) {
    ZonedDateTime time() {
      return ZonedDateTime.ofInstant(instant, ZoneId.of(zone));
    }
  }

  private ZonedTimes() {}

  static ValueType offset(ChronoUnit resolution) {
    ValueType stored =
        RecordType.of(
            OffsetInstant.class,
            MethodHandles.lookup(),
            List.of(
                new Slot(new TimeType(TimeType.Kind.INSTANT, resolution), false),
                new Slot(new PrimitiveType(Primitive.INT, false), false)));
    return new ConvertedType(
        stored,
        value -> {
          OffsetDateTime time = (OffsetDateTime) value;
          return new OffsetInstant(time.toInstant(), time.getOffset().getTotalSeconds());
        },
        value -> ((OffsetInstant) value).time());
  }

  static ValueType zoned(ChronoUnit resolution) {
    ValueType stored =
        RecordType.of(
            ZonedInstant.class,
            MethodHandles.lookup(),
            List.of(
                new Slot(new TimeType(TimeType.Kind.INSTANT, resolution), false),
                new Slot(TextType.STRING, false)));
    return new ConvertedType(
        stored,
        value -> {
          ZonedDateTime time = (ZonedDateTime) value;
          return new ZonedInstant(time.toInstant(), time.getZone().getId());
        },
        value -> ((ZonedInstant) value).time());
  }
}
