package io.plasmastore.arrow.records;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.temporal.ChronoUnit;

/**
 * The unit in which the {@code java.time} values of a component are stored, those in lists and maps
 * included. Without it that is a nanosecond, of which 64 bits hold the years 1677 to 2262. A value
 * that is not a whole number of units, or out of range, is refused.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Resolution {
  /**
   * The unit.
   *
   * @return SECONDS, MILLIS, MICROS or NANOS
   */
  ChronoUnit value();
}
