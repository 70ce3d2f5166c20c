package io.plasmastore.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** A process and when it started, which together name it even after its id is re-used. */
public final class ProcessStart {
  /**
   * How far two readings of one process's start may lie apart: the clock may have been set between.
   */
  private static final long TOLERANCE_MILLIS = 2_000;

  private ProcessStart() {}

  /**
   * When a process started.
   *
   * @param process which
   * @return milliseconds since 1970, or 0 if that can't be seen
   */
  public static long millis(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /**
   * Whether a process still runs.
   *
   * @param pid its id
   * @param startMillis when it started, as {@link #millis} gave it
   * @return false if it has ended, or if that id is another process's by now
   */
  public static boolean isAlive(long pid, long startMillis) {
    Optional<ProcessHandle> process = running(pid);
    return process.isPresent() && Math.abs(millis(process.get()) - startMillis) <= TOLERANCE_MILLIS;
  }

  /**
   * Whether a process runs that was there already at a certain time.
   *
   * @param pid its id
   * @param atMillis the time, in milliseconds since 1970
   * @return false if it has ended, or if that id is a later process's by now
   */
  public static boolean isAliveSince(long pid, long atMillis) {
    Optional<ProcessHandle> process = running(pid);
    return process.isPresent() && millis(process.get()) <= atMillis + TOLERANCE_MILLIS;
  }

  private static Optional<ProcessHandle> running(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(process -> !hasEnded(pid));
  }

  /**
   * Whether a process has ended and only its parent has not asked how, which may never happen where
   * the parent is no shell and no init (state Z or X in proc_pid_stat(5)).
   */
  private static boolean hasEnded(long pid) {
    try {
      // The name before the state is in parentheses, and may have any in it.
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), ISO_8859_1);
      char state = stat.charAt(stat.lastIndexOf(')') + 2);
      return state == 'Z' || state == 'X';
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      // Not to be seen: what ProcessHandle says must do.
      return false;
    }
  }
}
