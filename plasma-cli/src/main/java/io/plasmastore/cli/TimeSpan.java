package io.plasmastore.cli;

import io.plasmastore.PlasmaClient;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Lengths of time as a user writes them: {@code 10s}, {@code 500ms}, {@code 2m}, {@code forever}.
 */
final class TimeSpan implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
  private static final String FOREVER = "forever";

  @Override
  public Duration convert(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.equals(FOREVER)) {
      return PlasmaClient.FOREVER;
    }
    Matcher matcher = FORM.matcher(lower.equals("0") ? "0s" : lower);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "a time is like 10s, 500ms, 2m, 1h, 0 or forever: text=" + text);
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }
}
