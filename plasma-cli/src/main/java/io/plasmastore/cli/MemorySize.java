package io.plasmastore.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Amounts of memory: {@code 4g}, {@code 512m}, {@code 64k} or bytes as a user writes them. */
final class MemorySize implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,18})([kmgt]?)(?:i?b)?");
  private static final String UNITS = "kmgt";
  private static final int UNIT_BITS = 10;

  @Override
  public Long convert(String text) {
    Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TypeConversionException("a size is like 4g, 512m, 64k or bytes: text=" + text);
    }
    String unit = matcher.group(2);
    int shift = unit.isEmpty() ? 0 : UNIT_BITS * (1 + UNITS.indexOf(unit));
    long number = Long.parseLong(matcher.group(1));
    if (number > Long.MAX_VALUE >> shift) {
      throw new TypeConversionException("size too large: text=" + text);
    }
    return number << shift;
  }
}
