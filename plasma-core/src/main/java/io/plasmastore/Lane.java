package io.plasmastore;

import io.plasmastore.os.NativeCallException;
import io.plasmastore.os.Posix;
import io.plasmastore.protocol.FrameHeader;
import io.plasmastore.protocol.MalformedFrameException;
import io.plasmastore.protocol.MessageReader;
import io.plasmastore.protocol.MessageWriter;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.nio.file.Path;

/**
 * One connection to the store: one request, one reply, blocking. One thread uses it at a time; any
 * thread may {@link #close} it, and an interrupt of a thread in {@link #callInterruptibly} does,
 * which ends the wait.
 *
 * <p>It is an {@link AbstractInterruptibleChannel} since that is the JDK's one public way to hear
 * of an interrupt while in a native call.
 */
final class Lane extends AbstractInterruptibleChannel {
  /** A patience without end. */
  static final long FOR_EVER = -1;

  private static final int FIRST_BUFFER_SIZE = 16 << 10;

  private final int descriptor;
  private final MessageWriter writer = new MessageWriter();
  private final Object useLock = new Object();
  private MemorySegment buffer = Arena.ofAuto().allocate(FIRST_BUFFER_SIZE);
  private long requestNumber;
  private boolean inUse;
  private boolean shut;
  private boolean descriptorClosed;

  private Lane(int descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Connects.
   *
   * @throws PlasmaException STORE_GONE if nobody serves the socket
   */
  static Lane open(Path socket) {
    try {
      return new Lane(Posix.connect(socket));
    } catch (NativeCallException e) {
      throw new PlasmaException(
          ErrorCode.STORE_GONE,
          "no store answers: socket=" + socket + " reason=" + e.getMessage(),
          e);
    }
  }

  /**
   * Asks and waits for the answer, however long the store takes; an interrupt does not end it.
   *
   * @return the reply, never a failure; its buffers are valid until the next call
   * @throws PlasmaException what the store answered, or STORE_GONE; then the lane is closed
   */
  Reply call(Request request) {
    enter();
    try {
      return exchange(request);
    } catch (IOException e) {
      throw gone(e);
    } finally {
      leave();
    }
  }

  /**
   * The same, ended by an interrupt.
   *
   * @param patienceMillis how long to wait for a store that doesn't answer at all, or {@link
   *     #FOR_EVER}
   * @throws InterruptedException if this thread was interrupted; then the lane is closed
   */
  Reply callInterruptibly(Request request, long patienceMillis) throws InterruptedException {
    enter();
    boolean completed = false;
    try {
      begin();
      Reply reply = exchange(request, patienceMillis);
      completed = true;
      return reply;
    } catch (IOException e) {
      if (Thread.interrupted()) {
        InterruptedException interrupted =
            new InterruptedException("interrupted while waiting for the store");
        interrupted.addSuppressed(e);
        throw interrupted;
      }
      throw gone(e);
    } finally {
      endQuietly(completed);
      leave();
    }
  }

  /**
   * Receives a descriptor that the store sent behind its last reply.
   *
   * @return the descriptor; the caller closes it
   */
  int receiveDescriptor() {
    enter();
    try {
      int received = Posix.receiveDescriptor(descriptor);
      if (received == Posix.END_OF_STREAM) {
        throw new IOException("the store closed the connection");
      }
      return received;
    } catch (IOException e) {
      throw gone(e);
    } finally {
      leave();
    }
  }

  /** Ends the wait of whoever uses this lane, and the lane. */
  @Override
  protected void implCloseChannel() {
    synchronized (useLock) {
      shut = true;
      if (inUse) {
        // The user closes the descriptor when it leaves: closing it here could hit another file of
        // the same number.
        Posix.shutdown(descriptor);
      } else {
        closeDescriptor();
      }
    }
  }

  private void enter() {
    synchronized (useLock) {
      if (shut) {
        throw gone(new IOException("the lane is closed"));
      }
      inUse = true;
    }
  }

  private void leave() {
    synchronized (useLock) {
      inUse = false;
      if (shut) {
        closeDescriptor();
      }
    }
  }

  private void closeDescriptor() {
    if (!descriptorClosed) {
      descriptorClosed = true;
      Posix.close(descriptor);
    }
  }

  private void endQuietly(boolean completed) {
    try {
      end(completed);
    } catch (IOException e) {
      // The close by interrupt or by another thread: exchange() has thrown for it already, or has
      // its reply all the same.
      assert !isOpen();
    }
  }

  private Reply exchange(Request request) throws IOException {
    return exchange(request, FOR_EVER);
  }

  private Reply exchange(Request request, long patienceMillis) throws IOException {
    long number = ++requestNumber;
    ByteBuffer frame = writer.write(number, request);
    Reply reply;
    boolean answered = false;
    try {
      Posix.send(descriptor, MemorySegment.ofBuffer(frame));
      if (patienceMillis != FOR_EVER && !awaitReply(patienceMillis)) {
        throw new IOException("no answer in time: waitedMillis=" + patienceMillis);
      }
      // Descriptors ride on bytes behind a welcome; a read that takes such a byte along loses its
      // descriptor.
      reply = receive(number, !(request instanceof Request.Hello));
      answered = true;
    } finally {
      if (!answered) {
        // Whatever it was: the next reply on this lane would belong to this request.
        close();
      }
    }
    if (reply instanceof Reply.Failure failure) {
      throw new PlasmaException(failure.code(), failure.message());
    }
    return reply;
  }

  private boolean awaitReply(long patienceMillis) throws IOException {
    long left = patienceMillis;
    while (left > 0) {
      int wait = (int) Math.min(left, Integer.MAX_VALUE);
      if (Posix.awaitReadable(descriptor, wait)) {
        return true;
      }
      left -= wait;
    }
    return false;
  }

  private Reply receive(long number, boolean readAhead) throws IOException {
    try {
      int received = fill(0, FrameHeader.LENGTH, readAhead);
      FrameHeader header = FrameHeader.read(buffer.asByteBuffer());
      int size = FrameHeader.LENGTH + header.tableLength();
      received = fill(received, size, readAhead);
      // Number 0 is a refusal that came before anything was asked.
      if ((header.requestNumber() != number && header.requestNumber() != 0) || received != size) {
        throw new IOException(
            "reply does not fit the request: number=%d wanted=%d bytes=%d frame=%d"
                .formatted(header.requestNumber(), number, received, size));
      }
      ByteBuffer table = buffer.asSlice(FrameHeader.LENGTH, header.tableLength()).asByteBuffer();
      return MessageReader.readReply(header.type(), table);
    } catch (MalformedFrameException e) {
      throw new IOException("the store sent what is not the protocol: " + e.getMessage(), e);
    }
  }

  /** Receives until the buffer holds so many bytes. */
  private int fill(int received, int wanted, boolean readAhead) throws IOException {
    if (wanted > buffer.byteSize()) {
      buffer = Arena.ofAuto().allocate(wanted).copyFrom(buffer.asSlice(0, received));
    }
    int filled = received;
    while (filled < wanted) {
      long room = (readAhead ? buffer.byteSize() : wanted) - filled;
      int count = Posix.receive(descriptor, buffer.asSlice(filled, room));
      if (count == Posix.END_OF_STREAM) {
        throw new IOException("the store closed the connection");
      }
      filled += count;
    }
    return filled;
  }

  private PlasmaException gone(IOException reason) {
    try {
      close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
    return new PlasmaException(
        ErrorCode.STORE_GONE, "the store is gone: reason=" + reason.getMessage(), reason);
  }
}
