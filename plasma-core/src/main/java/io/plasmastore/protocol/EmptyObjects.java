package io.plasmastore.protocol;

import com.google.flatbuffers.FlatBufferBuilder;
import io.plasmastore.ObjectId;
import io.plasmastore.protocol.flat.CreateAll;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the objects of a {@link Request.CreateAll} lie in its table: a vector of structs of one size,
 * and one vector with all the names, for the reason that {@link BatchLayout} gives.
 *
 * <pre>
 *  objects                                        names
 *  0           8                   28       30    32
 *  +-----------+-------------------+--------+-----+    +------+
 *  | data      | id                | name   |  0  |    | name |
 *  |   size    |                   |   size |     |    |      |
 *  +-----------+-------------------+--------+-----+    +------+
 *  | the next object                              |    | its  |
 * </pre>
 */
final class EmptyObjects {
  static final int DATA_SIZE_OFFSET = 0;
  static final int ID_OFFSET = DATA_SIZE_OFFSET + Long.BYTES;
  static final int NAME_SIZE_OFFSET = ID_OFFSET + ObjectId.SIZE;

  /** The length of one object's struct, with two bytes of padding at its end. */
  static final int OBJECT_SIZE = NAME_SIZE_OFFSET + 2 * Short.BYTES;

  private static final int OBJECTS_FIELD = 0;
  private static final int NAMES_FIELD = 1;
  private static final int KEEP_FIELD = 2;

  private EmptyObjects() {}

  static int write(FlatBufferBuilder builder, FieldWriter fields, Request.CreateAll request) {
    int objects = writeObjects(builder, fields, request.entries());
    int names = writeNames(builder, request.entries());
    return CreateAll.createCreateAll(builder, objects, names, request.keep());
  }

  static Request.CreateAll read(CheckedTable t) throws MalformedFrameException {
    int first = t.requiredVector("objects", OBJECTS_FIELD, OBJECT_SIZE, Limits.MAX_IDS_PER_REQUEST);
    int count = t.vectorLength(first);
    ByteBuffer names = t.bytes("names", NAMES_FIELD, Limits.MAX_TABLE);
    MemorySegment segment = MemorySegment.ofBuffer(t.buffer());
    List<Request.CreateAll.Entry> entries = new ArrayList<>(count);
    int start = 0;
    for (int i = 0; i < count; i++) {
      int at = first + i * OBJECT_SIZE;
      int nameSize = Short.toUnsignedInt(t.buffer().getShort(at + NAME_SIZE_OFFSET));
      if (start + nameSize > names.limit()) {
        throw t.malformed(
            "name lies outside the names: index=%d end=%d names=%d"
                .formatted(i, start + nameSize, names.limit()));
      }
      @Nullable String name = nameSize == 0 ? null : t.text("name", names, start, nameSize);
      entries.add(
          new Request.CreateAll.Entry(
              ObjectId.copyFrom(segment, at + ID_OFFSET),
              t.buffer().getLong(at + DATA_SIZE_OFFSET),
              name));
      start += nameSize;
    }
    if (start != names.limit()) {
      throw t.malformed(
          "names are longer than those of the objects: length="
              + names.limit()
              + " wanted="
              + start);
    }
    return new Request.CreateAll(entries, t.bool(KEEP_FIELD));
  }

  private static int writeObjects(
      FlatBufferBuilder builder, FieldWriter fields, List<Request.CreateAll.Entry> entries) {
    builder.startVector(OBJECT_SIZE, entries.size(), Long.BYTES);
    // Vectors are built from their end, and so are structs.
    for (Request.CreateAll.Entry entry : entries.reversed()) {
      builder.pad(OBJECT_SIZE - NAME_SIZE_OFFSET - Short.BYTES);
      builder.putShort((short) entry.nameSize());
      fields.id(entry.id());
      builder.putLong(entry.dataSize());
    }
    return builder.endVector();
  }

  private static int writeNames(FlatBufferBuilder builder, List<Request.CreateAll.Entry> entries) {
    int size = 0;
    for (Request.CreateAll.Entry entry : entries) {
      size += entry.nameSize();
    }
    ByteBuffer names = builder.createUnintializedVector(Byte.BYTES, size, Byte.BYTES);
    for (Request.CreateAll.Entry entry : entries) {
      String name = entry.name();
      if (name != null) {
        names.put(name.getBytes(StandardCharsets.UTF_8));
      }
    }
    return builder.endVector();
  }
}
