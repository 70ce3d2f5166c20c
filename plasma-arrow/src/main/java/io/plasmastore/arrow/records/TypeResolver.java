package io.plasmastore.arrow.records;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds how the components of a record are stored, once for each codec. */
final class TypeResolver {
  private static final int MAX_PRECISION = 76;
  private static final Set<ChronoUnit> RESOLUTIONS =
      EnumSet.of(ChronoUnit.SECONDS, ChronoUnit.MILLIS, ChronoUnit.MICROS, ChronoUnit.NANOS);

  private final MethodHandles.Lookup lookup;
  private final Map<Class<?>, EnumType> enums = new LinkedHashMap<>();
  private final List<EncodedTextType> encodedTexts = new ArrayList<>();
  private final Map<Class<?>, RecordType> records = new LinkedHashMap<>();
  private final Deque<Class<?>> open = new ArrayDeque<>();

  TypeResolver(MethodHandles.Lookup lookup) {
    this.lookup = lookup;
  }

  /** The enums met, each with a dictionary of its own. */
  Collection<EnumType> enums() {
    return enums.values();
  }

  /** The places of texts that are stored by a dictionary, each with one of its own. */
  List<EncodedTextType> encodedTexts() {
    return encodedTexts;
  }

  private long nextDictionaryId() {
    return (long) enums.size() + encodedTexts.size();
  }

  /**
   * How a record is stored.
   *
   * @throws IllegalArgumentException naming record, component and type of the first component that
   *     can't be stored
   */
  RecordType record(Class<?> type) {
    RecordType known = records.get(type);
    if (known != null) {
      return known;
    }
    if (open.contains(type)) {
      throw new IllegalArgumentException(
          "a record that contains itself can't be stored: record=" + type.getName());
    }
    if (type.getRecordComponents().length == 0) {
      throw new IllegalArgumentException(
          "a record without components can't be stored: record=" + type.getName());
    }
    open.push(type);
    boolean marked = Nullness.isMarked(type);
    List<Slot> slots = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      slots.add(new Place(type, component, marked).slot());
    }
    open.pop();
    RecordType resolved = RecordType.of(type, lookup, slots);
    records.put(type, resolved);
    return resolved;
  }

  /** A component, and what its annotations say of all that is in it. */
  private final class Place {
    private final Class<?> owner;
    private final RecordComponent component;
    private final boolean marked;
    private final ChronoUnit resolution;
    private final DecimalType decimal;
    private final boolean encoded;
    private boolean hasTexts;

    Place(Class<?> owner, RecordComponent component, boolean marked) {
      this.owner = owner;
      this.component = component;
      this.marked = marked;
      Resolution stated = component.getAnnotation(Resolution.class);
      this.resolution = stated == null ? ChronoUnit.NANOS : stated.value();
      if (!RESOLUTIONS.contains(resolution)) {
        throw new IllegalArgumentException(
            "times are stored in seconds, millis, micros or nanos: record=%s component=%s found=%s"
                .formatted(owner.getName(), component.getName(), resolution));
      }
      this.decimal = decimal(component.getAnnotation(Decimal.class));
      this.encoded = component.isAnnotationPresent(DictionaryEncoded.class);
    }

    /** The component's own. */
    Slot slot() {
      Slot slot = slot(component.getAnnotatedType());
      if (encoded && !hasTexts) {
        throw new IllegalArgumentException(
            "no texts to encode by a dictionary: record=%s component=%s type=%s"
                .formatted(
                    owner.getName(),
                    component.getName(),
                    component.getGenericType().getTypeName()));
      }
      return slot;
    }

    private Slot slot(AnnotatedType annotated) {
      ValueType type = type(annotated);
      boolean nullable =
          !type.carrier().isPrimitive()
              && !type.ownsNull()
              && Nullness.allowsNull(annotated, marked);
      return new Slot(type, nullable);
    }

    private ValueType type(AnnotatedType annotated) {
      if (annotated.getType() instanceof ParameterizedType generic) {
        return parameterized(annotated, generic);
      }
      if (!(annotated.getType() instanceof Class<?> type)) {
        throw unsupported(annotated.getType(), "");
      }
      Primitive primitive = Primitive.of(type);
      if (primitive != null) {
        return new PrimitiveType(primitive, !type.isPrimitive());
      }
      if (type.isEnum()) {
        return enums.computeIfAbsent(type, each -> new EnumType(each, nextDictionaryId()));
      }
      if (type.isRecord()) {
        if (type.getTypeParameters().length > 0) {
          throw unsupported(type, " reason=without its type arguments");
        }
        return record(type);
      }
      ValueType plain = plain(type);
      if (plain == null) {
        throw unsupported(type, "");
      }
      return plain;
    }

    private @Nullable ValueType plain(Class<?> type) {
      if (type == String.class) {
        hasTexts = true;
        return encoded ? encodedText() : TextType.STRING;
      } else if (type == byte[].class) {
        return TextType.BYTES;
      } else if (type == BigDecimal.class) {
        return decimal;
      } else if (type == UUID.class) {
        return new UuidType();
      } else if (type == Instant.class) {
        return new TimeType(TimeType.Kind.INSTANT, resolution);
      } else if (type == LocalDateTime.class) {
        return new TimeType(TimeType.Kind.LOCAL_DATE_TIME, resolution);
      } else if (type == Duration.class) {
        return new TimeType(TimeType.Kind.DURATION, resolution);
      } else if (type == LocalTime.class) {
        return new TimeType(TimeType.Kind.LOCAL_TIME, resolution);
      } else if (type == LocalDate.class) {
        return new TimeType(TimeType.Kind.LOCAL_DATE, ChronoUnit.NANOS);
      } else if (type == OffsetDateTime.class) {
        return ZonedTimes.offset(resolution);
      } else if (type == ZonedDateTime.class) {
        return ZonedTimes.zoned(resolution);
      }
      return null;
    }

    private EncodedTextType encodedText() {
      EncodedTextType type = new EncodedTextType(nextDictionaryId());
      encodedTexts.add(type);
      return type;
    }

    private ValueType parameterized(AnnotatedType annotated, ParameterizedType generic) {
      AnnotatedType[] arguments =
          ((AnnotatedParameterizedType) annotated).getAnnotatedActualTypeArguments();
      if (generic.getRawType() == List.class) {
        return new ListType(slot(arguments[0]));
      } else if (generic.getRawType() == Map.class) {
        Slot key = slot(arguments[0]);
        if (key.type().ownsNull()) {
          throw unsupported(generic, " reason=keys are never null");
        }
        return new MapType(new Slot(key.type(), false), slot(arguments[1]));
      } else if (generic.getRawType() == Optional.class) {
        Slot value = slot(arguments[0]);
        if (value.type().ownsNull()) {
          throw unsupported(generic, " reason=an Optional in an Optional");
        }
        return new OptionalType(value.type());
      }
      throw unsupported(generic, "");
    }

    private DecimalType decimal(@Nullable Decimal stated) {
      int precision = stated == null ? 38 : stated.precision();
      int scale = stated == null ? 18 : stated.scale();
      if (precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision) {
        throw new IllegalArgumentException(
            "no such decimal: record=%s component=%s precision=%d scale=%d"
                .formatted(owner.getName(), component.getName(), precision, scale));
      }
      return new DecimalType(precision, scale);
    }

    private IllegalArgumentException unsupported(Type type, String reason) {
      return new IllegalArgumentException(
          "components of this type can't be stored: record="
              + owner.getName()
              + " component="
              + component.getName()
              + " type="
              + type.getTypeName()
              + reason);
    }
  }
}
