package io.plasmastore.arrow.records;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A component of each kind, three times: never null, maybe null, and nested. */
@NullMarked
record Everything(Plain plain, @Nullable Plain maybe, Loose loose, Nested nested, byte[] bytes) {
  enum Color {
    RED,
    GREEN {
      @Override
      public String toString() {
        return "a constant with a body";
      }
    },
    BLUE
  }

  record Plain(
      boolean bool,
      byte int8,
      short int16,
      char letter,
      int int32,
      long int64,
      float single,
      double real,
      String text,
      @DictionaryEncoded String kind,
      Color color,
      @Decimal(precision = 76, scale = 5) BigDecimal wide,
      BigDecimal narrow,
      UUID uuid,
      Instant instant,
      @Resolution(ChronoUnit.SECONDS) Instant farInstant,
      LocalDate date,
      LocalTime time,
      @Resolution(ChronoUnit.MILLIS) LocalTime roughTime,
      LocalDateTime dateTime,
      @Resolution(ChronoUnit.MICROS) LocalDateTime farDateTime,
      Duration duration,
      OffsetDateTime offsetTime,
      ZonedDateTime zonedTime) {}

  record Loose(
      @Nullable Boolean bool,
      @Nullable Byte int8,
      @Nullable Short int16,
      @Nullable Character letter,
      @Nullable Integer int32,
      @Nullable Long int64,
      @Nullable Float single,
      @Nullable Double real,
      @Nullable String text,
      @DictionaryEncoded @Nullable String kind,
      @Nullable Color color,
      @Nullable BigDecimal decimal,
      @Nullable UUID uuid,
      @Nullable Instant instant,
      @Nullable LocalDate date,
      @Nullable LocalTime time,
      @Nullable LocalDateTime dateTime,
      @Nullable Duration duration,
      @Nullable OffsetDateTime offsetTime,
      @Nullable ZonedDateTime zonedTime,
      Optional<String> optional,
      @DictionaryEncoded Optional<String> optionalKind,
      Optional<Long> optionalLong) {}

  record Point(int x, @Nullable String name) {}

  record Nested(
      List<Long> numbers,
      List<@Nullable String> texts,
      @DictionaryEncoded List<@Nullable String> kinds,
      @DictionaryEncoded Map<String, List<String>> kindsByKind,
      @Nullable List<Point> points,
      List<@Nullable List<Color>> lists,
      Map<String, Integer> map,
      Map<Color, @Nullable List<@Nullable Point>> deepMap,
      List<Optional<Boolean>> optionals,
      Optional<List<Instant>> optionalList) {}

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Everything that
        && plain.equals(that.plain)
        && java.util.Objects.equals(maybe, that.maybe)
        && loose.equals(that.loose)
        && nested.equals(that.nested)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return plain.hashCode();
  }

  /** Records of a seed; each value has its extremes among the others. */
  static List<Everything> list(long seed, int count) {
    Generator generator = new Generator(new SplittableRandom(seed));
    List<Everything> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      list.add(generator.everything());
    }
    return list;
  }

  private static final class Generator {
    private static final long NANOS = 1_000_000_000;
    private static final List<String> TEXTS =
        List.of(
            "",
            "a",
            "?",
            "four",
            "eight...",
            "nine.....",
            "sixteen.........",
            "ä€😀",
            "\0",
            "x".repeat(300));
    private static final List<String> ZONES =
        List.of("Europe/Berlin", "UTC", "Z", "+02:00", "America/New_York", "Asia/Kolkata");

    private final SplittableRandom random;

    Generator(SplittableRandom random) {
      this.random = random;
    }

    Everything everything() {
      byte[] bytes = new byte[random.nextInt(20)];
      random.nextBytes(bytes);
      return new Everything(plain(), orNull(this::plain), loose(), nested(), bytes);
    }

    private Plain plain() {
      return new Plain(
          random.nextBoolean(),
          (byte) number(),
          (short) number(),
          (char) number(),
          (int) number(),
          number(),
          Float.intBitsToFloat((int) number()),
          real(),
          text(),
          text(),
          color(),
          new BigDecimal(new BigInteger(250, new java.util.Random(random.nextLong())).negate(), 5),
          decimal(),
          uuid(),
          instant(),
          oneOf(List.of(Instant.MAX, Instant.MIN, Instant.EPOCH)).truncatedTo(ChronoUnit.SECONDS),
          oneOf(
              List.of(LocalDate.EPOCH, LocalDate.of(-5_000_000, 1, 1), LocalDate.of(2024, 2, 29))),
          time(),
          time().truncatedTo(ChronoUnit.MILLIS),
          dateTime(),
          oneOf(List.of(LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000), dateTime()))
              .truncatedTo(ChronoUnit.MICROS),
          duration(),
          offsetTime(),
          zonedTime());
    }

    private Loose loose() {
      return new Loose(
          orNull(random::nextBoolean),
          orNull(() -> (byte) number()),
          orNull(() -> (short) number()),
          orNull(() -> (char) number()),
          orNull(() -> (int) number()),
          orNull(this::number),
          orNull(() -> (float) number()),
          orNull(this::real),
          orNull(this::text),
          orNull(this::text),
          orNull(this::color),
          orNull(this::decimal),
          orNull(this::uuid),
          orNull(this::instant),
          orNull(this::date),
          orNull(this::time),
          orNull(this::dateTime),
          orNull(this::duration),
          orNull(this::offsetTime),
          orNull(this::zonedTime),
          Optional.ofNullable(orNull(this::text)),
          Optional.ofNullable(orNull(this::text)),
          Optional.ofNullable(orNull(this::number)));
    }

    private Nested nested() {
      Map<String, Integer> map = new LinkedHashMap<>();
      Map<String, List<String>> kinds = new LinkedHashMap<>();
      Map<Color, @Nullable List<@Nullable Point>> deepMap = new LinkedHashMap<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        kinds.put(text(), list(this::text));
        map.put(text() + i, (int) number());
        deepMap.put(color(), orNull(() -> list(() -> orNull(this::point))));
      }
      return new Nested(
          list(this::number),
          list(() -> orNull(this::text)),
          list(() -> orNull(this::text)),
          kinds,
          orNull(() -> list(this::point)),
          list(() -> orNull(() -> list(this::color))),
          map,
          deepMap,
          list(() -> Optional.ofNullable(orNull(random::nextBoolean))),
          Optional.ofNullable(orNull(() -> list(this::instant))));
    }

    private Point point() {
      return new Point((int) number(), orNull(this::text));
    }

    private <V extends @Nullable Object> List<V> list(Supplier<V> values) {
      List<V> list = new ArrayList<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        list.add(values.get());
      }
      return list;
    }

    private <V> @Nullable V orNull(Supplier<V> value) {
      return random.nextInt(4) == 0 ? null : value.get();
    }

    private <V> V oneOf(List<V> values) {
      return values.get(random.nextInt(values.size()));
    }

    private long number() {
      return switch (random.nextInt(6)) {
        case 0 -> 0;
        case 1 -> Long.MAX_VALUE;
        case 2 -> Long.MIN_VALUE;
        case 3 -> -1;
        default -> random.nextLong();
      };
    }

    private double real() {
      return oneOf(
          List.of(
              0.0,
              -0.0,
              Double.NaN,
              Double.NEGATIVE_INFINITY,
              Double.MIN_VALUE,
              random.nextDouble()));
    }

    private String text() {
      return random.nextBoolean() ? oneOf(TEXTS) : Long.toString(random.nextLong(), 36);
    }

    private Color color() {
      return oneOf(List.of(Color.values()));
    }

    private BigDecimal decimal() {
      return oneOf(
          List.of(
              new BigDecimal(BigInteger.valueOf(number()), 18),
              new BigDecimal(BigInteger.TEN.pow(38).subtract(BigInteger.ONE), 18),
              new BigDecimal(BigInteger.TEN.pow(38).subtract(BigInteger.ONE).negate(), 18)));
    }

    private UUID uuid() {
      return new UUID(number(), number());
    }

    private Instant instant() {
      long nanos = number();
      return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }

    private LocalDate date() {
      int day = (int) number();
      return LocalDate.ofEpochDay(day);
    }

    private LocalTime time() {
      return oneOf(
          List.of(
              LocalTime.MIN,
              LocalTime.MAX,
              LocalTime.ofNanoOfDay(random.nextLong(86_400 * NANOS))));
    }

    private LocalDateTime dateTime() {
      return LocalDateTime.ofInstant(instant(), ZoneOffset.UTC);
    }

    private Duration duration() {
      return Duration.ofNanos(number());
    }

    private OffsetDateTime offsetTime() {
      int seconds = random.nextInt(-18 * 3600, 18 * 3600 + 1);
      return OffsetDateTime.ofInstant(instant(), ZoneOffset.ofTotalSeconds(seconds));
    }

    private ZonedDateTime zonedTime() {
      return ZonedDateTime.ofInstant(instant(), ZoneId.of(oneOf(ZONES)));
    }
  }
}
