package io.plasmastore.bench.report;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Which commit the running classes were built from, if they lie in a clone. */
final class Commit {
  private static final String UNKNOWN = "unknown";
  private static final long PATIENCE_SECONDS = 10;

  private Commit() {}

  /** The abbreviated commit, with "-dirty" behind it if something is not committed. */
  static String ofSources() {
    try {
      Path classes =
          Path.of(Commit.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path folder = classes.resolveSibling(".");
      Process git =
          new ProcessBuilder(
                  "git",
                  "-C",
                  folder.toString(),
                  "describe",
                  "--always",
                  "--dirty",
                  "--abbrev=12",
                  "--exclude=*")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      boolean ended = git.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return ended && git.exitValue() == 0 && !text.isEmpty() ? text : UNKNOWN;
    } catch (IOException | URISyntaxException e) {
      return UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return UNKNOWN;
    }
  }
}
