package io.plasmastore.arrow.cdata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a JVM of its own, since the C data interface needs a flag that nothing else needs. */
class CDataClientTest {
  @Test
  void exchangesDataframesWithOtherLibraries(@TempDir Path folder) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                // Where both libraries unpack their native code.
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                CDataMain.class.getName())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    boolean ended = process.waitFor(50, TimeUnit.SECONDS);
    process.destroyForcibly().waitFor();
    String errors = Files.readString(folder.resolve("err"));
    assertTrue(ended, () -> "still running: " + errors);
    assertEquals("exchanged", Files.readString(folder.resolve("out")).strip(), errors);
    assertEquals(0, process.exitValue(), errors);
  }
}
