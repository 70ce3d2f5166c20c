package io.plasmastore.store;

import io.plasmastore.ObjectId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a store is to be.
 *
 * @param socket path of the Unix socket to serve
 * @param capacity bytes for objects, rounded down to whole pages of 4096; a store that takes over
 *     keeps the capacity that it finds
 * @param directory private directory for the shared files, on a tmpfs; made if it isn't there
 * @param maxObjects how many objects there can be at once
 * @param clientQuota bytes of objects that one client may have created; 0 for no limit
 * @param fresh whether to discard what a dead store left in the directories, instead of taking it
 *     over
 * @param access who may use the store
 * @param spillDirectory private directory on a disk, where objects go that leave memory; made if it
 *     isn't there; null to drop them instead
 * @param spillLimit bytes of that disk to take at most, in whole blocks of 4096; 0 for no limit
 */
public record StoreOptions(
    Path socket,
    long capacity,
    Path directory,
    int maxObjects,
    long clientQuota,
    boolean fresh,
    StoreAccess access,
    @Nullable Path spillDirectory,
    long spillLimit) {
  /**
   * How many objects a store holds at most where nothing else is said. Room for them is only taken
   * as they come.
   */
  public static final int DEFAULT_MAX_OBJECTS = 1 << 24;

  /** The least capacity. */
  public static final long MIN_CAPACITY = 64 << 10;

  private static final int MAX_SOCKET_PATH = 107;
  private static final int MAX_MAX_OBJECTS = 1 << 28;
  private static final long PAGE_SIZE = 4096;

  /**
   * Options with a directory under {@code /dev/shm} that belongs to this socket path alone.
   *
   * @param socket path of the Unix socket to serve
   * @param capacity bytes for objects
   * @return the options, unchecked
   */
  public static StoreOptions of(Path socket, long capacity) {
    Path absolute = socket.toAbsolutePath().normalize();
    String mark =
        ObjectId.named(absolute.toString().isEmpty() ? "/" : shortened(absolute))
            .toHex()
            .substring(0, 12);
    String user = System.getProperty("user.name");
    return new StoreOptions(
        absolute,
        capacity,
        Path.of("/dev/shm", "plasma-" + user + "-" + mark),
        DEFAULT_MAX_OBJECTS,
        0,
        false,
        StoreAccess.ownUserAlone(),
        null,
        0);
  }

  /**
   * The same with another directory.
   *
   * @param directory private directory on a tmpfs
   * @return the options, unchecked
   */
  public StoreOptions withDirectory(Path directory) {
    return new StoreOptions(
        socket,
        capacity,
        directory.toAbsolutePath().normalize(),
        maxObjects,
        clientQuota,
        fresh,
        access,
        spillDirectory,
        spillLimit);
  }

  /**
   * The same with another limit of objects.
   *
   * @param maxObjects how many objects there can be at once
   * @return the options, unchecked
   */
  public StoreOptions withMaxObjects(int maxObjects) {
    return new StoreOptions(
        socket,
        capacity,
        directory,
        maxObjects,
        clientQuota,
        fresh,
        access,
        spillDirectory,
        spillLimit);
  }

  /**
   * The same with a quota.
   *
   * @param clientQuota bytes of objects that one client may have created; 0 for no limit
   * @return the options, unchecked
   */
  public StoreOptions withClientQuota(long clientQuota) {
    return new StoreOptions(
        socket,
        capacity,
        directory,
        maxObjects,
        clientQuota,
        fresh,
        access,
        spillDirectory,
        spillLimit);
  }

  /**
   * The same, discarding what a dead store left or taking it over.
   *
   * @param fresh whether to discard it
   * @return the options, unchecked
   */
  public StoreOptions withFresh(boolean fresh) {
    return new StoreOptions(
        socket,
        capacity,
        directory,
        maxObjects,
        clientQuota,
        fresh,
        access,
        spillDirectory,
        spillLimit);
  }

  /**
   * The same, used by others.
   *
   * @param access who may use the store, and how many at once
   * @return the options, unchecked
   */
  public StoreOptions withAccess(StoreAccess access) {
    return new StoreOptions(
        socket,
        capacity,
        directory,
        maxObjects,
        clientQuota,
        fresh,
        access,
        spillDirectory,
        spillLimit);
  }

  /**
   * The same with a place for the objects that leave memory: nothing is dropped then.
   *
   * @param directory private directory on a disk
   * @param limit bytes of it to take at most, in whole blocks of 4096; 0 for no limit
   * @return the options, unchecked
   */
  public StoreOptions withSpill(Path directory, long limit) {
    return new StoreOptions(
        socket,
        capacity,
        this.directory,
        maxObjects,
        clientQuota,
        fresh,
        access,
        directory.toAbsolutePath().normalize(),
        limit);
  }

  /**
   * Checks everything that can be told without touching the machine.
   *
   * @return these options, with the capacity rounded down to whole pages
   * @throws IllegalArgumentException that names every fault at once
   */
  public StoreOptions check() {
    List<String> faults = new ArrayList<>();
    int socketLength = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (socketLength > MAX_SOCKET_PATH) {
      faults.add("socket path too long: bytes=" + socketLength + " max=" + MAX_SOCKET_PATH);
    }
    if (capacity < MIN_CAPACITY) {
      faults.add("capacity too small: capacity=" + capacity + " min=" + MIN_CAPACITY);
    }
    if (maxObjects < 1 || maxObjects > MAX_MAX_OBJECTS) {
      faults.add(
          "max objects out of range: maxObjects=" + maxObjects + " min=1 max=" + MAX_MAX_OBJECTS);
    }
    if (clientQuota < 0) {
      faults.add("client quota is negative: clientQuota=" + clientQuota);
    }
    faults.addAll(access.faults());
    if (spillLimit < 0) {
      faults.add("spill limit is negative: spillLimit=" + spillLimit);
    }
    if (spillLimit > 0 && spillDirectory == null) {
      faults.add("spill limit without a spill directory: spillLimit=" + spillLimit);
    }
    if (spillDirectory != null && spillDirectory.startsWith(directory)) {
      faults.add("the spill directory lies in the store's own: spillDirectory=" + spillDirectory);
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults));
    }
    return new StoreOptions(
        socket,
        capacity & -PAGE_SIZE,
        directory,
        maxObjects,
        clientQuota,
        fresh,
        access,
        spillDirectory,
        spillLimit);
  }

  /**
   * The same with what a dead store's files say, which a store that takes them over can't change.
   */
  StoreOptions adopting(long capacity, int maxObjects) {
    return new StoreOptions(
        socket,
        capacity,
        directory,
        maxObjects,
        clientQuota,
        fresh,
        access,
        spillDirectory,
        spillLimit);
  }

  // A name is at most 255 bytes; a longer path is refused by check(), but must not fail before
  // that.
  private static String shortened(Path path) {
    String text = path.toString();
    boolean fits = text.getBytes(StandardCharsets.UTF_8).length <= ObjectId.MAX_NAME_SIZE;
    return fits ? text : Integer.toString(text.hashCode());
  }
}
