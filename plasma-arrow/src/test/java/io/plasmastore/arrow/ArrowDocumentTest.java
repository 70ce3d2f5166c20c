package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.ArrowType.ArrowTypeID;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;

/** docs/arrow.md says of every type of arrow-java how it is read. */
class ArrowDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "arrow.md");

  @Test
  void hasALineForEachType() throws Exception {
    assertEquals(
        Arrays.stream(ArrowTypeID.values())
            .filter(type -> type != ArrowTypeID.NONE)
            .map(ArrowTypeID::name)
            .collect(Collectors.toCollection(TreeSet::new)),
        types());
  }

  @Test
  void claimsNoTypeThatTheTestsDoNotPutAndGet() throws Exception {
    Set<String> tested =
        Stream.of(
                Dataframes.flatFields(),
                Dataframes.nestedFields(),
                Dataframes.unionFields(),
                Dataframes.oddFields())
            .flatMap(List::stream)
            .map((Field field) -> ColumnTypes.storage(field).getTypeID().name())
            .collect(Collectors.toSet());
    assertTrue(tested.containsAll(types()), () -> "tested=" + tested);
  }

  private static Set<String> types() throws Exception {
    return Files.readAllLines(DOCUMENT).stream()
        .filter(line -> line.startsWith("| `") && line.contains("| in place |"))
        .map(line -> line.substring(3, line.indexOf('`', 3)))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
