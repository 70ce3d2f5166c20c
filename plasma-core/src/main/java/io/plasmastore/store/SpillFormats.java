package io.plasmastore.store;

import io.plasmastore.SpillFormat;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Pattern;

/** The formats that this JVM has for spilled objects, by content type. For one thread. */
final class SpillFormats {
  private static final Logger LOG = System.getLogger(SpillFormats.class.getName());
  private static final int MAX_TYPE = 128;
  private static final Pattern EXTENSION =
      Pattern.compile("(?!bin$|record$|partial$)[a-z0-9]{1,16}");
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Map<String, SpillFormat> byType = new HashMap<>();
  private final Set<String> extensions = new HashSet<>(Set.of(SpillDirectory.RAW));

  /**
   * What goes around an object's bytes.
   *
   * @param extension of its file
   */
  record Framed(String extension, ByteBuffer before, ByteBuffer after) {
    static final Framed RAW = new Framed(SpillDirectory.RAW, NOTHING, NOTHING);
  }

  /**
   * Takes formats.
   *
   * @throws IllegalArgumentException if one has an extension that can't be
   */
  SpillFormats(Iterable<SpillFormat> formats) {
    for (SpillFormat format : formats) {
      if (!EXTENSION.matcher(format.extension()).matches()) {
        throw new IllegalArgumentException(
            "a spilled file can't have this extension: extension=" + format.extension());
      }
      byType.put(format.contentType(), format);
      extensions.add(format.extension());
    }
  }

  /** Those that are installed. */
  static SpillFormats installed() {
    return new SpillFormats(ServiceLoader.load(SpillFormat.class));
  }

  /** The extensions that data files may have. */
  Set<String> extensions() {
    return extensions;
  }

  /** How to write an object: as its format says, or else as raw bytes. */
  Framed frame(byte[] metadata, MemorySegment data) {
    SpillFormat format = byType.get(contentType(metadata));
    if (format != null) {
      try {
        Optional<SpillFormat.Frame> frame = format.frame(data);
        if (frame.isPresent()) {
          return new Framed(format.extension(), frame.get().before(), frame.get().after());
        }
      } catch (RuntimeException e) {
        LOG.log(Level.DEBUG, "an object is spilled as raw bytes: format=" + format, e);
      }
    }
    return Framed.RAW;
  }

  private static String contentType(byte[] metadata) {
    String text =
        new String(metadata, 0, Math.min(MAX_TYPE, metadata.length), StandardCharsets.ISO_8859_1);
    int end = text.indexOf(';');
    return (end < 0 ? text : text.substring(0, end)).strip();
  }
}
