package io.plasmastore.cli;

import io.plasmastore.arrow.ArrowOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The two forms of Arrow IPC. */
enum OutputFormat {
  /** Messages one after the other: what the bytes of an object are. */
  STREAM,
  /** The same with an index behind it, for access to any batch. */
  FILE;

  private static final List<String> FILE_ENDINGS = List.of(".arrow", ".feather");

  /** Reads what a user wrote. */
  static final class Converter implements ITypeConverter<OutputFormat> {
    @Override
    public OutputFormat convert(String text) {
      for (OutputFormat format : values()) {
        if (format.toString().equalsIgnoreCase(text)) {
          return format;
        }
      }
      throw new TypeConversionException("a format is stream or file: text=" + text);
    }
  }

  /** What the name of a file asks for. */
  static OutputFormat ofName(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    return FILE_ENDINGS.stream().anyMatch(name::endsWith) ? FILE : STREAM;
  }

  /**
   * Writes dataframes as one.
   *
   * @throws io.plasmastore.arrow.InvalidArrowDataException if one is no dataframe
   */
  void write(List<MemorySegment> dataframes, WritableByteChannel out) throws IOException {
    if (this == FILE) {
      ArrowOutput.writeFile(dataframes, out);
    } else {
      ArrowOutput.writeStream(dataframes, out);
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
