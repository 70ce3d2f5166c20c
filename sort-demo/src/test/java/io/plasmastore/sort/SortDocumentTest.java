package io.plasmastore.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/sort.md says what the code does. */
class SortDocumentTest {
  private static List<String> lines = List.of();

  @BeforeAll
  static void readDocument() throws Exception {
    lines = Files.readAllLines(Path.of("../docs/sort.md"));
  }

  @Test
  void statesTheColumnsOfTheManifest() {
    Map<String, String> types =
        Map.of("Int(32, true)", "int32", "Utf8", "utf8", "Int(64, true)", "int64");
    int at = indexOf("| column | type |") + 2;
    for (Field field : BucketTable.SCHEMA.getFields()) {
      String row = "| " + field.getName() + " | " + types.get(field.getType().toString()) + " |";
      assertTrue(lines.get(at).startsWith(row), row);
      at++;
    }
    assertTrue(lines.get(at).isEmpty(), "more columns than there are");
  }

  @Test
  void statesTheNamesOfTheMetadata() {
    SortKey key = SortKey.of("delay").descending();
    Map.Entry<String, String> entry =
        SortManifest.metadata(List.of(key)).entrySet().iterator().next();
    assertTrue(
        lines.stream()
            .anyMatch(
                line ->
                    line.startsWith("| `" + entry.getKey() + "`")
                        && line.contains("`" + entry.getValue() + "`")));
    indexOf("| `" + SortManifest.VERIFIED + "` |");
  }

  @Test
  void statesTheMetadataOfAPartitionManifest() {
    indexOf("| `" + PartitionManifest.BY + "` |");
    indexOf("| `" + PartitionManifest.KEY_PREFIX + "0`");
    indexOf("| `" + PartitionManifest.SPLITTERS + "` |");
    indexOf("| `" + PartitionManifest.VERIFIED + "` |");
  }

  @Test
  void statesTheNamesOfTheObjects() {
    JobNames names = new JobNames("sort/MARK");
    List<String> documented =
        List.of(
            "`sort/MARK/job`",
            "`sort/MARK/splitters`",
            "`sort/MARK/piece/SLICE/BUCKET`",
            "`sort/MARK/bucket/BUCKET`",
            "`sort/MARK/manifest`");
    documented.forEach(name -> indexOf("| " + name + " |"));
    assertEquals(
        List.of(
            "sort/MARK/job",
            "sort/MARK/splitters",
            "sort/MARK/piece/7/3",
            "sort/MARK/piece/7.1/3",
            "sort/MARK/bucket/3",
            "sort/MARK/bucket/3.1",
            "sort/MARK/manifest"),
        List.of(
                names.job(),
                names.splitters(),
                names.piece(7, 0, 3),
                names.piece(7, 1, 3),
                names.bucket(3, 0),
                names.bucket(3, 1),
                names.manifest())
            .stream()
            .map(id -> id.name().orElseThrow())
            .toList());
    assertTrue(lines.stream().anyMatch(line -> line.contains("`piece/7.1/3`")));
    assertTrue(lines.stream().anyMatch(line -> line.contains("`bucket/3.1`")));
  }

  private static int indexOf(String start) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(start)) {
        return i;
      }
    }
    throw new AssertionError("not in the document: " + start);
  }
}
