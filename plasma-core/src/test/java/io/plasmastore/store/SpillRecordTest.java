package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpillRecordTest {
  private static final byte[] METADATA = {1, 2, 3};

  @Test
  void statesItsLayout() throws Exception {
    assertEquals(
        List.of(
            field("magic", SpillRecord.MAGIC_OFFSET, 8),
            field("version", SpillRecord.VERSION_OFFSET, 4),
            field("flags", SpillRecord.FLAGS_OFFSET, 4),
            field("id", SpillRecord.ID_OFFSET, ObjectId.SIZE),
            field("metadataSize", SpillRecord.METADATA_SIZE_OFFSET, 4),
            field("dataSize", SpillRecord.DATA_SIZE_OFFSET, 8),
            field("dataOffset", SpillRecord.DATA_OFFSET_OFFSET, 8),
            field("fileSize", SpillRecord.FILE_SIZE_OFFSET, 8),
            field("createdMillis", SpillRecord.CREATED_MILLIS_OFFSET, 8),
            field("sealedMillis", SpillRecord.SEALED_MILLIS_OFFSET, 8),
            field("dataCrc", SpillRecord.DATA_CRC_OFFSET, 4),
            field("nameSize", SpillRecord.NAME_SIZE_OFFSET, 4),
            field("extension", SpillRecord.EXTENSION_OFFSET, 16),
            List.of("metadata", "" + SpillRecord.METADATA_OFFSET, "metadataSize")),
        documented());
    ByteBuffer bytes = record(ObjectId.named("näme")).encode();
    byte[] magic = new byte[8];
    bytes.get(0, magic);
    assertEquals("PLASMA-S", new String(magic, java.nio.charset.StandardCharsets.US_ASCII));
    assertEquals(1, bytes.getInt(SpillRecord.VERSION_OFFSET));
    assertEquals(104 + 3 + 5 + 4, bytes.remaining());
  }

  @Test
  void readsBackWhatItWrote() {
    for (ObjectId id : List.of(ObjectId.named("näme"), ObjectId.random())) {
      SpillRecord record = record(id);
      SpillRecord back = SpillRecord.decode(record.encode());
      assertEquals(id, back.id());
      assertEquals(id.name(), back.id().name());
      assertArrayEquals(METADATA, back.metadata());
      assertEquals(record.file(), back.file());
      assertEquals(record.dataSize(), back.dataSize());
      assertEquals(record.createdMillis(), back.createdMillis());
      assertEquals(record.sealedMillis(), back.sealedMillis());
      assertEquals(record.keep(), back.keep());
    }
  }

  @Test
  void noticesEveryFlippedBitAndEveryCut() {
    byte[] good = record(ObjectId.named("name")).encode().array();
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      PlasmaException e =
          assertThrows(PlasmaException.class, () -> SpillRecord.decode(ByteBuffer.wrap(bad)));
      boolean inVersion = bit / 8 >= 8 && bit / 8 < 12;
      assertEquals(inVersion ? ErrorCode.VERSION_MISMATCH : ErrorCode.OBJECT_DAMAGED, e.code());
    }
    for (int length = 0; length < good.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(good, length));
      assertEquals(
          ErrorCode.OBJECT_DAMAGED,
          assertThrows(PlasmaException.class, () -> SpillRecord.decode(cut)).code());
    }
  }

  @Test
  void refusesNonsenseWithARightChecksum() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      ByteBuffer bytes = record(ObjectId.named("name")).encode();
      bytes.order(java.nio.ByteOrder.LITTLE_ENDIAN);
      int[] sizes = {SpillRecord.METADATA_SIZE_OFFSET, SpillRecord.NAME_SIZE_OFFSET};
      bytes.putInt(
          sizes[random.nextInt(2)],
          8 + random.nextInt(Integer.MAX_VALUE - 8) * (random.nextBoolean() ? 1 : -1));
      java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
      crc.update(bytes.slice(0, bytes.limit() - 4));
      bytes.putInt(bytes.limit() - 4, (int) crc.getValue());
      assertEquals(
          ErrorCode.OBJECT_DAMAGED,
          assertThrows(PlasmaException.class, () -> SpillRecord.decode(bytes)).code());
    }
  }

  private static SpillRecord record(ObjectId id) {
    return new SpillRecord(
        id,
        METADATA,
        1234567890123L,
        true,
        111,
        222,
        new SpillRecord.DataFile("arrow", 8, 1234567891123L, 0xCAFEBABE));
  }

  private static List<String> field(String name, int offset, int size) {
    return List.of(name, "" + offset, "" + size);
  }

  private static List<List<String>> documented() throws Exception {
    List<List<String>> rows = new ArrayList<>();
    Files.readAllLines(Path.of("../docs/format.md")).stream()
        .dropWhile(line -> !line.startsWith("| Field of the record |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .forEach(
            line ->
                rows.add(
                    Arrays.stream(line.split("\\|", -1)).map(String::trim).toList().subList(1, 4)));
    return rows;
  }
}
