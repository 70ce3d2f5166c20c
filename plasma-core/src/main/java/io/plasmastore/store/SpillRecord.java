package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What a spilled object was in memory, and where its bytes lie in its file: a small file of its own
 * beside that one, {@code ID.record}, little-endian. It is written last: an object is on disk if
 * its record is.
 *
 * <pre>
 *    0 +-----------------------+-----------+-----------+
 *      | magic "PLASMA-S"    8 | version 4 | flags   4 |    flags: 1 = keep
 *   16 +-----------------------+-----------+-----------+
 *      | id                 20 | metadataSize        4 |
 *   40 +-----------------------+-----------------------+
 *      | dataSize            8 | dataOffset          8 |    dataOffset: in the file beside
 *   56 +-----------------------+-----------------------+
 *      | fileSize            8 | createdMillis       8 |    fileSize: of the file beside
 *   72 +-----------------------+-----------------------+
 *      | sealedMillis        8 | dataCrc 4 | nameSize 4|    dataCrc: CRC32C of the data
 *   88 +-----------------------+-----------+-----------+
 *      | extension, ASCII, filled up with zeros     16 |    of the file beside
 *  104 +-----------------------------------------------+
 *      | metadata, then name in UTF-8                  |
 *      +-----------------------------------------------+
 *      | recordCrc                                   4 |    CRC32C of everything before
 *      +-----------------------------------------------+
 * </pre>
 *
 * @param id the object, with its name if it has one
 * @param metadata its metadata
 * @param dataSize bytes of its data
 * @param keep whether it was put to be kept
 * @param createdMillis when it was created, milliseconds since 1970
 * @param sealedMillis when it was sealed
 * @param file where the data lies
 */
record SpillRecord(
    ObjectId id,
    byte[] metadata,
    long dataSize,
    boolean keep,
    long createdMillis,
    long sealedMillis,
    DataFile file) {
  /** "PLASMA-S" as it lies in the file. */
  static final long MAGIC = 0x532D_414D_5341_4C50L;

  static final int VERSION = 1;

  static final int MAGIC_OFFSET = 0;
  static final int VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
  static final int FLAGS_OFFSET = VERSION_OFFSET + Integer.BYTES;
  static final int ID_OFFSET = FLAGS_OFFSET + Integer.BYTES;
  static final int METADATA_SIZE_OFFSET = ID_OFFSET + ObjectId.SIZE;
  static final int DATA_SIZE_OFFSET = METADATA_SIZE_OFFSET + Integer.BYTES;
  static final int DATA_OFFSET_OFFSET = DATA_SIZE_OFFSET + Long.BYTES;
  static final int FILE_SIZE_OFFSET = DATA_OFFSET_OFFSET + Long.BYTES;
  static final int CREATED_MILLIS_OFFSET = FILE_SIZE_OFFSET + Long.BYTES;
  static final int SEALED_MILLIS_OFFSET = CREATED_MILLIS_OFFSET + Long.BYTES;
  static final int DATA_CRC_OFFSET = SEALED_MILLIS_OFFSET + Long.BYTES;
  static final int NAME_SIZE_OFFSET = DATA_CRC_OFFSET + Integer.BYTES;
  static final int EXTENSION_OFFSET = NAME_SIZE_OFFSET + Integer.BYTES;
  static final int EXTENSION_SIZE = 16;
  static final int METADATA_OFFSET = EXTENSION_OFFSET + EXTENSION_SIZE;

  private static final int FLAG_KEEP = 1;
  private static final int CRC_SIZE = Integer.BYTES;

  /**
   * The file that holds the data.
   *
   * @param extension of its name
   * @param dataOffset where the data begins
   * @param fileSize its length
   * @param crc CRC32C of the data
   */
  record DataFile(String extension, long dataOffset, long fileSize, int crc) {}

  int nameSize() {
    return nameBytes().length;
  }

  /** Bytes of a record as it lies on disk. */
  static int size(int metadataSize, int nameSize) {
    return METADATA_OFFSET + metadataSize + nameSize + CRC_SIZE;
  }

  /** What follows the data in memory: the metadata, then the name in UTF-8. */
  byte[] rest() {
    byte[] name = nameBytes();
    byte[] rest = Arrays.copyOf(metadata, metadata.length + name.length);
    System.arraycopy(name, 0, rest, metadata.length, name.length);
    return rest;
  }

  /** The record as it lies on disk. */
  ByteBuffer encode() {
    byte[] name = nameBytes();
    ByteBuffer bytes =
        ByteBuffer.allocate(size(metadata.length, name.length)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(MAGIC).putInt(VERSION).putInt(keep ? FLAG_KEEP : 0);
    bytes.put(id.toBytes()).putInt(metadata.length);
    bytes.putLong(dataSize).putLong(file.dataOffset()).putLong(file.fileSize());
    bytes.putLong(createdMillis).putLong(sealedMillis);
    bytes.putInt(file.crc()).putInt(name.length);
    bytes.put(file.extension().getBytes(StandardCharsets.US_ASCII)).position(METADATA_OFFSET);
    bytes.put(metadata).put(name);
    return bytes.putInt(crc(bytes.duplicate().flip())).flip();
  }

  /**
   * Reads a record.
   *
   * @param bytes all of its file
   * @throws PlasmaException VERSION_MISMATCH if it is of another version, OBJECT_DAMAGED if it is
   *     not as it was written
   */
  static SpillRecord decode(ByteBuffer bytes) {
    ByteBuffer record = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    int size = record.remaining();
    if (size < METADATA_OFFSET + CRC_SIZE) {
      throw damaged("it is too short: bytes=" + size);
    }
    if (record.getLong(MAGIC_OFFSET) != MAGIC) {
      throw damaged("it does not begin as a record does");
    }
    if (record.getInt(VERSION_OFFSET) != VERSION) {
      throw new PlasmaException(
          ErrorCode.VERSION_MISMATCH,
          "record of another version: version="
              + record.getInt(VERSION_OFFSET)
              + " wanted="
              + VERSION);
    }
    int stated = record.getInt(size - CRC_SIZE);
    int found = crc(record.slice(0, size - CRC_SIZE));
    if (stated != found) {
      throw damaged("its checksum is another: found=%08x wanted=%08x".formatted(found, stated));
    }
    try {
      return decodeChecked(record);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw damaged("its fields make no sense: reason=" + e);
    }
  }

  private byte[] nameBytes() {
    return id.name().orElse("").getBytes(StandardCharsets.UTF_8);
  }

  private static SpillRecord decodeChecked(ByteBuffer record) {
    ObjectId id = ObjectId.of(bytes(record, ID_OFFSET, ObjectId.SIZE));
    byte[] metadata = bytes(record, METADATA_OFFSET, record.getInt(METADATA_SIZE_OFFSET));
    byte[] name = bytes(record, METADATA_OFFSET + metadata.length, record.getInt(NAME_SIZE_OFFSET));
    String extension =
        new String(bytes(record, EXTENSION_OFFSET, EXTENSION_SIZE), StandardCharsets.US_ASCII);
    return new SpillRecord(
        name.length == 0 ? id : id.withName(new String(name, StandardCharsets.UTF_8)),
        metadata,
        record.getLong(DATA_SIZE_OFFSET),
        (record.getInt(FLAGS_OFFSET) & FLAG_KEEP) != 0,
        record.getLong(CREATED_MILLIS_OFFSET),
        record.getLong(SEALED_MILLIS_OFFSET),
        new DataFile(
            extension.replace("\0", ""),
            record.getLong(DATA_OFFSET_OFFSET),
            record.getLong(FILE_SIZE_OFFSET),
            record.getInt(DATA_CRC_OFFSET)));
  }

  private static byte[] bytes(ByteBuffer record, int offset, int size) {
    if (size < 0 || size > record.limit() - offset) {
      throw new IllegalArgumentException("offset=" + offset + " size=" + size);
    }
    byte[] bytes = new byte[size];
    record.get(offset, bytes);
    return bytes;
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static PlasmaException damaged(String what) {
    return new PlasmaException(
        ErrorCode.OBJECT_DAMAGED, "the record of a spilled object is damaged: " + what);
  }
}
