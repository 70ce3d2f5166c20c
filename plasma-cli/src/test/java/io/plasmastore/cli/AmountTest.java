package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1536, 1.5 KiB",
    "10188, 9.9 KiB",
    "10189, 10 KiB",
    "1048575, 1.0 MiB",
    "67108864, 64 MiB",
    "4294967296, 4.0 GiB",
    "9223372036854775807, 8.0 EiB"
  })
  void showsBytesInTheirUnit(long bytes, String text) {
    assertEquals(text, Amount.bytes(bytes));
  }

  @Test
  void showsCounts() {
    assertEquals("1,234,567", Amount.count(1_234_567));
    assertEquals("1 row", Amount.count(1, "row", "rows"));
    assertEquals("0 rows", Amount.count(0, "row", "rows"));
    assertEquals("2,000 batches", Amount.count(2_000, "batch", "batches"));
  }

  @ParameterizedTest
  @CsvSource({
    "-5, 0s",
    "0, 0s",
    "59, 59s",
    "60, 1m",
    "3599, 59m",
    "3600, 1h",
    "86400, 1d",
    "864000, 10d"
  })
  void showsAgesInTheirLargestUnit(long seconds, String text) {
    assertEquals(text, Amount.age(Duration.ofSeconds(seconds)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 ns",
    "999, 999 ns",
    "999.6, 1.00 µs",
    "12345, 12.3 µs",
    "1500000, 1.50 ms",
    "999960000, 1.00 s",
    "123456000000, 123 s"
  })
  void showsTimesWithThreeDigits(double nanos, String text) {
    assertEquals(text, Amount.nanos(nanos));
  }
}
