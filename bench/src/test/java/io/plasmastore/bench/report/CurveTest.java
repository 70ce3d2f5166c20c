package io.plasmastore.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CurveTest {
  @Test
  void callsFlatWhatCostsAboutTheSame() {
    Curve curve = objects(30, 32, 61, 40);
    assertTrue(curve.isFlat());
    assertEquals("get: flat, within 2.03 × from 1,000 to 1,000,000 objects", curve.verdict());
  }

  @Test
  void saysFromWhereToWhereItRisesMost() {
    Curve curve = objects(300, 30, 219, 40);
    assertFalse(curve.isFlat());
    assertEquals("get: NOT flat: 7.30 × from 10,000 to 100,000 objects", curve.verdict());
  }

  @Test
  void blamesNobodyForWhatBecomesCheaper() {
    Curve curve = objects(400, 40, 4, 8);
    assertTrue(curve.isFlat());
    assertEquals(
        "get: falls, by 100 ×, and does not rise, from 1,000 to 1,000,000 objects",
        curve.verdict());
  }

  @Test
  void seesARiseBehindAFall() {
    assertFalse(objects(400, 4, 8, 16).isFlat());
  }

  @Test
  void saysWhatWasLeftOut() {
    Curve curve = curve(Curve.Axis.BYTES, "left out: 10 MB", 30, 31);
    assertEquals("get: flat, within 1.03 × from 1 KB to 10 KB; left out: 10 MB", curve.verdict());
  }

  @Test
  void drawsNoConclusionFromOnePoint() {
    assertTrue(objects(30).isFlat());
    assertEquals("get: one point is no line", objects(30).verdict());
  }

  private static Curve objects(double... figures) {
    return curve(Curve.Axis.OBJECTS, null, figures);
  }

  private static Curve curve(Curve.Axis axis, @Nullable String leftOut, double... figures) {
    List<Curve.Point> points =
        IntStream.range(0, figures.length)
            .mapToObj(i -> new Curve.Point(1_000 * Math.pow(10, i), figures[i]))
            .toList();
    return new Curve("get", axis, points, leftOut);
  }
}
