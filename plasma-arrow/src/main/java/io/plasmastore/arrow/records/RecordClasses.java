package io.plasmastore.arrow.records;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_SUPER;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes two classes for a record class: one whose {@code get} calls the record's constructor with
 * what each column has, and one whose {@code writeComponents} gives each column what the record's
 * accessor says, record by record; {@code writeColumns} does so component by component. In Java the
 * first would be
 *
 * <pre>{@code
 * final class Rows extends RowReader {
 *   private final MemorySegment memory;
 *   private final long c0; // where a primitive column starts
 *   private Reader c1;
 *   Object get(int row) {
 *     return CONSTRUCTOR.invokeExact(PrimitiveReader.readLong(memory, c0, row), c1.get(row));
 *   }
 *   void readInOrder() {
 *     c1 = c1.inOrder();
 *   }
 *   public Object next() {
 *     return get(advance()); // or from arrays, see runs
 *   }
 * }
 * }</pre>
 *
 * <p>The compiler then sees through all of it, as it would through code written by hand. The
 * classes are hidden ones of this package, so that they neither need to see the record's package
 * nor be seen from there; constructor and accessors come to them as constants.
 */
final class RecordClasses {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
  private static final ClassDesc READER = desc(Reader.class);
  private static final ClassDesc ROW_READER = desc(RowReader.class);
  private static final ClassDesc SEGMENT = desc(MemorySegment.class);
  private static final ClassDesc WRITER = desc(Writer.class);
  private static final ClassDesc RECORD_WRITER = desc(RecordWriter.class);
  private static final ClassDesc PLACE = desc(Writer.Place.class);
  private static final ClassDesc OBJECTS = desc(Object[].class);
  private static final ClassDesc INTS = desc(int[].class);

  private RecordClasses() {}

  /**
   * A class of readers.
   *
   * @param constructor of the record, from the carriers to Object
   * @return a constructor of readers, from an array of the readers of the components that are not
   *     primitive, the memory that those that are lie in, and their offsets in it
   */
  static MethodHandle reader(MethodHandle constructor) {
    List<Class<?>> carriers = constructor.type().parameterList();
    SortedMap<Integer, Class<?>> runs = runs(carriers);
    ClassDesc self = sibling("Rows");
    MethodType takes =
        MethodType.methodType(void.class, Reader[].class, MemorySegment.class, long[].class);
    byte[] bytes =
        ClassFile.of()
            .build(
                self,
                builder -> {
                  builder.withFlags(ACC_FINAL | ACC_SUPER).withSuperclass(ROW_READER);
                  builder.withField("memory", SEGMENT, ACC_PRIVATE | ACC_FINAL);
                  for (int i = 0; i < carriers.size(); i++) {
                    if (carriers.get(i).isPrimitive()) {
                      builder.withField(field(i), CD_long, ACC_PRIVATE | ACC_FINAL);
                    } else {
                      builder.withField(field(i), READER, ACC_PRIVATE);
                    }
                  }
                  runs.forEach(
                      (i, type) ->
                          builder.withField(array(i), desc(type).arrayType(), ACC_PRIVATE));
                  runs.keySet().stream()
                      .filter(i -> !carriers.get(i).isPrimitive())
                      .forEach(i -> builder.withField(places(i), INTS, ACC_PRIVATE));
                  builder.withMethodBody(
                      INIT_NAME,
                      takes.describeConstable().orElseThrow(),
                      0,
                      code -> storeColumns(code, self, carriers));
                  builder.withMethodBody(
                      "get",
                      MethodTypeDesc.of(CD_Object, CD_int),
                      0,
                      code -> readBody(code, self, constructor.type()));
                  builder.withMethodBody(
                      "readInOrder",
                      ConstantDescs.MTD_void,
                      0,
                      code -> inOrderBody(code, self, carriers));
                  builder.withMethodBody(
                      "makeRuns",
                      MethodTypeDesc.of(CD_boolean),
                      0,
                      code -> makeRunsBody(code, self, runs));
                  builder.withMethodBody(
                      "fillRuns",
                      MethodTypeDesc.of(CD_int, CD_int, CD_int),
                      0,
                      code -> fillRunsBody(code, self, runs));
                  builder.withMethodBody(
                      "hasNext",
                      MethodTypeDesc.of(CD_boolean),
                      ACC_PUBLIC,
                      code -> {
                        String more = runs.isEmpty() ? "hasMoreRows" : "hasMore";
                        code.aload(0)
                            .invokevirtual(ROW_READER, more, MethodTypeDesc.of(CD_boolean));
                        code.ireturn();
                      });
                  builder.withMethodBody(
                      "next",
                      MethodTypeDesc.of(CD_Object),
                      ACC_PUBLIC,
                      code -> nextBody(code, self, constructor.type(), !runs.isEmpty()));
                });
    return define(bytes, List.of(constructor), takes).asType(takes.changeReturnType(Reader.class));
  }

  /**
   * A class of writers.
   *
   * @param accessors of the record's components, each from Object to a carrier
   * @return a constructor of writers, from a place and an array of the components' writers
   */
  static MethodHandle writer(List<MethodHandle> accessors) {
    ClassDesc self = sibling("Columns");
    byte[] bytes =
        ClassFile.of()
            .build(
                self,
                builder -> {
                  builder.withFlags(ACC_FINAL | ACC_SUPER).withSuperclass(RECORD_WRITER);
                  fields(builder, WRITER, accessors.size());
                  for (int i = 0; i < accessors.size(); i++) {
                    Class<?> carrier = accessors.get(i).type().returnType();
                    if (carrier.isPrimitive()) {
                      builder.withField(array(i), desc(carrier).arrayType(), ACC_PRIVATE);
                    }
                  }
                  MethodTypeDesc takes = MethodTypeDesc.of(CD_void, PLACE, WRITER.arrayType());
                  builder.withMethodBody(
                      INIT_NAME,
                      takes,
                      0,
                      code -> {
                        code.aload(0).aload(1).aload(2);
                        code.invokespecial(RECORD_WRITER, INIT_NAME, takes);
                        store(code, self, WRITER, accessors.size(), 2);
                      });
                  builder.withMethodBody(
                      "writeComponents",
                      MethodTypeDesc.of(CD_void, CD_Object),
                      0,
                      code -> writeBody(code, self, accessors));
                  builder.withMethodBody(
                      "writeColumns",
                      MethodTypeDesc.of(CD_void, OBJECTS, CD_int),
                      0,
                      code -> writeColumnsBody(code, self, accessors));
                });
    return define(
            bytes, accessors, MethodType.methodType(void.class, Writer.Place.class, Writer[].class))
        .asType(MethodType.methodType(RecordWriter.class, Writer.Place.class, Writer[].class));
  }

  private static void fields(ClassBuilder builder, ClassDesc type, int count) {
    for (int i = 0; i < count; i++) {
      builder.withField(field(i), type, ACC_PRIVATE | ACC_FINAL);
    }
  }

  /** Readers and offsets into the fields of a class of readers. */
  private static void storeColumns(CodeBuilder code, ClassDesc self, List<Class<?>> carriers) {
    code.aload(0).invokespecial(ROW_READER, INIT_NAME, ConstantDescs.MTD_void);
    code.aload(0).aload(2).putfield(self, "memory", SEGMENT);
    for (int i = 0; i < carriers.size(); i++) {
      code.aload(0);
      if (carriers.get(i).isPrimitive()) {
        code.aload(3).loadConstant(i).laload().putfield(self, field(i), CD_long);
      } else {
        code.aload(1).loadConstant(i).aaload().putfield(self, field(i), READER);
      }
    }
    code.return_();
  }

  /** The elements of an array into the fields. */
  private static void store(
      CodeBuilder code, ClassDesc self, ClassDesc type, int count, int array) {
    for (int i = 0; i < count; i++) {
      code.aload(0).aload(array).loadConstant(i).aaload().putfield(self, field(i), type);
    }
    code.return_();
  }

  private static void inOrderBody(CodeBuilder code, ClassDesc self, List<Class<?>> carriers) {
    for (int i = 0; i < carriers.size(); i++) {
      if (!carriers.get(i).isPrimitive()) {
        code.aload(0).aload(0).getfield(self, field(i), READER);
        code.invokevirtual(READER, "inOrder", MethodTypeDesc.of(READER));
        code.putfield(self, field(i), READER);
      }
    }
    code.return_();
  }

  /**
   * The components that an iterator takes many values of at a time: all, unless all are primitive.
   * Reading these where they lie is less work, and the compiler leaves out what nobody looks at;
   * but every such read is a lot of code, and beside components that are objects there is no room
   * for it.
   */
  private static SortedMap<Integer, Class<?>> runs(List<Class<?>> carriers) {
    SortedMap<Integer, Class<?>> runs = new TreeMap<>();
    if (!carriers.stream().allMatch(Class::isPrimitive)) {
      for (int i = 0; i < carriers.size(); i++) {
        runs.put(i, carriers.get(i));
      }
    }
    return runs;
  }

  private static void makeRunsBody(
      CodeBuilder code, ClassDesc self, SortedMap<Integer, Class<?>> runs) {
    runs.forEach(
        (i, type) -> {
          if (type.isPrimitive()) {
            code.aload(0).loadConstant(Run.ROWS).newarray(TypeKind.from(type));
            code.putfield(self, array(i), desc(type).arrayType());
          }
        });
    code.loadConstant(runs.isEmpty() ? 0 : 1).ireturn();
  }

  /** Objects first: how many of them can be made says how many rows there are. */
  private static void fillRunsBody(
      CodeBuilder code, ClassDesc self, SortedMap<Integer, Class<?>> runs) {
    runs.forEach(
        (i, type) -> {
          if (!type.isPrimitive()) {
            code.aload(0).getfield(self, field(i), READER).iload(1).iload(2);
            code.invokestatic(
                ROW_READER, "ahead", MethodTypeDesc.of(CD_int, READER, CD_int, CD_int));
            code.istore(2);
            code.aload(0).aload(0).getfield(self, field(i), READER);
            code.invokestatic(ROW_READER, "values", MethodTypeDesc.of(OBJECTS, READER));
            code.putfield(self, array(i), OBJECTS);
            code.aload(0).aload(0).getfield(self, field(i), READER);
            code.invokestatic(ROW_READER, "places", MethodTypeDesc.of(INTS, READER));
            code.putfield(self, places(i), INTS);
          }
        });
    runs.forEach(
        (i, type) -> {
          if (type.isPrimitive()) {
            ClassDesc array = desc(type).arrayType();
            code.aload(0).getfield(self, "memory", SEGMENT);
            code.aload(0).getfield(self, field(i), CD_long).iload(1);
            code.aload(0).getfield(self, array(i), array).iload(2);
            code.invokestatic(
                desc(PrimitiveReader.class),
                "copy" + suffix(type),
                MethodTypeDesc.of(CD_void, SEGMENT, CD_long, CD_int, array, CD_int));
          }
        });
    code.iload(2).ireturn();
  }

  private static void nextBody(
      CodeBuilder code, ClassDesc self, MethodType constructor, boolean inRuns) {
    String advance = inRuns ? "advance" : "advanceRow";
    code.aload(0).invokevirtual(ROW_READER, advance, MethodTypeDesc.of(CD_int)).istore(1);
    if (!inRuns) {
      code.aload(0).iload(1);
      code.invokevirtual(self, "get", MethodTypeDesc.of(CD_Object, CD_int)).areturn();
      return;
    }
    code.iload(1)
        .ifThen(
            Opcode.IFLT,
            alone -> {
              alone.aload(0).loadConstant(-1).iload(1).isub();
              alone.invokevirtual(self, "get", MethodTypeDesc.of(CD_Object, CD_int)).areturn();
            });
    code.loadConstant(constant(0));
    for (int i = 0; i < constructor.parameterCount(); i++) {
      Class<?> carrier = constructor.parameterType(i);
      if (carrier.isPrimitive()) {
        code.aload(0).getfield(self, array(i), desc(carrier).arrayType());
        code.iload(1).arrayLoad(TypeKind.from(carrier));
      } else {
        int component = i;
        code.aload(0).getfield(self, array(i), OBJECTS);
        code.ifThenElse(
            Opcode.IFNULL,
            single -> {
              single.aload(0).getfield(self, field(component), READER);
              single.aload(0).iload(1);
              single.invokevirtual(ROW_READER, "row", MethodTypeDesc.of(CD_int, CD_int));
              single.invokevirtual(READER, "get", MethodTypeDesc.of(CD_Object, CD_int));
            },
            run -> {
              run.aload(0).getfield(self, array(component), OBJECTS);
              run.aload(0).getfield(self, places(component), INTS).iload(1).iaload().aaload();
            });
      }
    }
    code.invokevirtual(
        CD_MethodHandle, "invokeExact", constructor.describeConstable().orElseThrow());
    code.areturn();
  }

  private static void readBody(CodeBuilder code, ClassDesc self, MethodType constructor) {
    code.loadConstant(constant(0));
    for (int i = 0; i < constructor.parameterCount(); i++) {
      Class<?> carrier = constructor.parameterType(i);
      if (carrier.isPrimitive()) {
        code.aload(0).getfield(self, "memory", SEGMENT);
        code.aload(0).getfield(self, field(i), CD_long).iload(1);
        code.invokestatic(
            desc(PrimitiveReader.class),
            "read" + suffix(carrier),
            MethodTypeDesc.of(desc(carrier), SEGMENT, CD_long, CD_int));
      } else {
        code.aload(0).getfield(self, field(i), READER).iload(1);
        code.invokevirtual(READER, "get", MethodTypeDesc.of(CD_Object, CD_int));
      }
    }
    code.invokevirtual(
        CD_MethodHandle, "invokeExact", constructor.describeConstable().orElseThrow());
    code.areturn();
  }

  private static void writeBody(CodeBuilder code, ClassDesc self, List<MethodHandle> accessors) {
    for (int i = 0; i < accessors.size(); i++) {
      MethodType accessor = accessors.get(i).type();
      ClassDesc carrier = desc(accessor.returnType());
      code.aload(0).getfield(self, field(i), WRITER);
      code.loadConstant(constant(i)).aload(1);
      code.invokevirtual(
          CD_MethodHandle, "invokeExact", accessor.describeConstable().orElseThrow());
      code.invokevirtual(
          WRITER, "set" + suffix(accessor.returnType()), MethodTypeDesc.of(CD_void, carrier));
    }
    code.return_();
  }

  /** A loop for each component: one that is primitive goes through an array, others one by one. */
  private static void writeColumnsBody(
      CodeBuilder code, ClassDesc self, List<MethodHandle> accessors) {
    int rows = 1;
    int count = 2;
    int row = 3;
    int array = 4;
    for (int i = 0; i < accessors.size(); i++) {
      MethodType accessor = accessors.get(i).type();
      Class<?> carrier = accessor.returnType();
      ClassDesc values = desc(carrier).arrayType();
      if (carrier.isPrimitive()) {
        int component = i;
        code.aload(0).getfield(self, array(i), values);
        code.ifThen(
            Opcode.IFNULL,
            missing -> {
              missing.aload(0).loadConstant(RecordWriter.ROWS);
              missing.newarray(TypeKind.from(carrier)).putfield(self, array(component), values);
            });
        code.aload(0).getfield(self, array(i), values).astore(array);
      }
      Label next = code.newLabel();
      Label end = code.newLabel();
      code.loadConstant(0).istore(row);
      code.labelBinding(next);
      code.iload(row).iload(count).if_icmpge(end);
      if (carrier.isPrimitive()) {
        code.aload(array).iload(row);
      } else {
        code.aload(0).getfield(self, field(i), WRITER);
      }
      code.loadConstant(constant(i)).aload(rows).iload(row).aaload();
      code.invokevirtual(
          CD_MethodHandle, "invokeExact", accessor.describeConstable().orElseThrow());
      if (carrier.isPrimitive()) {
        code.arrayStore(TypeKind.from(carrier));
      } else {
        code.invokevirtual(WRITER, "set", MethodTypeDesc.of(CD_void, CD_Object));
      }
      code.iinc(row, 1).goto_(next);
      code.labelBinding(end);
      if (carrier.isPrimitive()) {
        code.aload(0).getfield(self, field(i), WRITER).aload(array).iload(count);
        code.invokevirtual(WRITER, "setAll", MethodTypeDesc.of(CD_void, CD_Object, CD_int));
      }
    }
    code.return_();
  }

  private static MethodHandle define(byte[] bytes, List<MethodHandle> data, MethodType takes) {
    try {
      MethodHandles.Lookup hidden = LOOKUP.defineHiddenClassWithClassData(bytes, data, true);
      return hidden.findConstructor(hidden.lookupClass(), takes);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a class made here", e);
    }
  }

  /** A handle out of the list that the class was defined with. */
  private static DynamicConstantDesc<?> constant(int index) {
    return DynamicConstantDesc.ofNamed(
        ConstantDescs.ofConstantBootstrap(
            desc(MethodHandles.class), "classDataAt", CD_Object, CD_int),
        ConstantDescs.DEFAULT_NAME,
        CD_MethodHandle,
        index);
  }

  /** The end of the names of the methods for a carrier: {@code Long}, or nothing for objects. */
  private static String suffix(Class<?> carrier) {
    if (!carrier.isPrimitive()) {
      return "";
    }
    String name = carrier.getName();
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  private static String field(int component) {
    return "c" + component;
  }

  private static String array(int component) {
    return "a" + component;
  }

  private static String places(int component) {
    return "p" + component;
  }

  private static ClassDesc sibling(String name) {
    return ClassDesc.of(RecordClasses.class.getPackageName(), name);
  }

  private static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }
}
