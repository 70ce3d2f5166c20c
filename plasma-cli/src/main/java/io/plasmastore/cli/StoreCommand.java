package io.plasmastore.cli;

import com.sun.management.OperatingSystemMXBean;
import io.plasmastore.store.PlasmaStore;
import io.plasmastore.store.StoreOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a store in this process until it is told to stop. */
@Command(
    name = "store",
    header = "Run a store in the foreground.",
    description =
        "Prints one line when it serves: ready socket=SOCKET memory=BYTES dir=DIR pid=PID. SIGTERM or"
            + " SIGINT (Ctrl-C) stop it: its memory and its socket are gone then, and the exit code"
            + " is 0.",
    footer = {
      "Examples:",
      "  plasma store",
      "  plasma store -s /tmp/plasma.sock -m 4g",
      "  plasma store -m 4g --spill-dir /var/tmp/plasma --spill-limit 100g",
      "  plasma store -s /run/plasma/sock --group analysts --read-only-uid 1002",
    })
final class StoreCommand implements Callable<Integer> {
  static final double SHARE_OF_MEMORY = 0.3;
  static final double SHARE_OF_MOUNT = 0.9;

  private final Console console;

  @Mixin private final SocketOption socket = new SocketOption();

  @Option(
      names = {"-m", "--memory"},
      paramLabel = "SIZE",
      converter = MemorySize.class,
      description =
          "Memory for objects: 4g, 512m, 64k or bytes. Default: 30 %% of this machine's memory, but"
              + " no more than 90 %% of what is free where the shared files lie.")
  private @Nullable Long memory;

  @Option(
      names = {"-d", "--dir"},
      paramLabel = "DIR",
      description =
          "Private folder for the shared files, on a tmpfs. Default: one under /dev/shm that belongs to"
              + " the socket.")
  private @Nullable Path directory;

  @Option(
      names = "--fresh",
      description =
          "Discard what a store that died left there, and what was spilled. Default: take the objects"
              + " over, with the memory that they had.")
  private boolean fresh;

  @Option(
      names = "--spill-dir",
      paramLabel = "DIR",
      description =
          "Private folder on a disk for the objects that leave memory when it is full; they come back"
              + " when they are asked for. Default: they are dropped.")
  private @Nullable Path spillDirectory;

  @Option(
      names = "--spill-limit",
      paramLabel = "SIZE",
      converter = MemorySize.class,
      description = "How much of that disk to take at most. Default: no limit.")
  private @Nullable Long spillLimit;

  @Option(
      names = "--client-quota",
      paramLabel = "SIZE",
      converter = MemorySize.class,
      description =
          "What the objects of one client may take: 4g, 512m, 64k or bytes. Default: all.")
  private long clientQuota;

  @Mixin private final AccessOptions access = new AccessOptions();

  StoreCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    StoreOptions options = options();
    CountDownLatch stop = new CountDownLatch(1);
    try (StopSignal _ = StopSignal.handledBy(stop::countDown);
        PlasmaStore store = PlasmaStore.launch(options)) {
      StoreOptions started = store.options();
      console.line(
          "ready socket=%s memory=%d dir=%s pid=%d"
              .formatted(
                  started.socket(),
                  started.capacity(),
                  started.directory(),
                  ProcessHandle.current().pid()));
      stop.await();
    }
    return PlasmaCommand.DONE;
  }

  private StoreOptions options() {
    StoreOptions options = StoreOptions.of(socket.path(), memory == null ? 0 : memory);
    if (directory != null) {
      options = options.withDirectory(directory);
    }
    if (memory == null) {
      long capacity = defaultMemory(options.directory());
      options = StoreOptions.of(options.socket(), capacity).withDirectory(options.directory());
    }
    if (spillDirectory != null) {
      options = options.withSpill(spillDirectory, spillLimit == null ? 0 : spillLimit);
    } else if (spillLimit != null) {
      throw new UsageException("--spill-limit needs --spill-dir");
    }
    try {
      return options
          .withFresh(fresh)
          .withClientQuota(clientQuota)
          .withAccess(access.access())
          .check();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }

  /** What is free counts, not the size of the mount: a store takes what it promises. */
  private static long defaultMemory(Path directory) {
    // The JVM's bean knows the limit of a container.
    OperatingSystemMXBean machine =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    try {
      Path mount = directory;
      while (!Files.exists(mount) && mount.getParent() != null) {
        mount = mount.getParent();
      }
      long free = Files.getFileStore(mount).getUsableSpace();
      return (long) Math.min(SHARE_OF_MEMORY * machine.getTotalMemorySize(), SHARE_OF_MOUNT * free);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
