package io.plasmastore.arrow.records;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import org.jspecify.annotations.NonNull;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** What JSpecify's annotations say about a type. What nobody says anything about may be null. */
final class Nullness {
  private Nullness() {}

  /** Whether types within the class are not null unless they say so. */
  static boolean isMarked(Class<?> type) {
    for (Class<?> outer = type; outer != null; outer = outer.getEnclosingClass()) {
      if (isSaid(outer)) {
        return outer.isAnnotationPresent(NullMarked.class);
      }
    }
    Package around = type.getPackage();
    if (around != null && isSaid(around)) {
      return around.isAnnotationPresent(NullMarked.class);
    }
    return type.getModule().isAnnotationPresent(NullMarked.class);
  }

  /** Whether a value of the type may be null. */
  static boolean allowsNull(AnnotatedType type, boolean marked) {
    if (type.isAnnotationPresent(Nullable.class)) {
      return true;
    }
    return !marked && !type.isAnnotationPresent(NonNull.class);
  }

  private static boolean isSaid(AnnotatedElement element) {
    return element.isAnnotationPresent(NullMarked.class)
        || element.isAnnotationPresent(NullUnmarked.class);
  }
}
