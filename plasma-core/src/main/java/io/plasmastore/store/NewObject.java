package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An object to be.
 *
 * @param id the object
 * @param dataSize bytes of data
 * @param metadata its metadata, from position to limit
 * @param name its name in UTF-8; empty for none
 * @param data the data if it is known already, else null
 * @param keep whether it may never be dropped to make room
 * @param replaces whether it takes the place of another of its id
 * @param isAgain whether its creator may be writing another of its id already
 */
record NewObject(
    ObjectId id,
    long dataSize,
    ByteBuffer metadata,
    ByteBuffer name,
    @Nullable ByteBuffer data,
    boolean keep,
    boolean replaces,
    boolean isAgain) {

  /**
   * An object as a client asked for it.
   *
   * @throws PlasmaException PROTOCOL_ERROR if the name is another id's: listings would lie
   */
  static NewObject of(
      ObjectId id,
      long dataSize,
      ByteBuffer metadata,
      @Nullable String name,
      @Nullable ByteBuffer data,
      boolean keep) {
    return new NewObject(id, dataSize, metadata, utf8(id, name), data, keep, false, false);
  }

  /** The same object, of which its creator may be writing another already. */
  NewObject again() {
    return new NewObject(id, dataSize, metadata, name, data, keep, replaces, true);
  }

  /**
   * The name of an object in UTF-8, empty for none.
   *
   * @throws PlasmaException PROTOCOL_ERROR if the name is another id's
   */
  static ByteBuffer utf8(ObjectId id, @Nullable String name) {
    if (name != null && !ObjectId.named(name).equals(id)) {
      throw new PlasmaException(
          ErrorCode.PROTOCOL_ERROR, "the name is not this id's: id=" + id + " name=" + name);
    }
    return StandardCharsets.UTF_8.encode(name == null ? "" : name);
  }

  /**
   * What a name is bound to, as an object of its own: the 20 bytes of the id, in place of those
   * before.
   */
  static NewObject binding(String name, ObjectId target) {
    return new NewObject(
        ObjectId.ofBinding(name),
        ObjectId.SIZE,
        StandardCharsets.UTF_8.encode(ObjectId.BINDING_TYPE + name),
        ByteBuffer.allocate(0),
        ByteBuffer.wrap(target.toBytes()),
        true,
        true,
        false);
  }

  /** Data, metadata and name; or a number too large for any heap. */
  long size() {
    return dataSize > Long.MAX_VALUE / 2
        ? dataSize
        : dataSize + metadata.remaining() + name.remaining();
  }

  /** The same, independent of the buffers of the request that it came in. */
  NewObject copied() {
    return new NewObject(
        id,
        dataSize,
        copy(metadata),
        name,
        data == null ? null : copy(data),
        keep,
        replaces,
        isAgain);
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
  }
}
