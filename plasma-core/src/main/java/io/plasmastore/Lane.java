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
import org.jspecify.annotations.Nullable;

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
  // What of the buffer was received and not read yet: from here to there.
  private int bufferStart;
  private int bufferEnd;
  private long requestNumber;
  private boolean sent;
  private boolean unanswered;
  private boolean inUse;
  private boolean shut;
  private boolean descriptorClosed;

  private Lane(int descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Connects.
   *
   * @throws PlasmaException STORE_GONE if nobody serves the socket; ACCESS_DENIED if it does not
   *     let this user in
   */
  static Lane open(Path socket) {
    try {
      return new Lane(Posix.connect(socket));
    } catch (NativeCallException e) {
      if (e.errno() == Posix.EACCES) {
        throw new PlasmaException(
            ErrorCode.ACCESS_DENIED,
            "the socket does not let this user in: socket=" + socket + " reason=" + e.getMessage(),
            e);
      }
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
   * Sends what has no reply, and does not wait.
   *
   * @param frame native memory
   * @throws PlasmaException STORE_GONE if the store has closed this lane; then it is closed here
   *     too
   */
  void tell(MemorySegment frame) {
    enter();
    try {
      Posix.send(descriptor, frame);
    } catch (IOException e) {
      throw gone(e);
    } finally {
      leave();
    }
  }

  /**
   * Asks as {@link #call} does, ended by an interrupt.
   *
   * @param patienceMillis how long to wait for a store that doesn't answer at all, or {@link
   *     #FOR_EVER}
   * @throws InterruptedException if this thread was interrupted; then the lane is closed
   */
  Reply callInterruptibly(Request request, long patienceMillis) throws InterruptedException {
    Reply reply = interruptibly(() -> exchange(request, patienceMillis));
    if (reply == null) {
      throw new AssertionError("an exchange ends with a reply or an error");
    }
    return reply;
  }

  private @Nullable Reply interruptibly(Exchange exchange) throws InterruptedException {
    enter();
    boolean completed = false;
    try {
      begin();
      Reply reply = exchange.run();
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

  private interface Exchange {
    @Nullable Reply run() throws IOException;
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

  /**
   * Waits for what the store sends of its own accord.
   *
   * @param patienceMillis how long, or {@link #FOR_EVER}
   * @return what came, or null if nothing did in time
   * @throws PlasmaException STORE_GONE; then the lane is closed
   * @throws InterruptedException if this thread was interrupted; then the lane is closed
   */
  @Nullable Reply receiveInterruptibly(long patienceMillis) throws InterruptedException {
    return interruptibly(
        () -> {
          boolean buffered = bufferEnd - bufferStart >= FrameHeader.LENGTH;
          return buffered || patienceMillis == FOR_EVER || awaitReply(patienceMillis)
              ? receive(true).reply
              : null;
        });
  }

  /** Whether the last request has left this process: if so, the store may have done it. */
  boolean hasSent() {
    return sent;
  }

  /** Whether the last request ended since the store did not answer in time. */
  boolean isUnanswered() {
    return unanswered;
  }

  /** Whether the store has closed this lane, which nobody is to be using now. */
  boolean isHungUp() {
    synchronized (useLock) {
      if (inUse) {
        return false;
      }
      try {
        // Nothing was asked, so there is nothing to read but the end.
        return shut || Posix.awaitReadable(descriptor, 0);
      } catch (NativeCallException e) {
        return true;
      }
    }
  }

  private void enter() {
    synchronized (useLock) {
      sent = false;
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
    Received received;
    boolean answered = false;
    try {
      send(frame);
      sent = true;
      if (patienceMillis != FOR_EVER && !awaitReply(patienceMillis)) {
        unanswered = true;
        throw new IOException("no answer in time: waitedMillis=" + patienceMillis);
      }
      // Descriptors ride on bytes behind the reply; a read that takes such a byte along loses its
      // descriptor.
      boolean descriptorsFollow =
          request instanceof Request.Hello || request instanceof Request.SharePages;
      received = receive(!descriptorsFollow);
      // Number 0 is a refusal that came before anything was asked.
      if (received.number != number && received.number != 0) {
        throw new IOException(
            "reply to another request: number=" + received.number + " wanted=" + number);
      }
      answered = true;
    } finally {
      if (!answered) {
        // Whatever it was: the next reply on this lane would belong to this request.
        close();
      }
    }
    if (received.reply instanceof Reply.Failure failure) {
      throw new PlasmaException(failure.code(), failure.message());
    }
    return received.reply;
  }

  private void send(ByteBuffer frame) throws IOException {
    try {
      Posix.send(descriptor, MemorySegment.ofBuffer(frame));
    } catch (NativeCallException e) {
      throwRefusal(e);
      throw e;
    }
  }

  /** Throws what the store said before it hung up, if it said why. */
  private void throwRefusal(NativeCallException hungUp) {
    try {
      Received last = receive(false);
      if (last.number == 0 && last.reply instanceof Reply.Failure failure) {
        throw new PlasmaException(failure.code(), failure.message(), hungUp);
      }
    } catch (IOException e) {
      // It said nothing: that it is gone is all there is to tell.
      hungUp.addSuppressed(e);
    }
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

  private record Received(long number, Reply reply) {}

  private Received receive(boolean readAhead) throws IOException {
    try {
      fill(FrameHeader.LENGTH, readAhead);
      FrameHeader header =
          FrameHeader.read(buffer.asSlice(bufferStart, FrameHeader.LENGTH).asByteBuffer());
      int size = FrameHeader.LENGTH + header.tableLength();
      fill(size, readAhead);
      ByteBuffer table =
          buffer.asSlice(bufferStart + FrameHeader.LENGTH, header.tableLength()).asByteBuffer();
      Reply reply = MessageReader.readReply(header.type(), table);
      bufferStart += size;
      return new Received(header.requestNumber(), reply);
    } catch (MalformedFrameException e) {
      throw new IOException("the store sent what is not the protocol: " + e.getMessage(), e);
    }
  }

  /**
   * Receives until so many unread bytes are buffered, moved to the buffer's start if they must be.
   */
  private void fill(int wanted, boolean readAhead) throws IOException {
    int unread = bufferEnd - bufferStart;
    if (unread == 0 || bufferStart + wanted > buffer.byteSize()) {
      MemorySegment target = wanted > buffer.byteSize() ? Arena.ofAuto().allocate(wanted) : buffer;
      MemorySegment.copy(buffer, bufferStart, target, 0, unread);
      buffer = target;
      bufferStart = 0;
      bufferEnd = unread;
    }
    while (bufferEnd - bufferStart < wanted) {
      long end = readAhead ? buffer.byteSize() : bufferStart + wanted;
      int count = Posix.receive(descriptor, buffer.asSlice(bufferEnd, end - bufferEnd));
      if (count == Posix.END_OF_STREAM) {
        throw new IOException("the store closed the connection");
      }
      bufferEnd += count;
    }
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
