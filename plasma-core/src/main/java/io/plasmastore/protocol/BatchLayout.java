package io.plasmastore.protocol;

import com.google.flatbuffers.FlatBufferBuilder;
import io.plasmastore.ObjectId;
import io.plasmastore.protocol.flat.CreateAndSealAll;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How the objects of a {@link Request.CreateAndSealAll} lie in its table: a vector of structs of
 * one size, and one vector with all the bytes.
 *
 * <pre>
 *  objects                                                     payload
 *  0                   20        24            28        30    32
 *  +-------------------+---------+-------------+---------+----+    +------+----------+------+
 *  | id                | data    | metadata    | name    |keep|    | data | metadata | name |
 *  |                   |   size  |   size      |   size  |    |    |      |          |      |
 *  +-------------------+---------+-------------+---------+----+    +------+----------+------+
 *  | the next object                                          |    | the next object's      |
 * </pre>
 *
 * <p>With a table for each object many of them could point at the same bytes, and a small frame
 * could ask for a thousand times its size. Here each byte of the payload belongs to exactly one
 * object, and reading one takes a single check.
 */
final class BatchLayout {
  static final int ID_OFFSET = 0;
  static final int DATA_SIZE_OFFSET = ID_OFFSET + ObjectId.SIZE;
  static final int METADATA_SIZE_OFFSET = DATA_SIZE_OFFSET + Integer.BYTES;
  static final int NAME_SIZE_OFFSET = METADATA_SIZE_OFFSET + Integer.BYTES;
  static final int KEEP_OFFSET = NAME_SIZE_OFFSET + Short.BYTES;

  /** The length of one object's struct, with a byte of padding at its end. */
  static final int OBJECT_SIZE = KEEP_OFFSET + 2;

  /** More than all that is no object: offsets, vtable, timeout, lengths and padding. */
  static final int MAX_FIXED_SIZE = 128;

  private static final int OBJECTS_FIELD = 0;
  private static final int PAYLOAD_FIELD = 1;
  private static final int TIMEOUT_FIELD = 2;

  private BatchLayout() {}

  static int write(
      FlatBufferBuilder builder, FieldWriter fields, Request.CreateAndSealAll request) {
    List<Request.CreateAndSealAll.Entry> entries = request.entries();
    int objects = writeObjects(builder, fields, entries);
    int payload = writePayload(builder, entries);
    return CreateAndSealAll.createCreateAndSealAll(
        builder, objects, payload, request.timeoutMillis());
  }

  static Request.CreateAndSealAll read(CheckedTable t) throws MalformedFrameException {
    int first = t.requiredVector("objects", OBJECTS_FIELD, OBJECT_SIZE, Limits.MAX_IDS_PER_REQUEST);
    int count = t.vectorLength(first);
    ByteBuffer payload = t.bytes("payload", PAYLOAD_FIELD, Limits.MAX_TABLE);
    MemorySegment segment = MemorySegment.ofBuffer(t.buffer());
    List<Request.CreateAndSealAll.Entry> entries = new ArrayList<>(count);
    int start = 0;
    for (int i = 0; i < count; i++) {
      int at = first + i * OBJECT_SIZE;
      long dataSize = Integer.toUnsignedLong(t.buffer().getInt(at + DATA_SIZE_OFFSET));
      long metadataSize = Integer.toUnsignedLong(t.buffer().getInt(at + METADATA_SIZE_OFFSET));
      int nameSize = Short.toUnsignedInt(t.buffer().getShort(at + NAME_SIZE_OFFSET));
      long end = start + dataSize + metadataSize + nameSize;
      if (end > payload.limit()) {
        throw t.malformed(
            "object lies outside the payload: index=%d end=%d payload=%d"
                .formatted(i, end, payload.limit()));
      }
      int metadataStart = start + (int) dataSize;
      int nameStart = metadataStart + (int) metadataSize;
      entries.add(
          new Request.CreateAndSealAll.Entry(
              ObjectId.copyFrom(segment, at + ID_OFFSET),
              slice(payload, metadataStart, (int) metadataSize),
              nameSize == 0 ? null : t.text("name", payload, nameStart, nameSize),
              slice(payload, start, (int) dataSize),
              t.buffer().get(at + KEEP_OFFSET) != 0));
      start = (int) end;
    }
    if (start != payload.limit()) {
      throw t.malformed(
          "payload is longer than its objects: length=" + payload.limit() + " wanted=" + start);
    }
    return new Request.CreateAndSealAll(entries, t.int64(TIMEOUT_FIELD));
  }

  private static int writeObjects(
      FlatBufferBuilder builder, FieldWriter fields, List<Request.CreateAndSealAll.Entry> entries) {
    builder.startVector(OBJECT_SIZE, entries.size(), Integer.BYTES);
    // Vectors are built from their end, and so are structs.
    for (Request.CreateAndSealAll.Entry entry : entries.reversed()) {
      builder.pad(OBJECT_SIZE - KEEP_OFFSET - Byte.BYTES);
      builder.putBoolean(entry.keep());
      builder.putShort((short) entry.nameSize());
      builder.putInt(entry.metadata().remaining());
      builder.putInt(entry.data().remaining());
      fields.id(entry.id());
    }
    return builder.endVector();
  }

  private static int writePayload(
      FlatBufferBuilder builder, List<Request.CreateAndSealAll.Entry> entries) {
    int size = 0;
    for (Request.CreateAndSealAll.Entry entry : entries) {
      size += entry.batchCost() - OBJECT_SIZE;
    }
    ByteBuffer payload = builder.createUnintializedVector(Byte.BYTES, size, Byte.BYTES);
    for (Request.CreateAndSealAll.Entry entry : entries) {
      put(payload, entry.data());
      put(payload, entry.metadata());
      String name = entry.name();
      if (name != null) {
        payload.put(name.getBytes(StandardCharsets.UTF_8));
      }
    }
    return builder.endVector();
  }

  private static void put(ByteBuffer target, ByteBuffer source) {
    int size = source.remaining();
    target.put(target.position(), source, source.position(), size);
    target.position(target.position() + size);
  }

  private static ByteBuffer slice(ByteBuffer payload, int start, int size) {
    return size == 0 ? CheckedTable.NO_BYTES : payload.slice(start, size);
  }
}
