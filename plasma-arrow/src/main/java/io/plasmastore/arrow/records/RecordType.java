package io.plasmastore.arrow.records;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** A record as a struct, or as the columns of a dataframe. Columns are found by name. */
final class RecordType extends ValueType {
  /** A call has 255 words of arguments, of which a handle needs some itself. */
  private static final int MAX_WORDS = 250;

  /** A component of the record and what it may be. */
  record Component(String name, Slot slot) {}

  private final Class<?> type;
  private final List<Component> components;
  private final MethodHandle newReader;
  private final MethodHandle newWriter;

  private RecordType(
      Class<?> type, List<Component> components, MethodHandle newReader, MethodHandle newWriter) {
    this.type = type;
    this.components = components;
    this.newReader = newReader;
    this.newWriter = newWriter;
  }

  /**
   * Makes the classes for a record.
   *
   * @param type of the record
   * @param lookup may call its constructor and accessors
   * @param slots one for each component
   * @throws IllegalArgumentException if the lookup may not, or there are too many components
   */
  static RecordType of(Class<?> type, MethodHandles.Lookup lookup, List<Slot> slots) {
    RecordComponent[] declared = type.getRecordComponents();
    List<Component> components = new ArrayList<>();
    List<Class<?>> carriers = new ArrayList<>();
    int words = 0;
    for (int i = 0; i < declared.length; i++) {
      Class<?> carrier = slots.get(i).type().carrier();
      components.add(new Component(declared[i].getName(), slots.get(i)));
      carriers.add(carrier);
      words += carrier == long.class || carrier == double.class ? 2 : 1;
    }
    if (words > MAX_WORDS) {
      throw new IllegalArgumentException(
          "a record with too many components: record=%s words=%d limit=%d"
              .formatted(type.getName(), words, MAX_WORDS));
    }
    try {
      MethodHandle constructor =
          lookup
              .unreflectConstructor(canonicalConstructor(type, declared))
              .asType(MethodType.methodType(Object.class, carriers));
      List<MethodHandle> accessors = new ArrayList<>();
      for (int i = 0; i < declared.length; i++) {
        accessors.add(
            lookup
                .unreflect(declared[i].getAccessor())
                .asType(MethodType.methodType(carriers.get(i), Object.class)));
      }
      return new RecordType(
          type,
          List.copyOf(components),
          RecordClasses.reader(constructor),
          RecordClasses.writer(accessors));
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException(
          "the record can't be reached with this lookup; give one from where it can be,"
              + " MethodHandles.lookup(): record="
              + type.getName()
              + " lookup="
              + lookup,
          e);
    }
  }

  List<Component> components() {
    return components;
  }

  /** The fields of the components. */
  List<Field> fields() {
    return components.stream().map(each -> each.slot().field(each.name())).toList();
  }

  @Override
  Field field(String name, boolean nullable) {
    return new Field(name, new FieldType(nullable, ArrowType.Struct.INSTANCE, null), fields());
  }

  @Override
  void check(Field stored, ObjectColumns columns, String path, List<String> differences) {
    boolean fits = stored.getType() instanceof ArrowType.Struct;
    expect(fits, stored, ArrowType.Struct.INSTANCE, path, differences);
    if (fits) {
      check(stored.getChildren(), columns, path + ".", differences);
    }
  }

  /** Adds a line for each reason why the components can't be read from these columns. */
  void check(List<Field> stored, ObjectColumns columns, String prefix, List<String> differences) {
    List<String> names = stored.stream().map(Field::getName).toList();
    for (Component component : components) {
      int index = names.indexOf(component.name());
      String path = prefix + component.name();
      if (index != names.lastIndexOf(component.name())) {
        differences.add("more than one column of that name: component=" + path);
      } else {
        component.slot().check(index < 0 ? null : stored.get(index), columns, path, differences);
      }
    }
  }

  @Override
  Reader reader(FieldVector vector, ObjectColumns columns, String path) {
    return reader(vector.getChildrenFromFields(), columns, path + ".", false);
  }

  /** A reader of records from columns that {@link #check} had nothing against. */
  Reader reader(List<FieldVector> vectors, ObjectColumns columns, String prefix, boolean top) {
    Reader[] readers = new Reader[components.size()];
    for (int i = 0; i < readers.length; i++) {
      readers[i] = componentReader(i, vectors, columns, prefix, top);
    }
    return reader(readers);
  }

  Reader componentReader(
      int index, List<FieldVector> vectors, ObjectColumns columns, String prefix, boolean top) {
    Component component = components.get(index);
    return component
        .slot()
        .reader(named(vectors, component.name()), columns, prefix + component.name(), top);
  }

  /** A reader of records from readers of their components. */
  Reader reader(Reader[] readers) {
    Reader[] plain = readers.clone();
    for (int i = 0; i < plain.length; i++) {
      if (plain[i] instanceof RefusingReader refusing
          && refusing.values() instanceof PrimitiveReader) {
        plain[i] = refusing.values();
      }
    }
    Reader records = newReader(plain, gather(plain));
    for (int i = 0; i < plain.length; i++) {
      if (plain[i] != readers[i] && readers[i] instanceof RefusingReader refusing) {
        records = new RefusingReader(refusing.validity(), records, refusing.path());
      }
    }
    return records;
  }

  /** The one memory that all primitive columns lie in; where they don't, they are copied. */
  private MemorySegment gather(Reader[] readers) {
    MemorySegment memory = null;
    boolean together = true;
    long size = 0;
    for (int i = 0; i < readers.length; i++) {
      if (isPrimitive(i)) {
        PrimitiveReader column = (PrimitiveReader) readers[i];
        together &= memory == null || memory == column.memory();
        memory = column.memory();
        size += column.size();
      }
    }
    if (together) {
      return memory == null ? MemorySegment.NULL : memory;
    }
    MemorySegment copy = Arena.ofAuto().allocate(size, Long.BYTES);
    long end = 0;
    for (int i = 0; i < readers.length; i++) {
      if (isPrimitive(i)) {
        PrimitiveReader column = (PrimitiveReader) readers[i];
        readers[i] = column.copyTo(copy, end);
        end += column.size();
      }
    }
    return copy.asReadOnly();
  }

  private Reader newReader(Reader[] readers, MemorySegment memory) {
    long[] starts = new long[readers.length];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = isPrimitive(i) ? ((PrimitiveReader) readers[i]).start() : 0;
    }
    try {
      return (Reader) newReader.invokeExact(readers, memory, starts);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a constructor made here", e);
    }
  }

  private boolean isPrimitive(int component) {
    return components.get(component).slot().type().carrier().isPrimitive();
  }

  @Override
  RecordWriter writer(Writer.Place place) {
    String prefix = place.path().isEmpty() ? "" : ".";
    Writer[] writers = new Writer[components.size()];
    try {
      for (int i = 0; i < writers.length; i++) {
        Component component = components.get(i);
        writers[i] = component.slot().writer(place.below(prefix + component.name()));
      }
      return (RecordWriter) newWriter.invokeExact(place, writers);
    } catch (Throwable e) {
      Arrays.stream(writers).filter(java.util.Objects::nonNull).forEach(Writer::close);
      if (e instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw e instanceof Error error ? error : new AssertionError("a constructor made here", e);
    }
  }

  @Override
  public String toString() {
    return type.getName();
  }

  private static @Nullable FieldVector named(List<FieldVector> vectors, String name) {
    for (FieldVector vector : vectors) {
      if (vector.getName().equals(name)) {
        return vector;
      }
    }
    return null;
  }

  private static Constructor<?> canonicalConstructor(Class<?> type, RecordComponent[] components) {
    Class<?>[] parameters =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(parameters);
    } catch (NoSuchMethodException e) {
      throw new AssertionError("every record has one", e);
    }
  }
}
