package io.plasmastore.arrow.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The table of the texts that an iterator has met. */
class KnownTextsTest {
  private final KnownTexts known = new KnownTexts();

  @Test
  void tellsTextsApartThatDifferInOneByteOrInTheirSizeAlone() {
    List<String> texts = new ArrayList<>();
    for (int size = 0; size <= 20; size++) {
      texts.add("\0".repeat(size));
      texts.add("x".repeat(size));
      for (int i = 0; i < size; i++) {
        texts.add("x".repeat(i) + "y" + "x".repeat(size - i - 1));
      }
      // What the table itself adds to a text of seven bytes or fewer.
      texts.add("x".repeat(size) + (char) (size + 1));
    }
    assertFound(texts);
    assertFound(texts.reversed());
  }

  @Test
  void knowsTextsOfAllLanguages() {
    assertFound(List.of("é", "日本", "🙂🙂", "añb", "\u0080", "日本語の文字", "日本", "é"));
  }

  @Test
  void givesTheSameTextAgain() {
    List<String> first = find(List.of("SYM1", "a longer text", "SYM2"));
    List<String> second = find(List.of("SYM2", "SYM1", "a longer text"));
    assertSame(first.get(0), second.get(1));
    assertSame(first.get(1), second.get(2));
    assertSame(first.get(2), second.get(0));
  }

  @Test
  void isWorthwhileForThousandsOfTextsThatAreMetAgain() {
    SplittableRandom random = new SplittableRandom(5);
    for (int run = 0; run < 2_000; run++) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < Run.ROWS; i++) {
        texts.add("city " + random.nextInt(2_000));
      }
      assertFound(texts);
    }
    assertTrue(known.isWorthwhile());
  }

  @Test
  void isNotWorthwhileForTextsThatAllDiffer() {
    for (int run = 0; run < 100; run++) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < Run.ROWS; i++) {
        texts.add("no. " + (run * Run.ROWS + i));
      }
      assertFound(texts);
    }
    assertFalse(known.isWorthwhile());
  }

  private void assertFound(List<String> texts) {
    for (int start = 0; start < texts.size(); start += Run.ROWS) {
      List<String> run = texts.subList(start, Math.min(texts.size(), start + Run.ROWS));
      assertEquals(run, find(run));
    }
  }

  private List<String> find(List<String> texts) {
    int[] ends = new int[texts.size() + 1];
    byte[] all = String.join("", texts).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < texts.size(); i++) {
      ends[i + 1] = ends[i] + texts.get(i).getBytes(StandardCharsets.UTF_8).length;
    }
    // What lies behind a text is whatever was there before.
    byte[] bytes = Arrays.copyOf(all, all.length + KnownTexts.READ_AHEAD);
    Arrays.fill(bytes, all.length, bytes.length, (byte) 0x77);
    int[] found = new int[texts.size()];
    known.find(bytes, ends, found, found.length);
    return Arrays.stream(found).mapToObj(place -> known.texts()[place]).toList();
  }
}
