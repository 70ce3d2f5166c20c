package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where spilled objects lie: a directory of mode 0700, locked by the one store that spills there.
 * It stays when the store stops, with the objects in it. Files that no store made are left alone.
 */
final class SpillDirectory implements AutoCloseable {
  /** Of an object's record: see {@link SpillRecord}. */
  static final String RECORD = "record";

  /** Of the data of an object that no format claims. */
  static final String RAW = "bin";

  /** Behind the name of a file that is still being written. */
  static final String PARTIAL = "partial";

  private static final Pattern OURS =
      Pattern.compile("([0-9a-f]{40})\\.([a-z0-9]{1,16})(\\." + PARTIAL + ")?");

  private final Path path;
  private final DirectoryLock lock;

  private SpillDirectory(Path path, DirectoryLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Makes or locks a directory.
   *
   * @throws PlasmaException ACCESS_DENIED if another store spills there, or it can't be used
   */
  static SpillDirectory open(Path path) {
    try {
      var unused = PrivateDirectory.make(path);
      return new SpillDirectory(path, DirectoryLock.acquire(path));
    } catch (IOException e) {
      throw new PlasmaException(
          ErrorCode.ACCESS_DENIED,
          "objects can't be spilled: dir=" + path + " reason=" + PrivateDirectory.reason(e),
          e);
    }
  }

  Path path() {
    return path;
  }

  Path file(ObjectId id, String extension) {
    return path.resolve(id.toHex() + "." + extension);
  }

  Path partial(ObjectId id, String extension) {
    return path.resolve(id.toHex() + "." + extension + "." + PARTIAL);
  }

  /**
   * The objects that have a record here.
   *
   * @throws IOException if the directory can't be read
   */
  Set<ObjectId> records() throws IOException {
    Set<ObjectId> records = new HashSet<>();
    for (Matcher name : names()) {
      if (isRecord(name)) {
        records.add(ObjectId.fromHex(name.group(1)));
      }
    }
    return records;
  }

  /**
   * Removes what a store that died did not finish writing, or did not finish removing.
   *
   * @throws IOException if it can't be
   */
  void removeRemains() throws IOException {
    Set<ObjectId> records = records();
    for (Matcher name : names()) {
      boolean isPartial = name.group(3) != null;
      if (isPartial || !records.contains(ObjectId.fromHex(name.group(1)))) {
        Files.deleteIfExists(path.resolve(name.group()));
      }
    }
  }

  /**
   * Removes all objects.
   *
   * @throws IOException if they can't be
   */
  void clear() throws IOException {
    for (Matcher name : names()) {
      Files.deleteIfExists(path.resolve(name.group()));
    }
  }

  /** Ends the lock. The objects stay. */
  @Override
  public void close() throws IOException {
    lock.close();
  }

  private List<Matcher> names() throws IOException {
    List<Matcher> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      for (Path file : files) {
        Matcher name = OURS.matcher(file.getFileName().toString());
        if (name.matches()) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private static boolean isRecord(Matcher name) {
    return name.group(2).equals(RECORD) && name.group(3) == null;
  }
}
