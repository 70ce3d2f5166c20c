package io.plasmastore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that docs/guarantees.md names exists. */
class GuaranteesDocumentTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern CITED = Pattern.compile("`(\\w+(?:Test|Contract))#(\\w+)`");

  @Test
  void namesTestsThatExist() throws IOException {
    Map<String, String> sources = sources();
    List<String> missing = new ArrayList<>();
    int cited = 0;
    for (Matcher matcher = CITED.matcher(document()); matcher.find(); cited++) {
      String source = sources.getOrDefault(matcher.group(1), "");
      if (!source.matches("(?s).*@Test\\s[^;{}]*void " + matcher.group(2) + "\\(.*")) {
        missing.add(matcher.group());
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(cited > 50, "cited=" + cited);
  }

  @Test
  void hasASectionForEachGuarantee() throws IOException {
    List<String> titles = document().lines().filter(line -> line.matches("## \\d\\. .+")).toList();
    assertEquals(
        IntStream.rangeClosed(1, 8).mapToObj(i -> "## " + i).toList(),
        titles.stream().map(title -> title.substring(0, "## 1".length())).toList());
  }

  private static String document() throws IOException {
    return Files.readString(ROOT.resolve("docs/guarantees.md"));
  }

  /** The text of each test class of any module, by its name. */
  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path tests : modules.map(module -> module.resolve("src/test/java")).toList()) {
        if (Files.isDirectory(tests)) {
          try (Stream<Path> files = Files.walk(tests)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
              String name = file.getFileName().toString().replace(".java", "");
              sources.put(name, Files.readString(file));
            }
          }
        }
      }
    }
    return sources;
  }
}
