package io.plasmastore.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A tmpfs of a few megabytes that a test may fill up. Only root can have one. */
public final class SmallMount implements AutoCloseable {
  private final Path path;

  private SmallMount(Path path) {
    this.path = path;
  }

  /** Mounts; the test that asks is skipped where that is not permitted. */
  public static SmallMount mount(Path path, long bytes) throws IOException {
    Files.createDirectory(path);
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "plasma-test", path.toString()),
        "needs the right to mount a tmpfs");
    return new SmallMount(path);
  }

  /** The root of the mount. */
  public Path path() {
    return path;
  }

  /** What nobody has taken. */
  public long free() throws IOException {
    return Files.getFileStore(path).getUsableSpace();
  }

  /** Takes all but so many bytes of what is free, as another program might. */
  public void fillBut(long rest) throws IOException {
    fill("filling", free() - rest);
  }

  /** Takes so many bytes under a name. */
  public void fill(String name, long bytes) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            path.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      ByteBuffer chunk = ByteBuffer.allocate(4096);
      for (long left = bytes; left >= chunk.capacity(); left -= chunk.capacity()) {
        file.write(chunk.clear());
      }
    }
  }

  /** Gives it back. */
  public void empty() throws IOException {
    Files.deleteIfExists(path.resolve("filling"));
  }

  @Override
  public void close() throws IOException {
    if (!run("umount", path.toString())) {
      run("umount", "-l", path.toString());
      throw new AssertionError("something still uses the mount: path=" + path);
    }
  }

  private static boolean run(String... command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of(command))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    return builder.start().onExit().join().exitValue() == 0;
  }
}
