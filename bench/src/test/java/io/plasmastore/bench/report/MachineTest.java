package io.plasmastore.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachineTest {
  @ParameterizedTest
  @CsvSource({
    "-Dcache=/home/somebody/app/sort-worker.aot, -Dcache=sort-worker.aot",
    "-Xlog:gc:/var/log/gc.log, -Xlog:gc:gc.log",
    "-javaagent:/opt/a/one.jar=/etc/b, -javaagent:one.jar=b",
    "-Xmx512m, -Xmx512m",
    "--add-opens=java.base/java.nio=ALL-UNNAMED, --add-opens=java.base/java.nio=ALL-UNNAMED"
  })
  void namesFilesWithoutTheirFolders(String flag, String kept) {
    assertEquals(List.of(kept), Machine.current(List.of(flag)).flags());
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrow", "chronicle-map", "flight", "fory", "jedis", "kryo", "lmdbjava"})
  void knowsTheVersionsOfLibraries(String library) {
    assertFalse(Libraries.version(library).contains("$"), Libraries.version(library));
  }

  @Test
  void refusesALibraryThatTheBuildDoesNotName() {
    assertThrows(IllegalArgumentException.class, () -> Libraries.version("nothing"));
  }
}
