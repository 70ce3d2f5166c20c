package io.plasmastore;

import io.plasmastore.protocol.Limits;
import java.lang.foreign.MemorySegment;

/**
 * An object under construction: memory in the store that nobody else sees until {@link #seal}.
 * Closing it unsealed undoes it, and so does the end of this process.
 *
 * <p>Its methods are for one thread at a time; {@link #data} may be written by many, all of whom
 * must be done before {@link #seal}.
 */
public final class ObjectWriter implements AutoCloseable {
  private final PlasmaClient client;
  private final ObjectId id;
  private final int slot;
  private final long generation;
  private final long dataOffset;
  private final WriterFamily family;
  private MemorySegment data;
  private State state = State.OPEN;

  private enum State {
    OPEN,
    SEALED,
    ABORTED
  }

  ObjectWriter(
      PlasmaClient client,
      ObjectId id,
      int slot,
      long generation,
      long dataOffset,
      MemorySegment data,
      WriterFamily family) {
    this.client = client;
    this.id = id;
    this.slot = slot;
    this.generation = generation;
    this.dataOffset = dataOffset;
    this.data = data;
    this.family = family;
  }

  /**
   * The id that the object will have.
   *
   * @return the id
   */
  public ObjectId id() {
    return id;
  }

  /**
   * The length of the data.
   *
   * @return bytes, 0 or more, as given to create, or as {@link #grow} has made it since
   */
  public long size() {
    return data.byteSize();
  }

  /**
   * The object's bytes, to be filled.
   *
   * @return a writable segment of {@link #size} bytes that starts at a multiple of 64; what is in
   *     it at first is undefined; not to be touched after {@link #seal}, {@link #abort} or {@link
   *     #close}
   * @throws IllegalStateException after one of these
   */
  public MemorySegment data() {
    checkOpen();
    return data;
  }

  /**
   * Adds room at the end, if what lies behind the object is free: its bytes stay where they are.
   * One round trip, in which the store may commit memory.
   *
   * @param least bytes that {@link #size} must get, or it stays as it is; no less than it is
   * @param most bytes that it is to get if there is room for so many; no less than the least
   * @return the size as it is now: at least {@code least}, or as it was. {@link #data} is another
   *     segment then, with the same start; what was added is undefined
   * @throws IllegalArgumentException if the sizes are out of order
   * @throws IllegalStateException if it was sealed or aborted already
   * @throws PlasmaException LIMIT_EXCEEDED if the least is over this client's quota; CLIENT_CLOSED
   *     or STORE_GONE
   */
  public long grow(long least, long most) {
    checkOpen();
    if (least < size() || most < least) {
      throw new IllegalArgumentException(
          "sizes out of order: size=" + size() + " least=" + least + " most=" + most);
    }
    if (most > size()) {
      data = client.resize(this, least, most, family.metadata());
    }
    return size();
  }

  /**
   * Begins another object of the same id and terms, for who has to move what he has written to a
   * place with more room. The first of them that is sealed is the object; it undoes the others,
   * none of which may be touched any more then.
   *
   * @param size of its data in bytes, 0 or more
   * @return where to write it; the caller seals or closes it
   * @throws IllegalArgumentException if the size is negative
   * @throws IllegalStateException if this was sealed or aborted already
   * @throws PlasmaException STORE_FULL, OBJECT_TOO_LARGE, LIMIT_EXCEEDED; this one is as it was
   */
  public ObjectWriter another(long size) {
    checkOpen();
    return client.createAgain(id, size, family);
  }

  /**
   * Makes the object complete with the first bytes of its data, and gives the memory of the others
   * back. As {@link #seal()} it does not wait for the store, but where the new metadata does not
   * fit into the data that is given up: then it takes a round trip.
   *
   * @param size bytes of its data, 1 to {@link #size}
   * @param metadata in place of what it was created with; no more bytes than that and the data that
   *     is given up had together, and at most 64 KiB
   * @throws IllegalArgumentException if the size or the metadata is out of range
   * @throws IllegalStateException if it was sealed or aborted already
   * @throws PlasmaException as {@link #seal()}
   */
  public void seal(long size, byte[] metadata) {
    checkOpen();
    long room = size() + family.metadata().length;
    if (size < 1
        || size > size()
        || metadata.length > room - size
        || metadata.length > Limits.MAX_METADATA) {
      throw new IllegalArgumentException(
          "does not fit: size=%d metadata=%d room=%d metadataBefore=%d"
              .formatted(size, metadata.length, size(), family.metadata().length));
    }
    client.seal(this, size, metadata);
    data = data.asSlice(0, size);
    state = State.SEALED;
  }

  /**
   * Makes the object complete: visible to everybody, and never to change again. It does not wait
   * for the store, which is told only if somebody waits, and else looks later: a mark in shared
   * memory says that the object is sealed, and whoever gets it from then on gets it, in whatever
   * process, and also if this process or the store dies in the next moment. Counters, and the
   * memory of a tail, follow when the store has looked.
   *
   * @throws IllegalStateException if it was sealed or aborted already
   * @throws PlasmaException CLIENT_CLOSED if the client was closed before, and the object is
   *     undone; OBJECT_NOT_FOUND if {@linkplain #another another} of this id was sealed; STORE_GONE
   *     if somebody waited, the store is gone and no other has taken over in time: the object is
   *     there if one does later, and {@link #abort} fails with OBJECT_SEALED then
   */
  public void seal() {
    checkOpen();
    client.seal(this, size(), family.metadata());
    state = State.SEALED;
  }

  /**
   * Undoes the creation: the id and the memory are free again. One round trip.
   *
   * @throws IllegalStateException if it was sealed or aborted already
   * @throws PlasmaException CLIENT_CLOSED or STORE_GONE; the object is undone all the same
   */
  public void abort() {
    checkOpen();
    state = State.ABORTED;
    client.abort(slot, generation);
  }

  /**
   * Whether the object is still being written.
   *
   * @return false once it is sealed, aborted or closed
   */
  public boolean isOpen() {
    return state == State.OPEN;
  }

  /**
   * Undoes the creation unless the object is sealed. Idempotent. Does not fail where the client is
   * closed or the store gone.
   */
  @Override
  public void close() {
    if (state == State.OPEN) {
      try {
        abort();
      } catch (PlasmaException e) {
        if (e.code() != ErrorCode.CLIENT_CLOSED && e.code() != ErrorCode.STORE_GONE) {
          throw e;
        }
        // Undone anyway: the store drops what a session had not sealed.
      }
    }
  }

  int slot() {
    return slot;
  }

  long generation() {
    return generation;
  }

  long dataOffset() {
    return dataOffset;
  }

  WriterFamily family() {
    return family;
  }

  private void checkOpen() {
    switch (state) {
      case OPEN -> {}
      case SEALED -> throw new IllegalStateException("object is sealed already: id=" + id);
      case ABORTED -> throw new IllegalStateException("object was aborted: id=" + id);
    }
  }

  @Override
  public String toString() {
    return "ObjectWriter[id=" + id + " size=" + size() + " " + state + "]";
  }
}
