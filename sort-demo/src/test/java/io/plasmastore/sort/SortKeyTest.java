package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortKeyTest {
  @Test
  void isAscendingWithNullsLastWhereNothingIsSaid() {
    assertEquals(
        new SortKey("delay", SortKey.Direction.ASCENDING, SortKey.Nulls.LAST),
        SortKey.parse("delay"));
  }

  @Test
  void readsDirectionAndNullsInAnyOrderAndCase() {
    SortKey key = SortKey.of("delay").descending().nullsFirst();
    assertEquals(key, SortKey.parse("delay:desc:nulls-first"));
    assertEquals(key, SortKey.parse("delay:NULLS-FIRST:DESC"));
    assertEquals(key.nullsLast(), SortKey.parse("delay:desc"));
    assertEquals(key.ascending(), SortKey.parse("delay:asc:nulls-first"));
  }

  @Test
  void takesOtherWordsForPartOfTheName() {
    assertEquals(SortKey.of("a:b"), SortKey.parse("a:b"));
    assertEquals(SortKey.of("a:desc").ascending(), SortKey.parse("a:desc:asc"));
    assertEquals(SortKey.of("desc"), SortKey.parse("desc"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delay", "a:desc", "a:nulls-last:asc", "a b,c", ":x"})
  void readsWhatItWrites(String column) {
    SortKey key = SortKey.of(column).descending().nullsFirst();
    assertEquals(key, SortKey.parse(key.toString()));
    assertEquals(SortKey.of(column), SortKey.parse(SortKey.of(column).toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":desc", ":asc:nulls-first"})
  void refusesAKeyWithoutAColumn(String text) {
    assertThrows(IllegalArgumentException.class, () -> SortKey.parse(text));
  }
}
