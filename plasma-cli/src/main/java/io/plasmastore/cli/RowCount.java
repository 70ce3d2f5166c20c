package io.plasmastore.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers of rows: {@code 1b}, {@code 250m}, {@code 10k}, or all digits. */
final class RowCount implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,18})([kmb]?)");
  private static final long STEP = 1000;
  private static final String UNITS = "kmb";

  @Override
  public Long convert(String text) {
    Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT).replace("_", ""));
    if (!matcher.matches()) {
      throw new TypeConversionException("a number of rows is like 1b, 250m, 10k: text=" + text);
    }
    long number = Long.parseLong(matcher.group(1));
    try {
      for (int i = 0; i <= UNITS.indexOf(matcher.group(2)) && !matcher.group(2).isEmpty(); i++) {
        number = Math.multiplyExact(number, STEP);
      }
      return number;
    } catch (ArithmeticException e) {
      throw new TypeConversionException("too many rows: text=" + text);
    }
  }
}
