package io.plasmastore.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void showsATimeInTheUnitThatSuitsIt() {
    assertEquals("0.50 ns", Figures.time(0.5));
    assertEquals("39.2 ns", Figures.time(39.21));
    assertEquals("100 ns", Figures.time(100));
    assertEquals("1.14 µs", Figures.time(1_141));
    assertEquals("13.4 ms", Figures.time(13_400_000));
    assertEquals("2 s", Figures.time(2e9));
  }

  @Test
  void showsThreeDigits() {
    assertEquals("0.65 ×", Figures.ratio(0.654));
    assertEquals("1.50 ×", Figures.ratio(1.5));
    assertEquals("284 ×", Figures.ratio(283.7));
    assertEquals("12345", Figures.digits(12345.6 - 0.6));
  }

  @Test
  void showsWhatGoesByInATime() {
    assertEquals("20 GB/s", Figures.throughput(200_000_000, 10e6));
  }
}
