package io.plasmastore;

import io.plasmastore.memory.MappedFile;
import io.plasmastore.os.Posix;
import io.plasmastore.protocol.Request;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Memory beside the objects that this process shares with whoever has the same token, for protocols
 * of their own between clients. The store makes it, committed in full, and hands it over; what is
 * in it is nobody's business but theirs. It counts against no capacity and no quota, but all of it
 * together is an eighth of the store's capacity at most.
 *
 * <p><b>Who may write.</b> Everybody who has it, as far as they map it for writing: there is
 * nothing sealed here, and none of the store's guarantees for objects. Processes of other users
 * never get it.
 *
 * <p><b>Lifetime.</b> It is there as long as anybody has it mapped, whoever of them dies, the store
 * included. A store that takes over does not know its token any more: who asks then gets other
 * memory, so let what is written there say that it is the right one.
 *
 * <p>Safe for any number of threads; what is mapped is plain memory.
 */
public final class SharedPages implements AutoCloseable {
  private final Connection connection;
  private final ObjectId token;
  private final long size;
  private final int descriptor;
  private final Arena arena = Arena.ofShared();
  private boolean closed;

  /** Takes over the descriptor. */
  SharedPages(Connection connection, ObjectId token, long size, int descriptor) {
    this.connection = connection;
    this.token = token;
    this.size = size;
    this.descriptor = descriptor;
  }

  /**
   * What it is shared by.
   *
   * @return the token
   */
  public ObjectId token() {
    return token;
  }

  /**
   * How much it is.
   *
   * @return its size in bytes
   */
  public long size() {
    return size;
  }

  /**
   * Maps a stretch of it, as often as wanted.
   *
   * @param offset where it begins; a multiple of 64 KiB, which is one of every page size
   * @param length in bytes, more than 0
   * @param writable whether to map it for writing; else a write to it through its address ends this
   *     JVM
   * @return the mapping, valid until this is closed
   * @throws IndexOutOfBoundsException if it is not within this
   * @throws PlasmaException INTERNAL_ERROR if the kernel refuses, for want of mappings
   * @throws IllegalStateException if this is closed
   */
  public synchronized MemorySegment map(long offset, long length, boolean writable) {
    Objects.checkFromIndexSize(offset, length, size);
    if (closed) {
      throw new IllegalStateException("the shared pages were closed: token=" + token);
    }
    try {
      return MappedFile.map(descriptor, offset, length, writable, arena);
    } catch (IOException e) {
      throw new PlasmaException(
          ErrorCode.INTERNAL_ERROR, "shared pages can't be mapped: reason=" + e.getMessage(), e);
    }
  }

  /**
   * Unmaps all of it and tells the store that this client needs it no more. <b>Who then touches it
   * by its address ends this JVM</b>; through a segment it is an exception. Idempotent. May be
   * called after the close of the client.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    arena.close();
    Posix.close(descriptor);
    try {
      connection.tell(new Request.DropPages(token));
    } catch (PlasmaException e) {
      // The store or this client is gone, and with it what the store knew of this.
      if (e.code() != ErrorCode.STORE_GONE && e.code() != ErrorCode.CLIENT_CLOSED) {
        throw e;
      }
    }
  }

  @Override
  public String toString() {
    return "SharedPages[token=" + token + " size=" + size + "]";
  }
}
