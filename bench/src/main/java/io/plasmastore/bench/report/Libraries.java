package io.plasmastore.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The versions of the libraries that are measured, as the build takes them. */
public final class Libraries {
  private static final String RESOURCE = "libraries.properties";
  private static final Properties VERSIONS = load();

  private Libraries() {}

  /**
   * A library's version.
   *
   * @param name of the library, as in the resource
   * @throws IllegalArgumentException if the build names no such library
   */
  public static String version(String name) {
    String version = VERSIONS.getProperty(name);
    if (version == null) {
      throw new IllegalArgumentException(
          "no such library: name=" + name + " known=" + VERSIONS.stringPropertyNames());
    }
    return version;
  }

  private static Properties load() {
    Properties versions = new Properties();
    try (InputStream resource =
        Objects.requireNonNull(Libraries.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      versions.load(resource);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return versions;
  }
}
