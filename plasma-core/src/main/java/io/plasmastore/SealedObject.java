package io.plasmastore;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.zip.CRC32C;

/**
 * A sealed object, held open. Its bytes lie in memory shared with every process that has it, mapped
 * read-only: they are the same until {@link #close}, whoever deletes the object meanwhile, and may
 * be another object's afterwards, so nothing got from here may be touched then. An attempt to write
 * through {@link #data} throws; one through the bare address ends this JVM, and the object stays
 * whole.
 *
 * <p>Any number of threads may read it. Getting and closing cost no system call.
 */
public final class SealedObject implements AutoCloseable {
  // An AtomicBoolean would be one more object for each get.
  private static final VarHandle CLOSED = closedHandle();

  // What a ByteBuffer can hold, and no more between two safepoints than a few milliseconds' worth.
  private static final long HASHED_AT_ONCE = 16 << 20;

  private final Pins pins;
  private final ObjectId id;
  private final int slot;
  private final long offset;
  private final long size;
  private final int metadataSize;
  private volatile boolean closed;

  SealedObject(Pins pins, ObjectId id, int slot, long offset, long size, int metadataSize) {
    this.pins = pins;
    this.id = id;
    this.slot = slot;
    this.offset = offset;
    this.size = size;
    this.metadataSize = metadataSize;
  }

  /**
   * The object's id.
   *
   * @return the id as it was asked for
   */
  public ObjectId id() {
    return id;
  }

  /**
   * The length of the data.
   *
   * @return bytes, 0 or more
   */
  public long size() {
    return size;
  }

  /**
   * The bytes of the object, where they lie.
   *
   * @return a read-only segment of {@link #size} bytes that starts at a multiple of 64; valid until
   *     {@link #close}
   * @throws IllegalStateException if this is closed
   */
  public MemorySegment data() {
    checkOpen();
    return pins.bytes(offset, size);
  }

  /**
   * The metadata that the object was created with.
   *
   * @return a read-only segment, maybe empty; valid until {@link #close}
   * @throws IllegalStateException if this is closed
   */
  public MemorySegment metadata() {
    checkOpen();
    return pins.bytes(offset + size, metadataSize);
  }

  /**
   * The CRC-32C (Castagnoli, RFC 3720 appendix B.4) of the data, computed now, in this process: it
   * reads all of it. The same bytes have the same sum in every process, version and language; the
   * metadata takes no part. It finds accidents, not forgeries.
   *
   * @return 0 to 2^32 − 1; 0 for no bytes
   * @throws IllegalStateException if this is closed
   */
  public long hash() {
    MemorySegment data = data();
    CRC32C sum = new CRC32C();
    for (long at = 0; at < size; at += HASHED_AT_ONCE) {
      sum.update(data.asSlice(at, Math.min(HASHED_AT_ONCE, size - at)).asByteBuffer());
    }
    return sum.getValue();
  }

  /**
   * Whether somebody has deleted the object since it was got. Its bytes stay as they are until
   * {@link #close} all the same, but nobody gets it any more. Read from shared memory, without
   * asking.
   *
   * @return true once it is deleted
   * @throws IllegalStateException if this is closed
   */
  public boolean isDeleted() {
    checkOpen();
    return pins.isDeleted(slot, id);
  }

  /**
   * Whether this was closed.
   *
   * @return true once the bytes may no longer be touched
   */
  public boolean isClosed() {
    return closed;
  }

  /** Lets go of the object. Idempotent. What was got from here becomes invalid. */
  @Override
  public void close() {
    if (CLOSED.compareAndSet(this, false, true)) {
      if (OpenObjects.REMEMBERED) {
        OpenObjects.closed(this, pins);
      }
      pins.release(slot);
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("object was released: id=" + id);
    }
  }

  @Override
  public String toString() {
    return "SealedObject[id=" + id + " size=" + size + (closed ? " closed]" : "]");
  }

  private static VarHandle closedHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(SealedObject.class, "closed", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the field is here", e);
    }
  }
}
