package io.plasmastore.protocol;

import io.plasmastore.ObjectId;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A FlatBuffers table whose every offset and length is checked before it is followed.
 *
 * <p>FlatBuffers has a verifier for C++ but none for Java, and the generated accessors believe what
 * they read: an offset outside the buffer is an exception at best, a length of two billion an
 * allocation. So the reader goes through this class and leaves the generated accessors alone.
 *
 * <p>Fields are numbered from 0 in the order of protocol.fbs. A field that is absent has the value
 * that FlatBuffers leaves out: zero, or nothing. Nothing is allocated for a length before it was
 * compared with the limit and with the bytes that are there. The layout is that of the FlatBuffers
 * internals page, https://flatbuffers.dev/internals.
 */
final class CheckedTable {
  /** What an absent vector of bytes holds; nothing of it can be changed. */
  static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private static final int OFFSET_SIZE = Integer.BYTES;
  private static final int TOKEN_SIZE = 2 * Long.BYTES;
  private static final int VTABLE_ENTRY_SIZE = Short.BYTES;

  /** A vtable begins with its own size and the size of its table. */
  private static final int VTABLE_FIELDS = 2 * VTABLE_ENTRY_SIZE;

  private final int type;
  private final ByteBuffer buffer;
  private final int position;
  private final int tableSize;
  private final int vtable;
  private final int vtableSize;

  private CheckedTable(int type, ByteBuffer buffer, long position) throws MalformedFrameException {
    this.type = type;
    this.buffer = buffer;
    this.position = checkRange("table", position, OFFSET_SIZE);
    this.vtable = checkRange("vtable", position - buffer.getInt(this.position), VTABLE_FIELDS);
    this.vtableSize = uint16At(vtable);
    this.tableSize = uint16At(vtable + VTABLE_ENTRY_SIZE);
    checkRange("vtable", vtable, vtableSize);
    checkRange("table", position, tableSize);
    if (vtableSize < VTABLE_FIELDS || tableSize < OFFSET_SIZE) {
      throw malformed("vtableSize=" + vtableSize + " tableSize=" + tableSize);
    }
  }

  /**
   * The root table of a frame.
   *
   * @param type the frame's, for the text of exceptions
   * @param table all bytes behind the header, from position to limit; untouched by this
   */
  static CheckedTable root(int type, ByteBuffer table) throws MalformedFrameException {
    // A slice, so that positions begin at 0 and the caller's byte order is left alone.
    ByteBuffer buffer = table.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (buffer.limit() < OFFSET_SIZE) {
      throw new MalformedFrameException(type, buffer.limit(), "too short for a root offset");
    }
    return new CheckedTable(type, buffer, Integer.toUnsignedLong(buffer.getInt(0)));
  }

  /** Whether a bool field is set; any byte but 0 is true. */
  boolean bool(int field) throws MalformedFrameException {
    return uint8(field) != 0;
  }

  /** A ubyte field. */
  int uint8(int field) throws MalformedFrameException {
    int at = inline(field, Byte.BYTES);
    return at == 0 ? 0 : Byte.toUnsignedInt(buffer.get(at));
  }

  /** A ushort field. */
  int uint16(int field) throws MalformedFrameException {
    int at = inline(field, Short.BYTES);
    return at == 0 ? 0 : uint16At(at);
  }

  /** An int field; also a uint field, of which the upper half comes out negative. */
  int int32(int field) throws MalformedFrameException {
    int at = inline(field, Integer.BYTES);
    return at == 0 ? 0 : buffer.getInt(at);
  }

  /** A long field. */
  long int64(int field) throws MalformedFrameException {
    int at = inline(field, Long.BYTES);
    return at == 0 ? 0 : buffer.getLong(at);
  }

  /** Where a struct lies that must be there. */
  int struct(String what, int field, int size) throws MalformedFrameException {
    int at = inline(field, size);
    if (at == 0) {
      throw malformed(what + " is missing");
    }
    return at;
  }

  /** An object's id that must be there. */
  ObjectId id(int field) throws MalformedFrameException {
    return idAt(struct("id", field, ObjectId.SIZE));
  }

  /** An object's id, or null if absent. */
  @Nullable ObjectId optionalId(int field) throws MalformedFrameException {
    int at = inline(field, ObjectId.SIZE);
    return at == 0 ? null : idAt(at);
  }

  /** A vector of ids that must be there. */
  List<ObjectId> ids(int field) throws MalformedFrameException {
    int first = requiredVector("ids", field, ObjectId.SIZE, Limits.MAX_IDS_PER_REQUEST);
    int count = vectorLength(first);
    MemorySegment segment = MemorySegment.ofBuffer(buffer);
    List<ObjectId> ids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ids.add(ObjectId.copyFrom(segment, first + (long) i * ObjectId.SIZE));
    }
    return ids;
  }

  /** A session's token that must be there. */
  SessionToken token(int field) throws MalformedFrameException {
    int at = struct("token", field, TOKEN_SIZE);
    return new SessionToken(buffer.getLong(at), buffer.getLong(at + Long.BYTES));
  }

  /** An object's metadata. */
  ByteBuffer metadata(int field) throws MalformedFrameException {
    return bytes("metadata", field, Limits.MAX_METADATA);
  }

  /** A vector of bytes as a read-only view into the frame; empty if absent. */
  ByteBuffer bytes(String what, int field, int maxLength) throws MalformedFrameException {
    int at = vector(what, field, Byte.BYTES, maxLength);
    return at == 0 ? NO_BYTES : buffer.slice(at, vectorLength(at)).asReadOnlyBuffer();
  }

  /** A string, or null if absent. */
  @Nullable String string(String what, int field, int maxLength) throws MalformedFrameException {
    int at = vector(what, field, Byte.BYTES, maxLength);
    if (at == 0) {
      return null;
    }
    int length = vectorLength(at);
    checkRange(what, at, length + 1L);
    if (buffer.get(at + length) != 0) {
      throw malformed(what + " has no zero at its end: length=" + length);
    }
    return text(what, buffer, at, length);
  }

  /** A text that lies in the frame without a zero at its end. */
  String text(String what, ByteBuffer source, int at, int length) throws MalformedFrameException {
    byte[] utf8 = new byte[length];
    source.get(at, utf8);
    if (isAscii(utf8)) {
      return new String(utf8, StandardCharsets.ISO_8859_1);
    }
    try {
      // A new decoder reports what new String(...) would replace.
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw malformed(what + " is not UTF-8: length=" + length);
    }
  }

  /** An object's name, or null if absent. */
  @Nullable String name(int field) throws MalformedFrameException {
    return string("name", field, Limits.MAX_NAME);
  }

  /** A string that must be there. */
  String requiredString(String what, int field, int maxLength) throws MalformedFrameException {
    String string = string(what, field, maxLength);
    if (string == null) {
      throw malformed(what + " is missing");
    }
    return string;
  }

  /**
   * Where the first element of a vector lies that must be there.
   *
   * @param elementSize bytes of one element
   * @param maxCount how many elements are allowed
   */
  int requiredVector(String what, int field, int elementSize, int maxCount)
      throws MalformedFrameException {
    int at = vector(what, field, elementSize, maxCount);
    if (at == 0) {
      throw malformed(what + " is missing");
    }
    return at;
  }

  /** The length, in elements, of a vector whose first element lies there. */
  int vectorLength(int firstElement) {
    return buffer.getInt(firstElement - OFFSET_SIZE);
  }

  /** The table that an element of a vector of tables points to. */
  CheckedTable element(int at) throws MalformedFrameException {
    return new CheckedTable(type, buffer, at + Integer.toUnsignedLong(buffer.getInt(at)));
  }

  /** The frame's table, little-endian; to read what {@link #struct} or a vector found. */
  ByteBuffer buffer() {
    return buffer;
  }

  MalformedFrameException malformed(String found) {
    return new MalformedFrameException(type, buffer.limit(), found);
  }

  /** Where a field lies in the table, or 0 if it is absent. */
  private int inline(int field, int size) throws MalformedFrameException {
    int entry = VTABLE_FIELDS + field * VTABLE_ENTRY_SIZE;
    if (entry + VTABLE_ENTRY_SIZE > vtableSize) {
      return 0;
    }
    int offset = uint16At(vtable + entry);
    if (offset == 0) {
      return 0;
    }
    if (offset < OFFSET_SIZE || offset + size > tableSize) {
      throw malformed(
          "field "
              + field
              + " lies outside its table: offset="
              + offset
              + " size="
              + size
              + " tableSize="
              + tableSize);
    }
    return position + offset;
  }

  /** Where the first element of a vector lies, or 0 if it is absent. */
  private int vector(String what, int field, int elementSize, int maxCount)
      throws MalformedFrameException {
    int at = inline(field, OFFSET_SIZE);
    if (at == 0) {
      return 0;
    }
    long lengthAt = at + Integer.toUnsignedLong(buffer.getInt(at));
    long count = Integer.toUnsignedLong(buffer.getInt(checkRange(what, lengthAt, OFFSET_SIZE)));
    if (count > maxCount) {
      throw malformed(what + " too long: length=" + count + " max=" + maxCount);
    }
    return checkRange(what, lengthAt + OFFSET_SIZE, count * elementSize);
  }

  private ObjectId idAt(int at) {
    return ObjectId.copyFrom(MemorySegment.ofBuffer(buffer), at);
  }

  private int checkRange(String what, long offset, long size) throws MalformedFrameException {
    if (offset < 0 || offset + size > buffer.limit()) {
      throw malformed(what + " lies outside the frame: offset=" + offset + " size=" + size);
    }
    return (int) offset;
  }

  private int uint16At(int at) {
    return Short.toUnsignedInt(buffer.getShort(at));
  }

  private static boolean isAscii(byte[] utf8) {
    for (byte unit : utf8) {
      if (unit < 0) {
        return false;
      }
    }
    return true;
  }
}
