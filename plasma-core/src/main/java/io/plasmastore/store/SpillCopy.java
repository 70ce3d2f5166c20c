package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import org.jspecify.annotations.Nullable;

/**
 * What the store remembers of an object on disk: its record without the metadata. The core's, on
 * the event loop.
 *
 * @param id the object, with its name if it has one
 * @param dataSize bytes of data
 * @param metadataSize bytes of metadata
 * @param nameSize bytes of the name
 * @param keep whether it was put to be kept
 * @param createdMillis when it was created
 * @param sealedMillis when it was sealed
 * @param file where its data lies
 * @param damage why it can't be read, if that is known
 */
record SpillCopy(
    ObjectId id,
    long dataSize,
    int metadataSize,
    int nameSize,
    boolean keep,
    long createdMillis,
    long sealedMillis,
    SpillRecord.DataFile file,
    @Nullable PlasmaException damage) {
  private static final long BLOCK = 4096;

  static SpillCopy of(SpillRecord record) {
    return new SpillCopy(
        record.id(),
        record.dataSize(),
        record.metadata().length,
        record.nameSize(),
        record.keep(),
        record.createdMillis(),
        record.sealedMillis(),
        record.file(),
        null);
  }

  /** An object whose record can't be read. */
  static SpillCopy damaged(ObjectId id, PlasmaException damage) {
    SpillRecord.DataFile unknown = new SpillRecord.DataFile(SpillDirectory.RAW, 0, 0, 0);
    return new SpillCopy(id, 0, 0, 0, false, 0, 0, unknown, damage);
  }

  /** What it takes in memory. */
  long extentSize() {
    return dataSize + metadataSize + nameSize;
  }

  /** What its two files take on disk, in whole blocks. */
  long diskSize() {
    return diskSize(file.fileSize(), metadataSize, nameSize);
  }

  /** What an object's two files take on disk, in whole blocks. */
  static long diskSize(long fileSize, int metadataSize, int nameSize) {
    return roundUp(fileSize) + roundUp(SpillRecord.size(metadataSize, nameSize));
  }

  /**
   * Makes sure that it can be read, as far as that is known.
   *
   * @throws PlasmaException OBJECT_DAMAGED
   */
  void check() {
    if (damage != null) {
      throw new PlasmaException(
          ErrorCode.OBJECT_DAMAGED, String.valueOf(damage.getMessage()), damage);
    }
  }

  private static long roundUp(long bytes) {
    return (bytes + BLOCK - 1) & -BLOCK;
  }
}
