package io.plasmastore;

import io.plasmastore.os.Posix;
import java.lang.foreign.MemorySegment;

/**
 * A word of {@link SharedPages} that processes wait for: 32 bits, the lower half of a long among
 * them. Who changes it wakes who waits for it, without a third process, a stream or a descriptor. A
 * futex (futex(2)), and as that one: it says nothing of why a wait ended, so look at memory again.
 *
 * <pre>{@code
 * // one process                                  // the other
 * SharedWord word = SharedWord.of(written, 128);  SharedWord word = SharedWord.of(read, 128);
 * LONG.setRelease(written, 128L, n + 1);          while ((int) LONG.getAcquire(read, 128L) == (int) n)
 * word.wake();                                      word.awaitWake((int) n, 1_000_000);
 * }</pre>
 *
 * <p>Whoever waits may be killed, and so may whoever was to wake it: wait for a bounded time.
 *
 * <p>Safe for any number of threads. After the pages are closed it does nothing, or wakes and waits
 * for what lies there now, which harms nobody who looks again.
 */
public final class SharedWord {
  private final long address;

  private SharedWord(long address) {
    this.address = address;
  }

  /**
   * The word at a place of a mapping.
   *
   * @param mapped from {@link SharedPages#map}, for writing or for reading only
   * @param offset of the word in it, a multiple of 4
   * @return the word
   * @throws IndexOutOfBoundsException if it is not within the mapping
   * @throws IllegalArgumentException if it does not lie at a multiple of 4, or not in native memory
   */
  public static SharedWord of(MemorySegment mapped, long offset) {
    MemorySegment word = mapped.asSlice(offset, Integer.BYTES);
    if (!word.isNative() || word.address() % Integer.BYTES != 0) {
      throw new IllegalArgumentException("no word of shared pages: offset=" + offset);
    }
    return new SharedWord(word.address());
  }

  /**
   * Waits while the word has this value, until somebody wakes who waits for it. <b>Holds its
   * thread</b>, a virtual one's carrier too, and is not interrupted. May end for nothing.
   *
   * @param value what the word was when the caller decided to wait
   * @param timeoutNanos how long to wait at most, 0 or more
   * @return whether that is possible at all: false, at once, if the kernel refuses it to this
   *     process
   * @throws IllegalArgumentException if the time is negative
   */
  public boolean awaitWake(int value, long timeoutNanos) {
    if (timeoutNanos < 0) {
      throw new IllegalArgumentException("a time to wait is 0 or more: nanos=" + timeoutNanos);
    }
    return switch (Posix.awaitWake(address, value, timeoutNanos)) {
      case 0, Posix.EAGAIN, Posix.ETIMEDOUT, Posix.EINTR -> true;
      default -> false;
    };
  }

  /**
   * Wakes one who waits for the word, which the caller has changed.
   *
   * @return 1 if somebody waited, 0 if nobody did, −1 if the kernel refuses it to this process
   */
  public int wake() {
    return Posix.wake(address);
  }

  /**
   * The core that the calling thread runs on. Who is woken on the core of who woke it is there
   * soonest, but the kernel leaves it where it waited: on a core of its own, which may have to wake
   * first.
   *
   * @return its number, which may be another one a moment later, or −1 if the kernel does not say
   */
  public static int core() {
    return Posix.core();
  }
}
