package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandles;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.NonNull;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a record may have, what it is stored as, and what is refused before anything is stored. */
class RecordCodecTest {
  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void leavesNothing() {
    allocator.close();
  }

  record WithSet(int id, Set<String> tags) {}

  record WithArray(long[] numbers) {}

  record WithYear(Year year) {}

  record WithObject(Object any) {}

  record WithVariable<V>(V value) {}

  record OfVariable(WithVariable<String> value) {}

  record Deep(Map<String, List<StringBuilder>> map) {}

  record Itself(int id, List<Itself> children) {}

  record Empty() {}

  record OptionalKey(Map<Optional<String>, String> map) {}

  record Twice(Optional<Optional<String>> value) {}

  @Test
  void aTypeThatCantBeStoredIsNamedWithRecordAndComponent() {
    assertRefused(WithSet.class, "WithSet component=tags type=java.util.Set<java.lang.String>");
    assertRefused(WithArray.class, "WithArray component=numbers type=long[]");
    assertRefused(WithYear.class, "WithYear component=year type=java.time.Year");
    assertRefused(WithObject.class, "WithObject component=any type=java.lang.Object");
    assertRefused(OfVariable.class, "OfVariable component=value type=");
    assertRefused(Deep.class, "Deep component=map type=java.lang.StringBuilder");
    assertRefused(Itself.class, "a record that contains itself");
    assertRefused(Empty.class, "a record without components");
    assertRefused(OptionalKey.class, "OptionalKey component=map type=");
    assertRefused(Twice.class, "Twice component=value type=");
  }

  @Test
  @SuppressWarnings("unchecked")
  void aRecordWithTypeParametersIsRefused() {
    Class<? extends Record> generic = WithVariable.class;
    assertRefused((Class<Record>) generic, "without type parameters");
  }

  record BadDecimal(@Decimal(precision = 10, scale = 11) BigDecimal value) {}

  record BadResolution(@Resolution(ChronoUnit.DAYS) Instant value) {}

  @Test
  void anAnnotationOutOfRangeIsRefused() {
    assertRefused(BadDecimal.class, "BadDecimal component=value precision=10 scale=11");
    assertRefused(BadResolution.class, "BadResolution component=value found=Days");
  }

  private record Hidden(int id) {}

  @Test
  void aRecordThatIsNotPublicNeedsALookup() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> RecordCodec.of(Hidden.class));
    assertTrue(e.getMessage().contains("MethodHandles.lookup()"), e.getMessage());
    assertEquals(Hidden.class, RecordCodec.of(Hidden.class, MethodHandles.lookup()).type());
  }

  @NullUnmarked
  record Unmarked(String text, @NonNull String sure, Integer box, int plain) {}

  @NullMarked
  record Marked(
      String text, @Nullable String maybe, byte @Nullable [] bytes, List<@Nullable String> list) {
    @NullUnmarked
    record Inside(String text) {}
  }

  @Test
  void nullnessIsThatOfTheAnnotations() {
    assertEquals(List.of(true, false, true, false), nullable(Unmarked.class));
    assertEquals(List.of(false, true, true, false), nullable(Marked.class));
    assertEquals(List.of(true), nullable(Marked.Inside.class));
    Field list = codec(Marked.class).schema().findField("list");
    assertTrue(list.getChildren().getFirst().isNullable());
  }

  @Test
  void aNullThatIsNotAllowedIsRefusedWithRowAndComponent() {
    Marked good = new Marked("a", null, null, Arrays.asList("b", null));
    assertUnfit(
        Marked.class,
        List.of(good, new Marked(null, null, null, List.of())),
        "component=text row=1");
    assertUnfit(Marked.class, Arrays.asList(good, good, null), "null in the place of a record");
  }

  @NullMarked
  record Values(
      @Decimal(precision = 5, scale = 2) BigDecimal price,
      Instant time,
      @Resolution(ChronoUnit.SECONDS) LocalDateTime seconds,
      LocalDate date,
      String text,
      Optional<String> optional) {}

  private static final Values FITS =
      new Values(
          new BigDecimal("999.99"),
          Instant.EPOCH,
          LocalDateTime.of(9999, 12, 31, 23, 59),
          LocalDate.EPOCH,
          "?",
          Optional.empty());

  @Test
  void aValueThatDoesNotFitIsRefusedWithRowAndComponent() {
    fill(Values.class, List.of(FITS));
    for (String price : List.of("1000", "0.001", "1e1000000000", "1e-1000000000", "-99999")) {
      assertUnfit(
          Values.class,
          List.of(FITS, withPrice(new BigDecimal(price))),
          "component=price row=1 record=");
    }
    fill(Values.class, List.of(withPrice(new BigDecimal("1e2")), withPrice(BigDecimal.ZERO)));
    fill(Values.class, List.of(withPrice(new BigDecimal("0e-1000000000"))));
    assertUnfit(Values.class, List.of(withTime(Instant.MAX)), "component=time row=0");
    assertUnfit(
        Values.class,
        List.of(withTime(Instant.parse("1677-09-21T00:12:43.145224191Z"))),
        "component=time");
    fill(Values.class, List.of(withTime(Instant.parse("1677-09-21T00:12:43.145224192Z"))));
  }

  @Test
  @SuppressWarnings("NullOptional") // that it is refused
  void otherValuesThatDoNotFit() {
    LocalDateTime fine = LocalDateTime.of(2026, 1, 1, 0, 0, 0, 1);
    assertUnfit(
        Values.class,
        List.of(new Values(FITS.price, FITS.time, fine, FITS.date, "", FITS.optional)),
        "component=seconds row=0");
    assertUnfit(
        Values.class,
        List.of(new Values(FITS.price, FITS.time, FITS.seconds, LocalDate.MAX, "", FITS.optional)),
        "component=date row=0");
    assertUnfit(
        Values.class,
        List.of(
            new Values(FITS.price, FITS.time, FITS.seconds, FITS.date, "\uD800", FITS.optional)),
        "half a surrogate pair");
    assertUnfit(
        Values.class,
        List.of(new Values(FITS.price, FITS.time, FITS.seconds, FITS.date, "", null)),
        "component=optional row=0");
  }

  @Test
  void theAllocatorsLimitIsKept() {
    try (BufferAllocator small = allocator.newChildAllocator("small", 0, 1 << 14)) {
      List<Values> many = java.util.Collections.nCopies(10_000, FITS);
      assertThrows(
          org.apache.arrow.memory.OutOfMemoryException.class,
          () -> FilledRecords.of(codec(Values.class), many, small, FilledRecords.BATCH_BYTES, 1));
      assertEquals(0, small.getAllocatedMemory());
    }
  }

  private static Values withPrice(BigDecimal price) {
    return new Values(price, FITS.time, FITS.seconds, FITS.date, FITS.text, FITS.optional);
  }

  private static Values withTime(Instant time) {
    return new Values(FITS.price, time, FITS.seconds, FITS.date, FITS.text, FITS.optional);
  }

  private void fill(Class<? extends Record> type, List<?> records) {
    FilledRecords.of(codec(type), records, allocator, FilledRecords.BATCH_BYTES, 1).close();
  }

  private void assertUnfit(Class<? extends Record> type, List<?> records, String facts) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> fill(type, records));
    assertTrue(e.getMessage().contains(facts), e.getMessage());
    assertEquals(0, allocator.getAllocatedMemory());
  }

  private static <T extends Record> void assertRefused(Class<T> type, String facts) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> codec(type));
    assertTrue(e.getMessage().contains(facts), e.getMessage());
  }

  private static List<Boolean> nullable(Class<? extends Record> type) {
    assertFalse(codec(type).toString().isEmpty());
    return codec(type).schema().getFields().stream().map(Field::isNullable).toList();
  }

  private static <T extends Record> RecordCodec<T> codec(Class<T> type) {
    return RecordCodec.of(type, MethodHandles.lookup());
  }
}
