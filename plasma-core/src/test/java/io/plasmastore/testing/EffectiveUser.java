package io.plasmastore.testing;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a test does with descriptors and users that Java has no call for. A call answers 0 or the
 * number of the error.
 */
public final class EffectiveUser {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SETEUID = call("seteuid", ValueLayout.JAVA_INT);
  private static final MethodHandle FTRUNCATE =
      call("ftruncate", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG);
  private static final MethodHandle FCHMOD =
      call("fchmod", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
  private static final MethodHandle MPROTECT =
      call("mprotect", ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);

  private EffectiveUser() {}

  /** Whether this process may become other users. */
  public static boolean canBeOthers() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (java.io.IOException e) {
      return false;
    }
  }

  /** Becomes another user: to the kernel's checks of files and to the peers of its sockets. */
  public static int become(int uid) {
    return run(captured -> (int) SETEUID.invokeExact(captured, uid));
  }

  /** Cuts a file. */
  public static int truncate(int fd) {
    return run(captured -> (int) FTRUNCATE.invokeExact(captured, fd, 0L));
  }

  /** Opens a file's permissions to everybody. */
  public static int openToAll(int fd) {
    return run(captured -> (int) FCHMOD.invokeExact(captured, fd, 0666));
  }

  /** Makes a mapping writable. */
  public static int makeWritable(MemorySegment mapping) {
    int readAndWrite = 3;
    return run(
        captured ->
            (int) MPROTECT.invokeExact(captured, mapping, mapping.byteSize(), readAndWrite));
  }

  private interface Call {
    int invoke(MemorySegment captured) throws Throwable;
  }

  private static int run(Call call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment captured = arena.allocate(CAPTURE);
      return call.invoke(captured) == 0 ? 0 : (int) ERRNO.get(captured, 0L);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle call(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments),
        Linker.Option.captureCallState("errno"));
  }
}
