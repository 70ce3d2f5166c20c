package io.plasmastore.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The system calls that the JDK does not offer: mapping a descriptor, committing pages, choosing
 * cores, and Unix sockets that carry descriptors. Linux on a 64-bit machine; the numbers are those
 * of x86-64 and aarch64, which agree. Every method may be called from any thread, and a call that
 * blocks holds its thread (a virtual thread's carrier too).
 */
@SuppressWarnings("restricted") // this is the class that the restriction is meant to confine
public final class Posix {
  /** No such file. */
  public static final int ENOENT = 2;

  /** Interrupted by a signal. */
  public static final int EINTR = 4;

  /** It would have to wait: somebody else has the lock. */
  public static final int EAGAIN = 11;

  /** Out of memory, or of mappings. */
  public static final int ENOMEM = 12;

  /** Permission denied. */
  public static final int EACCES = 13;

  /** No space left. */
  public static final int ENOSPC = 28;

  /** The kernel has no such call. */
  public static final int ENOSYS = 38;

  /** The time is over. */
  public static final int ETIMEDOUT = 110;

  /** Nobody listens at the socket. */
  public static final int ECONNREFUSED = 111;

  /** Open for reading only. */
  public static final int O_RDONLY = 0;

  /** Open for reading and writing. */
  public static final int O_RDWR = 2;

  /** Map for reading only. */
  public static final int PROT_READ = 1;

  /** Map for reading and writing. */
  public static final int PROT_READ_WRITE = 3;

  /** Advice: make the pages of a range present and writable in this mapping, in one call. */
  public static final int MADV_POPULATE_WRITE = 23;

  /** Advice: join the small pages of a range into huge ones, now. */
  public static final int MADV_COLLAPSE = 25;

  /**
   * Size of a huge page in bytes; mappings start at multiples of it, so that huge pages can serve
   * them.
   */
  public static final long HUGE_PAGE_SIZE = 2L << 20;

  /** What {@link #receiveDescriptor} answers when the peer closed the socket. */
  public static final int END_OF_STREAM = -1;

  private static final int PROT_NONE = 0;
  private static final int MAP_SHARED = 0x01;
  private static final int MAP_PRIVATE = 0x02;
  private static final int MAP_FIXED = 0x10;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_NORESERVE = 0x4000;
  private static final long MAP_FAILED = -1;
  private static final int O_CLOEXEC = 0x80000;
  private static final int FALLOC_COMMIT = 0;
  private static final int FALLOC_PUNCH_HOLE_KEEP_SIZE = 0x02 | 0x01;
  private static final int LOCK_EXCLUSIVE_NOW = 2 | 4;
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int SHUT_RDWR = 2;
  private static final short POLLIN = 1;
  private static final int SOCKET_PATH_SIZE = 108;
  private static final long FUTEX_WAIT = 0;
  private static final long FUTEX_WAKE = 1;

  /** The C library has no function for it, and its number is each machine's own. */
  private static final long SYS_FUTEX =
      switch (System.getProperty("os.arch")) {
        case "amd64" -> 202;
        case "aarch64" -> 98;
        default -> -1; // which no call has
      };

  /** A bit for each core, for as many as a kernel can be built for. */
  private static final int CORE_MASK_SIZE = 1024;

  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final ThreadLocal<MemorySegment> CAPTURED =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURE));

  /** Seconds and nanoseconds, as the kernel wants them. */
  private static final ThreadLocal<MemorySegment> TIME =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(2 * Long.BYTES, Long.BYTES));

  private static final MethodHandle OPEN = call("open", JAVA_INT, 2, ADDRESS, JAVA_INT);
  private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle MMAP =
      call("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle MUNMAP = call("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle MADVISE =
      call("madvise", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FALLOCATE =
      call("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle FLOCK = call("flock", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle CONNECT =
      call("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SEND =
      call("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECV =
      call("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECVMSG =
      call("recvmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SHUTDOWN = call("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle POLL = call("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SCHED_GETCPU = call("sched_getcpu", JAVA_INT);
  private static final MethodHandle SCHED_GETAFFINITY =
      call("sched_getaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle SCHED_SETAFFINITY =
      call("sched_setaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle FUTEX =
      call("syscall", JAVA_LONG, 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS);
  private static final MethodHandle STRERROR =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("strerror"),
              FunctionDescriptor.of(ADDRESS, JAVA_INT));

  private Posix() {}

  /**
   * Opens a file.
   *
   * @param path an existing file
   * @param rights {@link #O_RDONLY} or {@link #O_RDWR}
   * @return the descriptor, closed on exec; the caller closes it
   * @throws NativeCallException if the file can't be opened
   */
  public static int open(Path path, int rights) throws NativeCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment captured = CAPTURED.get();
      int fd =
          (int) OPEN.invokeExact(captured, arena.allocateFrom(path.toString()), rights | O_CLOEXEC);
      if (fd < 0) {
        throw failure(captured, "open", "path=" + path);
      }
      return fd;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Closes a descriptor. Whatever the kernel says, the descriptor is gone afterwards, so there is
   * nothing to report.
   *
   * @param fd the descriptor
   */
  public static void close(int fd) {
    try {
      int ignored = (int) CLOSE.invokeExact(CAPTURED.get(), fd);
      assert ignored <= 0;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Maps a stretch of a file, shared, at an address that is a multiple of {@link #HUGE_PAGE_SIZE}.
   * The descriptor may be closed afterwards.
   *
   * @param fd the file
   * @param offset of the first byte, a multiple of the page size
   * @param size bytes to map, more than 0; pages beyond what was committed must not be touched
   * @param protection {@link #PROT_READ} or {@link #PROT_READ_WRITE}
   * @param arena whose closing unmaps it
   * @return the mapping, {@code size} bytes, read-only where {@code protection} says so
   * @throws NativeCallException if the kernel refuses
   */
  public static MemorySegment map(int fd, long offset, long size, int protection, Arena arena)
      throws NativeCallException {
    long reserved = size + HUGE_PAGE_SIZE;
    String facts = "fd=" + fd + " offset=" + offset + " size=" + size + " protection=" + protection;
    try {
      MemorySegment captured = CAPTURED.get();
      long reservation =
          (long)
              MMAP.invokeExact(
                  captured,
                  0L,
                  reserved,
                  PROT_NONE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                  -1,
                  0L);
      if (reservation == MAP_FAILED) {
        throw failure(captured, "mmap", facts);
      }
      long aligned = (reservation + HUGE_PAGE_SIZE - 1) & -HUGE_PAGE_SIZE;
      long address =
          (long)
              MMAP.invokeExact(
                  captured, aligned, size, protection, MAP_SHARED | MAP_FIXED, fd, offset);
      if (address == MAP_FAILED) {
        int errno = (int) ERRNO.get(captured, 0L);
        unmap(reservation, reserved);
        throw failure("mmap", facts, errno);
      }
      MemorySegment mapped =
          MemorySegment.ofAddress(address)
              .reinterpret(size, arena, unused -> unmap(reservation, reserved));
      return protection == PROT_READ ? mapped.asReadOnly() : mapped;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Advises the kernel on a range of a mapping.
   *
   * @param range whole pages of a mapping
   * @param advice {@link #MADV_POPULATE_WRITE} or {@link #MADV_COLLAPSE}
   * @return 0, or the reason for which the kernel did not follow the advice
   */
  public static int advise(MemorySegment range, int advice) {
    try {
      MemorySegment captured = CAPTURED.get();
      int result = (int) MADVISE.invokeExact(captured, range.address(), range.byteSize(), advice);
      return result == 0 ? 0 : (int) ERRNO.get(captured, 0L);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Commits a range of a file: afterwards a touch of these pages can't fail for want of memory.
   *
   * @param fd the file, open for writing
   * @param offset of the first byte
   * @param size in bytes, more than 0
   * @throws NativeCallException with {@link #ENOSPC} if there is no room; nothing of what was there
   *     before is lost
   */
  public static void allocate(int fd, long offset, long size) throws NativeCallException {
    fallocate(fd, FALLOC_COMMIT, offset, size);
  }

  /**
   * Takes the pages of a range of a file back; its length stays.
   *
   * @param fd the file, open for writing
   * @param offset of the first byte
   * @param size in bytes, more than 0
   * @throws NativeCallException if the kernel refuses
   */
  public static void punchHole(int fd, long offset, long size) throws NativeCallException {
    fallocate(fd, FALLOC_PUNCH_HOLE_KEEP_SIZE, offset, size);
  }

  /**
   * The core that the calling thread runs on, which may be another one a moment later.
   *
   * @return its number, or −1 if the kernel does not say
   */
  public static int core() {
    try {
      return (int) SCHED_GETCPU.invokeExact(CAPTURED.get());
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Lets a thread run on all cores that the process may use, but for one: it never does so much as
   * begin there. If there are no others the thread stays as it is.
   *
   * @param thread the kernel's number of a thread of this process
   * @param core the number of a core, or −1 for none
   * @throws NativeCallException if the kernel refuses
   */
  public static void keepOff(int thread, int core) throws NativeCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment captured = CAPTURED.get();
      MemorySegment cores = arena.allocate(CORE_MASK_SIZE, Long.BYTES);
      // Those of the first thread, which is the process: this one may have been kept off some.
      int process = (int) ProcessHandle.current().pid();
      int result = (int) SCHED_GETAFFINITY.invokeExact(captured, process, cores.byteSize(), cores);
      if (result < 0) {
        throw failure(captured, "sched_getaffinity", "process=" + process);
      }
      if (core >= 0 && core < CORE_MASK_SIZE * Byte.SIZE) {
        long word = core / Long.SIZE;
        cores.setAtIndex(JAVA_LONG, word, cores.getAtIndex(JAVA_LONG, word) & ~(1L << core));
      }
      if (cores.mismatch(arena.allocate(CORE_MASK_SIZE)) < 0) {
        return;
      }
      result = (int) SCHED_SETAFFINITY.invokeExact(captured, thread, cores.byteSize(), cores);
      if (result != 0) {
        throw failure(captured, "sched_setaffinity", "thread=" + thread + " core=" + core);
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Lets a thread run on one core alone, to which it moves at once if it waits for another. Where
   * the process may not use that core the thread stays as it is.
   *
   * @param thread the kernel's number of a thread of this process
   * @param core the number of a core
   * @throws NativeCallException if the kernel refuses
   */
  public static void keepTo(int thread, int core) throws NativeCallException {
    if (core < 0 || core >= CORE_MASK_SIZE * Byte.SIZE) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment captured = CAPTURED.get();
      MemorySegment cores = arena.allocate(CORE_MASK_SIZE, Long.BYTES);
      cores.setAtIndex(JAVA_LONG, core / Long.SIZE, 1L << core);
      int result = (int) SCHED_SETAFFINITY.invokeExact(captured, thread, cores.byteSize(), cores);
      if (result != 0) {
        throw failure(captured, "sched_setaffinity", "thread=" + thread + " core=" + core);
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static void fallocate(int fd, int mode, long offset, long size)
      throws NativeCallException {
    try {
      MemorySegment captured = CAPTURED.get();
      int result;
      do {
        result = (int) FALLOCATE.invokeExact(captured, fd, mode, offset, size);
      } while (result != 0 && (int) ERRNO.get(captured, 0L) == EINTR);
      if (result != 0) {
        throw failure(captured, "fallocate", "offset=" + offset + " size=" + size);
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Locks a file for this descriptor alone (flock(2)), if nobody has it locked. The lock ends when
   * the descriptor is closed, in whatever way.
   *
   * @param fd the file
   * @return false if another descriptor has it locked, in this process or another
   * @throws NativeCallException if the file system has no locks
   */
  public static boolean tryLock(int fd) throws NativeCallException {
    try {
      MemorySegment captured = CAPTURED.get();
      int result = (int) FLOCK.invokeExact(captured, fd, LOCK_EXCLUSIVE_NOW);
      if (result != 0 && (int) ERRNO.get(captured, 0L) != EAGAIN) {
        throw failure(captured, "flock", "fd=" + fd);
      }
      return result == 0;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Connects to a Unix stream socket.
   *
   * @param path of the socket, at most 107 bytes
   * @return the descriptor, blocking; the caller closes it
   * @throws NativeCallException if nobody listens there
   */
  public static int connect(Path path) throws NativeCallException {
    byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    if (name.length >= SOCKET_PATH_SIZE) {
      throw new IllegalArgumentException(
          "socket path too long: bytes="
              + name.length
              + " max="
              + (SOCKET_PATH_SIZE - 1)
              + " path="
              + path);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment captured = CAPTURED.get();
      int fd = (int) SOCKET.invokeExact(captured, AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
      if (fd < 0) {
        throw failure(captured, "socket", "path=" + path);
      }
      MemorySegment address = arena.allocate(Short.BYTES + SOCKET_PATH_SIZE, Short.BYTES);
      address.set(JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(name, 0, address, JAVA_BYTE, Short.BYTES, name.length);
      int result = (int) CONNECT.invokeExact(captured, fd, address, (int) address.byteSize());
      if (result != 0) {
        int errno = (int) ERRNO.get(captured, 0L);
        close(fd);
        throw failure("connect", "path=" + path, errno);
      }
      return fd;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Sends all of a segment.
   *
   * @param fd a blocking socket
   * @param bytes native memory to send
   * @throws NativeCallException if the peer is gone
   */
  public static void send(int fd, MemorySegment bytes) throws NativeCallException {
    long sent = 0;
    try {
      MemorySegment captured = CAPTURED.get();
      while (sent < bytes.byteSize()) {
        long count =
            (long)
                SEND.invokeExact(
                    captured, fd, bytes.asSlice(sent), bytes.byteSize() - sent, MSG_NOSIGNAL);
        if (count >= 0) {
          sent += count;
        } else if ((int) ERRNO.get(captured, 0L) != EINTR) {
          throw failure(captured, "send", "sent=" + sent + " size=" + bytes.byteSize());
        }
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Receives what there is, waiting for the first byte.
   *
   * @param fd a blocking socket
   * @param target native memory, at least one byte
   * @return how many bytes came, or {@link #END_OF_STREAM}
   * @throws NativeCallException if the peer is gone
   */
  public static int receive(int fd, MemorySegment target) throws NativeCallException {
    try {
      MemorySegment captured = CAPTURED.get();
      while (true) {
        long count = (long) RECV.invokeExact(captured, fd, target, target.byteSize(), 0);
        if (count > 0) {
          return (int) count;
        }
        if (count == 0) {
          return END_OF_STREAM;
        }
        if ((int) ERRNO.get(captured, 0L) != EINTR) {
          throw failure(captured, "recv", "size=" + target.byteSize());
        }
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Receives one byte and the descriptor that rides on it (unix(7), {@code SCM_RIGHTS}).
   *
   * @param fd a blocking socket
   * @return the descriptor, closed on exec; the caller closes it; or {@link #END_OF_STREAM}
   * @throws NativeCallException if the peer is gone
   * @throws IllegalStateException if the byte came without exactly one descriptor
   */
  public static int receiveDescriptor(int fd) throws NativeCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment captured = CAPTURED.get();
      DescriptorMessage message = new DescriptorMessage(arena);
      while (true) {
        long count = (long) RECVMSG.invokeExact(captured, fd, message.header, MSG_CMSG_CLOEXEC);
        if (count == 1) {
          return message.descriptor();
        }
        if (count == 0) {
          return END_OF_STREAM;
        }
        if ((int) ERRNO.get(captured, 0L) != EINTR) {
          throw failure(captured, "recvmsg", "fd=" + fd);
        }
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Waits until a socket has something to read, or was closed by its peer or by {@link #shutdown}.
   *
   * @param fd the socket
   * @param timeoutMillis how long to wait at most
   * @return false if the time is over
   * @throws NativeCallException if the descriptor is none
   */
  public static boolean awaitReadable(int fd, int timeoutMillis) throws NativeCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment captured = CAPTURED.get();
      MemorySegment request = arena.allocate(2 * Integer.BYTES, Integer.BYTES);
      request.set(JAVA_INT, 0, fd);
      request.set(JAVA_SHORT, Integer.BYTES, POLLIN);
      long deadline = System.nanoTime() + timeoutMillis * 1_000_000L;
      while (true) {
        long left = Math.max(0, Math.ceilDiv(deadline - System.nanoTime(), 1_000_000L));
        int ready = (int) POLL.invokeExact(captured, request, 1L, (int) left);
        if (ready >= 0) {
          return ready > 0;
        }
        if ((int) ERRNO.get(captured, 0L) != EINTR) {
          throw failure(captured, "poll", "fd=" + fd);
        }
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Ends a socket's conversation: whoever waits on it, in this process or the peer's, wakes up. The
   * descriptor stays open.
   *
   * @param fd the socket
   */
  public static void shutdown(int fd) {
    try {
      int ignored = (int) SHUTDOWN.invokeExact(CAPTURED.get(), fd, SHUT_RDWR);
      assert ignored <= 0;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Waits until a word of memory that processes share changes and somebody says so by {@link
   * #wake}, unless it has changed already (futex(2)). May also end for nothing.
   *
   * @param address of 32 aligned bits, which may be mapped for reading only
   * @param value what it was
   * @param timeoutNanos how long to wait at most, 0 or more
   * @return 0 if it ended by a wake; {@link #EAGAIN} if it has another value; {@link #ETIMEDOUT};
   *     {@link #EINTR}; anything else, such as {@link #ENOSYS}, if the kernel does not do that
   */
  public static int awaitWake(long address, int value, long timeoutNanos) {
    try {
      MemorySegment captured = CAPTURED.get();
      MemorySegment time = TIME.get();
      time.set(JAVA_LONG, 0, timeoutNanos / 1_000_000_000L);
      time.set(JAVA_LONG, Long.BYTES, timeoutNanos % 1_000_000_000L);
      long result =
          (long)
              FUTEX.invokeExact(
                  captured, SYS_FUTEX, address, FUTEX_WAIT, Integer.toUnsignedLong(value), time);
      return result == 0 ? 0 : (int) ERRNO.get(captured, 0L);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Wakes one thread, of whatever process, that waits for a word by {@link #awaitWake}.
   *
   * @param address of the word, in a mapping for writing or for reading
   * @return 1 if one waited, 0 if none did, or −1 if the kernel does not do that
   */
  public static int wake(long address) {
    try {
      return (int)
          (long)
              FUTEX.invokeExact(
                  CAPTURED.get(), SYS_FUTEX, address, FUTEX_WAKE, 1L, MemorySegment.NULL);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static void unmap(long address, long size) {
    try {
      int ignored = (int) MUNMAP.invokeExact(CAPTURED.get(), address, size);
      assert ignored == 0;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static NativeCallException failure(MemorySegment captured, String call, String facts) {
    return failure(call, facts, (int) ERRNO.get(captured, 0L));
  }

  private static NativeCallException failure(String call, String facts, int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return new NativeCallException(call, facts, errno, text.reinterpret(256).getString(0));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  // A method handle may throw anything by its type; a system call's handle throws nothing, so what
  // comes here is our own.
  private static NativeCallException unexpected(Throwable e) {
    return switch (e) {
      case NativeCallException failed -> failed;
      case RuntimeException failed -> throw failed;
      case Error failed -> throw failed;
      default -> throw new AssertionError(e);
    };
  }

  private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... parameters) {
    return downcall(name, FunctionDescriptor.of(result, parameters), captureErrno());
  }

  private static MethodHandle call(
      String name, MemoryLayout result, int firstVariadic, MemoryLayout... parameters) {
    return downcall(
        name,
        FunctionDescriptor.of(result, parameters),
        captureErrno(),
        Linker.Option.firstVariadicArg(firstVariadic));
  }

  private static MethodHandle downcall(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
  }

  private static Linker.Option captureErrno() {
    return Linker.Option.captureCallState("errno");
  }

  /**
   * The buffers of one {@code recvmsg} for one byte and one descriptor.
   *
   * <pre>
   *  msghdr   0 name:8  8 nameLength:4 (+4)  16 iov:8  24 iovCount:8  32 control:8  40 controlLength:8  48 flags:4 (+4)
   *  iovec    0 base:8  8 length:8
   *  cmsghdr  0 length:8  8 level:4  12 type:4  16 descriptor:4 (+4)
   * </pre>
   */
  private static final class DescriptorMessage {
    private static final long HEADER_SIZE = 56;
    private static final long CONTROL_SIZE = 24;
    private static final long CONTROL_USED = 20;

    private final MemorySegment header;
    private final MemorySegment control;

    DescriptorMessage(Arena arena) {
      MemorySegment vector = arena.allocate(16, 8);
      vector.set(ADDRESS, 0, arena.allocate(1));
      vector.set(JAVA_LONG, 8, 1);
      control = arena.allocate(CONTROL_SIZE, 8);
      header = arena.allocate(HEADER_SIZE, 8);
      header.set(ADDRESS, 16, vector);
      header.set(JAVA_LONG, 24, 1);
      header.set(ADDRESS, 32, control);
      header.set(JAVA_LONG, 40, CONTROL_SIZE);
    }

    int descriptor() {
      if (header.get(JAVA_LONG, 40) < CONTROL_USED
          || control.get(JAVA_LONG, 0) != CONTROL_USED
          || control.get(JAVA_INT, 8) != SOL_SOCKET
          || control.get(JAVA_INT, 12) != SCM_RIGHTS) {
        throw new IllegalStateException(
            "expected one descriptor: controlLength=" + header.get(JAVA_LONG, 40));
      }
      return control.get(JAVA_INT, 16);
    }
  }
}
