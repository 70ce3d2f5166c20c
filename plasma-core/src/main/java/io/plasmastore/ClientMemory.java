package io.plasmastore;

import io.plasmastore.memory.ClientPage;
import io.plasmastore.memory.MappedFile;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.SealMarks;
import io.plasmastore.os.Posix;
import io.plasmastore.protocol.Access;
import io.plasmastore.protocol.Descriptor;
import io.plasmastore.protocol.Reply;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The store's memory as a client has it mapped: the index and the sealed objects for reading only,
 * its own page and the objects under construction for writing, the last two only as far as it
 * {@link #access may}. Mapped once, in full length, for as long as anything got through it is in
 * use.
 */
final class ClientMemory {
  private final Arena arena;
  private final ObjectIndex index;
  private final ClientPage page;
  private final SealMarks marks;
  private final MemorySegment sealed;
  private final Access access;
  private final Path directory;
  // Null for who may only read.
  private final @Nullable MemorySegment writable;

  private ClientMemory(Arena arena, Reply.Welcome welcome, Map<Descriptor, Integer> descriptors)
      throws IOException {
    this.arena = arena;
    this.directory = directory(fd(descriptors, Descriptor.INDEX));
    this.index =
        new ObjectIndex(
            MappedFile.map(fd(descriptors, Descriptor.INDEX), welcome.indexSize(), false, arena));
    this.access = welcome.access();
    this.page =
        new ClientPage(
            MappedFile.map(
                fd(descriptors, Descriptor.PAGE),
                welcome.pageSize(),
                access != Access.GUEST,
                arena),
            index.maxSlots());
    this.marks =
        new SealMarks(
            MappedFile.map(
                fd(descriptors, Descriptor.SEALS),
                SealMarks.fileSize(index.maxSlots()),
                access.mayWrite(),
                arena));
    this.sealed =
        MappedFile.map(
            fd(descriptors, Descriptor.HEAP_READ_ONLY), welcome.heapSize(), false, arena);
    this.writable =
        access.mayWrite()
            ? MappedFile.map(
                fd(descriptors, Descriptor.HEAP_READ_WRITE), welcome.heapSize(), true, arena)
            : null;
  }

  /**
   * Takes the descriptors that follow a welcome and maps what they are.
   *
   * @throws PlasmaException STORE_GONE if they don't come, INTERNAL_ERROR if they can't be mapped;
   *     nothing stays open or mapped then
   */
  static ClientMemory receive(Lane lane, Reply.Welcome welcome) {
    Map<Descriptor, Integer> descriptors = new EnumMap<>(Descriptor.class);
    Arena arena = Arena.ofShared();
    try {
      for (Descriptor descriptor : Descriptor.of(welcome.access())) {
        descriptors.put(descriptor, lane.receiveDescriptor());
      }
      return new ClientMemory(arena, welcome, descriptors);
    } catch (IOException e) {
      arena.close();
      throw new PlasmaException(
          ErrorCode.INTERNAL_ERROR,
          "the store's memory can't be mapped: reason=" + e.getMessage(),
          e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    } finally {
      // A mapping holds its file by itself.
      descriptors.values().forEach(Posix::close);
    }
  }

  /** What this client may do. */
  Access access() {
    return access;
  }

  ObjectIndex index() {
    return index;
  }

  ClientPage page() {
    return page;
  }

  SealMarks marks() {
    return marks;
  }

  /** Bytes of the heap, read-only. */
  MemorySegment sealed(long offset, long size) {
    return sealed.asSlice(offset, size);
  }

  /**
   * Bytes of the heap, writable.
   *
   * @throws PlasmaException ACCESS_DENIED if this client may only read
   */
  MemorySegment writable(long offset, long size) {
    if (writable == null) {
      throw new PlasmaException(ErrorCode.ACCESS_DENIED, "this client may only read");
    }
    return writable.asSlice(offset, size);
  }

  /** Where the files lie, as this process sees it. */
  Path directory() {
    return directory;
  }

  /** Unmaps all of it. */
  void close() {
    arena.close();
  }

  private static Path directory(int descriptor) throws IOException {
    Path index = Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(descriptor)));
    Path parent = index.getParent();
    return parent == null ? index : parent;
  }

  private static int fd(Map<Descriptor, Integer> descriptors, Descriptor descriptor) {
    Integer fd = descriptors.get(descriptor);
    if (fd == null) {
      throw new IllegalStateException("descriptor is missing: descriptor=" + descriptor);
    }
    return fd;
  }
}
