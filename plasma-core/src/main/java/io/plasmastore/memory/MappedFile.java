package io.plasmastore.memory;

import io.plasmastore.os.NativeCallException;
import io.plasmastore.os.Posix;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A file of the store's directory, with the descriptors that clients are handed and the store's own
 * mapping of it. The file has its full length from the start and no pages: {@link #commit} gives it
 * pages, and only committed ranges may be touched.
 *
 * <p>Clients have the descriptor alone and use {@link #map}.
 */
public final class MappedFile implements IndexWriter.Pages, AutoCloseable {
  private static final Logger LOG = System.getLogger(MappedFile.class.getName());

  private final Path path;
  private final long size;
  private final int writable;
  private final int readOnly;
  private final Arena arena;
  private final MemorySegment segment;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean kept;

  private MappedFile(Path path, long size, int writable, int readOnly) throws IOException {
    this.path = path;
    this.size = size;
    this.writable = writable;
    this.readOnly = readOnly;
    this.arena = Arena.ofShared();
    this.segment = Posix.map(writable, 0, size, Posix.PROT_READ_WRITE, arena);
  }

  /**
   * Creates a file and maps it.
   *
   * @param path where no file is yet; it gets mode 0600
   * @param size its length in bytes, more than 0
   * @return the file; {@link #close} unmaps and removes it
   * @throws IOException if it can't be made or mapped; then it isn't there
   */
  public static MappedFile create(Path path, long size) throws IOException {
    Files.createFile(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
        // A length alone takes no memory, so that a full mount is found out by commit().
        file.setLength(size);
      }
      return open(path, size);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(path);
      throw e;
    }
  }

  /**
   * Maps a file that another store left.
   *
   * @param path of the file
   * @return the file; {@link #close} unmaps it and removes it unless it is to be {@linkplain #keep
   *     kept}
   * @throws IOException if it isn't there, is empty, or can't be mapped
   */
  public static MappedFile open(Path path) throws IOException {
    long size = Files.size(path);
    if (size == 0) {
      throw new IOException("file is empty: path=" + path);
    }
    return open(path, size);
  }

  private static MappedFile open(Path path, long size) throws IOException {
    int writable = -1;
    int readOnly = -1;
    try {
      writable = Posix.open(path, Posix.O_RDWR);
      readOnly = Posix.open(path, Posix.O_RDONLY);
      return new MappedFile(path, size, writable, readOnly);
    } catch (IOException | RuntimeException e) {
      closeDescriptor(writable);
      closeDescriptor(readOnly);
      throw e;
    }
  }

  /**
   * Maps a file that this process has as a descriptor.
   *
   * @param descriptor of the file
   * @param size its length
   * @param writable whether to map it for writing too
   * @param arena whose closing unmaps it
   * @return the mapping
   * @throws IOException if the kernel refuses
   */
  public static MemorySegment map(int descriptor, long size, boolean writable, Arena arena)
      throws IOException {
    return map(descriptor, 0, size, writable, arena);
  }

  /**
   * Maps a stretch of a file that this process has as a descriptor.
   *
   * @param descriptor of the file
   * @param offset where the stretch begins, a multiple of the page size
   * @param size its length
   * @param writable whether to map it for writing too
   * @param arena whose closing unmaps it
   * @return the mapping
   * @throws IOException if the kernel refuses
   */
  public static MemorySegment map(
      int descriptor, long offset, long size, boolean writable, Arena arena) throws IOException {
    int protection = writable ? Posix.PROT_READ_WRITE : Posix.PROT_READ;
    return Posix.map(descriptor, offset, size, protection, arena);
  }

  /**
   * Gives a range of the file its pages, so that a touch can't fail afterwards.
   *
   * @param offset of the first byte
   * @param length in bytes, more than 0
   * @throws NativeCallException with {@link Posix#ENOSPC} if the mount is full
   */
  @Override
  public void commit(long offset, long length) throws NativeCallException {
    Posix.allocate(writable, offset, length);
  }

  /**
   * Takes the pages of a range back. It must not be touched until it is committed again.
   *
   * @param offset of the first byte
   * @param length in bytes, more than 0
   * @throws NativeCallException if the kernel refuses
   */
  public void release(long offset, long length) throws NativeCallException {
    Posix.punchHole(writable, offset, length);
  }

  /**
   * Makes committed pages present, and joins them into huge ones where the kernel can (it works on
   * shared memory even where the machine switches huge pages for it off).
   *
   * @param offset of the first byte
   * @param length in bytes, more than 0
   */
  @Override
  public void join(long offset, long length) {
    MemorySegment range = segment.asSlice(offset, length);
    int populated = Posix.advise(range, Posix.MADV_POPULATE_WRITE);
    int collapsed = populated == 0 ? Posix.advise(range, Posix.MADV_COLLAPSE) : populated;
    if (collapsed != 0) {
      // Only slower, not wrong: the range has its pages, of the ordinary size.
      LOG.log(
          Level.DEBUG,
          "no huge pages: file={0} offset={1} length={2} errno={3}",
          path,
          offset,
          length,
          collapsed);
    }
  }

  /**
   * The store's own mapping.
   *
   * @return all of the file, writable
   */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * The descriptor to hand to those who may write.
   *
   * @return an open descriptor, which this file closes
   */
  public int writableDescriptor() {
    return writable;
  }

  /**
   * The descriptor to hand to those who may read.
   *
   * @return an open descriptor, which this file closes
   */
  public int readOnlyDescriptor() {
    return readOnly;
  }

  /**
   * The length of the file.
   *
   * @return its size in bytes
   */
  public long size() {
    return size;
  }

  /** Makes {@link #close} leave the file where it is. */
  public void keep() {
    kept = true;
  }

  /**
   * Unmaps the file and, unless it is to be {@linkplain #keep kept}, removes it. Who has it mapped
   * elsewhere keeps the memory.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      arena.close();
      closeDescriptor(writable);
      closeDescriptor(readOnly);
      if (!kept) {
        path.toFile().delete();
      }
    }
  }

  private static void closeDescriptor(int descriptor) {
    if (descriptor >= 0) {
      Posix.close(descriptor);
    }
  }
}
