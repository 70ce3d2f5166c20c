package io.plasmastore.arrow.records;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How the {@link java.math.BigDecimal}s of a component are stored, those in lists and maps
 * included. Without it they have 38 digits, of which 18 are behind the point. A value that has more
 * digits on either side is refused; one with fewer comes back with as many behind the point as are
 * stored here.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Decimal {
  /**
   * All digits.
   *
   * @return 1 to 76; up to 38 take 16 bytes a value, more take 32
   */
  int precision() default 38;

  /**
   * The digits behind the point.
   *
   * @return 0 to the precision
   */
  int scale() default 18;
}
