package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes spilled objects, reads them back and removes them: two files each, the data and then the
 * record. Each call waits for the disk; none is for the event loop. One thread writes and removes,
 * another may read.
 */
final class SpillFiles {
  /** Bytes written or read at a time: they are still in the processor's cache when summed up. */
  private static final int CHUNK = 1 << 20;

  private static final Set<OpenOption> CREATE =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE);

  private final SpillDirectory directory;
  private final SpillFormats formats;
  private final FileStore store;

  /**
   * Files in a directory.
   *
   * @throws IOException if nothing can be said of the disk that it is on
   */
  SpillFiles(SpillDirectory directory, SpillFormats formats) throws IOException {
    this.directory = directory;
    this.formats = formats;
    this.store = Files.getFileStore(directory.path());
  }

  /**
   * An object to be written.
   *
   * @param id with its name, if it has one
   * @param data its bytes, which stay as they are until the write has ended
   */
  record Source(
      ObjectId id,
      byte[] metadata,
      MemorySegment data,
      boolean keep,
      long createdMillis,
      long sealedMillis) {
    int nameSize() {
      return id.name().orElse("").getBytes(StandardCharsets.UTF_8).length;
    }
  }

  /**
   * Writes an object.
   *
   * @param leaveFree bytes of the disk that this must not take
   * @param cancelled looked at now and then; if true the write ends
   * @return its record, which is on disk too
   * @throws IOException if it can't be written, or was cancelled; nothing is left of it then
   */
  SpillRecord write(Source source, long leaveFree, BooleanSupplier cancelled) throws IOException {
    SpillFormats.Framed framed = formats.frame(source.metadata(), source.data());
    long before = framed.before().remaining();
    long size = before + source.data().byteSize() + framed.after().remaining();
    checkRoom(size, leaveFree);
    Path data = directory.file(source.id(), framed.extension());
    Path partial = directory.partial(source.id(), framed.extension());
    Path partialRecord = directory.partial(source.id(), SpillDirectory.RECORD);
    boolean written = false;
    try {
      int crc = writeData(partial, framed, source.data(), cancelled);
      SpillRecord record =
          new SpillRecord(
              source.id(),
              source.metadata(),
              source.data().byteSize(),
              source.keep(),
              source.createdMillis(),
              source.sealedMillis(),
              new SpillRecord.DataFile(framed.extension(), before, size, crc));
      try (FileChannel out = create(partialRecord)) {
        write(record.encode(), out);
      }
      Files.move(partial, data, StandardCopyOption.ATOMIC_MOVE);
      Files.move(
          partialRecord,
          directory.file(source.id(), SpillDirectory.RECORD),
          StandardCopyOption.ATOMIC_MOVE);
      written = true;
      return record;
    } finally {
      if (!written) {
        Files.deleteIfExists(partial);
        Files.deleteIfExists(partialRecord);
        Files.deleteIfExists(data);
      }
    }
  }

  /**
   * Reads an object back.
   *
   * @param copy what is known of it
   * @param extent where to: its data, its metadata and its name, one after the other
   * @param cancelled looked at now and then; if true the read ends
   * @throws PlasmaException OBJECT_DAMAGED if it is not what was written; the extent has anything
   *     in it then
   */
  void read(SpillCopy copy, MemorySegment extent, BooleanSupplier cancelled) {
    Path path = directory.file(copy.id(), copy.file().extension());
    try {
      SpillRecord record = readRecord(copy.id());
      byte[] rest = record.rest();
      if (!record.file().equals(copy.file())
          || record.dataSize() != copy.dataSize()
          || record.dataSize() + rest.length != extent.byteSize()) {
        throw damaged(path, "its record is another's");
      }
      readData(record, path, extent.asSlice(0, record.dataSize()), cancelled);
      extent.asSlice(record.dataSize()).copyFrom(MemorySegment.ofArray(rest));
    } catch (NoSuchFileException e) {
      throw damaged(path, "a file is missing: missing=" + e.getFile());
    } catch (IOException e) {
      throw damaged(path, "it can't be read: reason=" + e);
    }
  }

  /**
   * Reads an object's record.
   *
   * @throws PlasmaException OBJECT_DAMAGED, or VERSION_MISMATCH if it is of another version
   */
  SpillRecord readRecord(ObjectId id) throws IOException {
    Path path = directory.file(id, SpillDirectory.RECORD);
    try {
      SpillRecord record = SpillRecord.decode(ByteBuffer.wrap(Files.readAllBytes(path)));
      if (!record.id().equals(id)) {
        throw damaged(path, "it is of another object: id=" + record.id());
      }
      return record;
    } catch (PlasmaException e) {
      throw new PlasmaException(e.code(), e.getMessage() + " file=" + path, e);
    }
  }

  /**
   * Removes an object: the record first, so that what a crash leaves is no object.
   *
   * @param extension of its data file, if known
   * @throws IOException if it can't be
   */
  void remove(ObjectId id, @Nullable String extension) throws IOException {
    Files.deleteIfExists(directory.file(id, SpillDirectory.RECORD));
    Set<String> extensions = new HashSet<>(formats.extensions());
    extensions.add(extension == null ? SpillDirectory.RAW : extension);
    for (String each : extensions) {
      Files.deleteIfExists(directory.file(id, each));
    }
  }

  private void checkRoom(long size, long leaveFree) throws IOException {
    long free = store.getUsableSpace();
    if (free - leaveFree < size) {
      throw new IOException(
          "the disk is too full: wanted=%d free=%d left for exchange=%d dir=%s"
              .formatted(size, free, leaveFree, directory.path()));
    }
  }

  private static int writeData(
      Path path, SpillFormats.Framed framed, MemorySegment data, BooleanSupplier cancelled)
      throws IOException {
    CRC32C crc = new CRC32C();
    try (FileChannel out = create(path)) {
      write(framed.before(), out);
      for (long offset = 0; offset < data.byteSize(); offset += CHUNK) {
        check(cancelled);
        ByteBuffer chunk = chunk(data, offset);
        crc.update(chunk.duplicate());
        write(chunk, out);
      }
      write(framed.after(), out);
    }
    return (int) crc.getValue();
  }

  private static void readData(
      SpillRecord record, Path path, MemorySegment data, BooleanSupplier cancelled)
      throws IOException {
    CRC32C crc = new CRC32C();
    try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
      if (in.size() != record.file().fileSize()) {
        throw damaged(path, "bytes=" + in.size() + " wanted=" + record.file().fileSize());
      }
      in.position(record.file().dataOffset());
      for (long offset = 0; offset < data.byteSize(); offset += CHUNK) {
        check(cancelled);
        ByteBuffer chunk = chunk(data, offset);
        while (chunk.hasRemaining()) {
          if (in.read(chunk) < 0) {
            throw damaged(path, "it ends too early: offset=" + in.position());
          }
        }
        crc.update(chunk.flip());
      }
    }
    int found = (int) crc.getValue();
    if (found != record.file().crc()) {
      throw damaged(
          path,
          "its checksum is another: found=%08x wanted=%08x".formatted(found, record.file().crc()));
    }
  }

  private static void check(BooleanSupplier cancelled) throws IOException {
    if (cancelled.getAsBoolean()) {
      throw new IOException("not needed any more");
    }
  }

  private static ByteBuffer chunk(MemorySegment data, long offset) {
    return data.asSlice(offset, Math.min(CHUNK, data.byteSize() - offset)).asByteBuffer();
  }

  private static FileChannel create(Path path) throws IOException {
    return FileChannel.open(
        path,
        CREATE,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private static void write(ByteBuffer bytes, FileChannel out) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private static PlasmaException damaged(Path path, String what) {
    return new PlasmaException(
        ErrorCode.OBJECT_DAMAGED, "a spilled object is damaged: " + what + " file=" + path);
  }
}
