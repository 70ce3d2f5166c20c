package io.plasmastore;

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
  private final MemorySegment data;
  private State state = State.OPEN;

  private enum State {
    OPEN,
    SEALED,
    ABORTED
  }

  ObjectWriter(PlasmaClient client, ObjectId id, int slot, long generation, MemorySegment data) {
    this.client = client;
    this.id = id;
    this.slot = slot;
    this.generation = generation;
    this.data = data;
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
   * @return bytes, 0 or more, as given to create
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
   * Makes the object complete: visible to everybody, and never to change again. One round trip.
   *
   * @throws IllegalStateException if it was sealed or aborted already
   * @throws PlasmaException CLIENT_CLOSED or STORE_GONE; the object is then undone, unless the
   *     store had sealed it before the answer was lost
   */
  public void seal() {
    checkOpen();
    client.seal(slot, generation);
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
