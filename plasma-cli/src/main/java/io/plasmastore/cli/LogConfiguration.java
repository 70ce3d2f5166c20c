package io.plasmastore.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/**
 * What the libraries have to say, from warnings upwards, on standard error, a line each. The JDK
 * makes an instance when something is first logged; a user's own {@code
 * java.util.logging.config.file} or {@code .class} goes before.
 */
public final class LogConfiguration {
  private static final String CLASS_PROPERTY = "java.util.logging.config.class";
  private static final String FILE_PROPERTY = "java.util.logging.config.file";
  private static final String CONFIGURATION =
      """
      handlers=java.util.logging.ConsoleHandler
      .level=WARNING
      java.util.logging.SimpleFormatter.format=%4$s %3$s: %5$s%6$s%n
      """;

  /**
   * Called by the JDK's log manager.
   *
   * @throws IOException never, since it reads from memory
   */
  public LogConfiguration() throws IOException {
    LogManager.getLogManager()
        .readConfiguration(
            new ByteArrayInputStream(CONFIGURATION.getBytes(StandardCharsets.US_ASCII)));
  }

  /** Makes the JDK use this, unless the user chose something else. */
  static void install() {
    if (System.getProperty(CLASS_PROPERTY) == null && System.getProperty(FILE_PROPERTY) == null) {
      System.setProperty(CLASS_PROPERTY, LogConfiguration.class.getName());
    }
  }
}
