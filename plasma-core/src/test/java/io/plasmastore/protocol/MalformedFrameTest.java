package io.plasmastore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.flatbuffers.FlatBufferBuilder;
import io.plasmastore.protocol.flat.BatchObject;
import io.plasmastore.protocol.flat.Bind;
import io.plasmastore.protocol.flat.ClientsListed;
import io.plasmastore.protocol.flat.Count;
import io.plasmastore.protocol.flat.Create;
import io.plasmastore.protocol.flat.CreateAll;
import io.plasmastore.protocol.flat.CreateAndSeal;
import io.plasmastore.protocol.flat.CreateAndSealAll;
import io.plasmastore.protocol.flat.Created;
import io.plasmastore.protocol.flat.CreatedAll;
import io.plasmastore.protocol.flat.Delete;
import io.plasmastore.protocol.flat.EmptyObject;
import io.plasmastore.protocol.flat.Evict;
import io.plasmastore.protocol.flat.Failure;
import io.plasmastore.protocol.flat.Get;
import io.plasmastore.protocol.flat.Got;
import io.plasmastore.protocol.flat.GotEntry;
import io.plasmastore.protocol.flat.Hello;
import io.plasmastore.protocol.flat.HolderEntry;
import io.plasmastore.protocol.flat.HoldersListed;
import io.plasmastore.protocol.flat.Id;
import io.plasmastore.protocol.flat.ListClients;
import io.plasmastore.protocol.flat.ListObjects;
import io.plasmastore.protocol.flat.Listed;
import io.plasmastore.protocol.flat.ListedObject;
import io.plasmastore.protocol.flat.Notice;
import io.plasmastore.protocol.flat.Outcomes;
import io.plasmastore.protocol.flat.Refresh;
import io.plasmastore.protocol.flat.Seal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Tables that a correct peer never sends, made with FlatBuffers itself or byte by byte. */
class MalformedFrameTest {
  private final FlatBufferBuilder builder = new FlatBufferBuilder();

  @Test
  void aTypeThatNobodyKnows() {
    refuses(99, "00", "malformed frame: type=99 (unknown) tableLength=1 no such message type");
    assertEquals(
        "malformed frame: type=0 (unknown) tableLength=0 no such message type",
        refusal(() -> MessageReader.readReply(0, ByteBuffer.allocate(0))));
  }

  @Test
  void aMessageOfTheOtherSide() {
    ByteBuffer table = table(Seal.createSeal(builder, 1, 2));
    assertEquals(
        "malformed frame: type=131 (CREATED) tableLength=32 a reply where a request belongs",
        refusal(() -> MessageReader.readRequest(MessageType.CREATED.number(), table)));
    assertEquals(
        "malformed frame: type=4 (SEAL) tableLength=32 a request where a reply belongs",
        refusal(() -> MessageReader.readReply(MessageType.SEAL.number(), table)));
  }

  @Test
  void aTableWithoutRoomForItself() {
    seal("", "tableLength=0 too short for a root offset");
    seal("040000", "tableLength=3 too short for a root offset");
    seal("00000000", "tableLength=4 vtableSize=0 tableSize=0");
    seal("04000000", "tableLength=4 table lies outside the frame: offset=4 size=4");
    seal("ffffffff", "tableLength=4 table lies outside the frame: offset=4294967295 size=4");
    seal("04000000 05000000", "tableLength=8 vtable lies outside the frame: offset=-1 size=4");
    seal("04000000 ffffffff", "tableLength=8 vtable lies outside the frame: offset=5 size=4");
    seal(
        "04000000 00000080",
        "tableLength=8 vtable lies outside the frame: offset=2147483652 size=4");
  }

  @Test
  void aTableThatIsLargerThanTheFrame() {
    seal(
        "08000000 ffff 0400 04000000",
        "tableLength=12 vtable lies outside the frame: offset=4 size=65535");
    seal(
        "08000000 0400 ffff 04000000",
        "tableLength=12 table lies outside the frame: offset=8 size=65535");
    seal("08000000 0300 0400 04000000", "tableLength=12 vtableSize=3 tableSize=4");
    seal("08000000 0400 0300 04000000", "tableLength=12 vtableSize=4 tableSize=3");
  }

  @Test
  void aFieldOutsideItsTable() {
    seal(
        "0c000000 0600 0400 0400 0000 08000000 ffffffff",
        "tableLength=20 field 0 lies outside its table: offset=4 size=4 tableSize=4");
    seal(
        "0c000000 0600 0800 0300 0000 08000000 ffffffff",
        "tableLength=20 field 0 lies outside its table: offset=3 size=4 tableSize=8");
    seal(
        "0c000000 0600 0800 0500 0000 08000000 ffffffff",
        "tableLength=20 field 0 lies outside its table: offset=5 size=4 tableSize=8");
  }

  @Test
  void anAbsentFieldIsZeroAndAnUnknownOneIsSkipped() throws Exception {
    assertEquals(
        new Request.Seal(0, 0), MessageReader.readRequest(4, hex("08000000 0400 0400 04000000")));
    // An odd vtable size: the last byte belongs to no field.
    assertEquals(
        new Request.Seal(0, 0), MessageReader.readRequest(4, hex("08000000 0500 0400 04000000")));
    // Three fields, of which this version knows two.
    assertEquals(
        new Request.Seal(9, 0),
        MessageReader.readRequest(
            4, hex("10000000 0a00 0c00 0400 0000 0800 0000 0c000000 09000000 ffffffff")));
  }

  @Test
  void negativeNumbers() {
    refuses(MessageType.SEAL, Seal.createSeal(builder, -1, 2), "slot=-1 min=0");
    refuses(MessageType.SEAL, Seal.createSeal(builder, 1, -2), "generation=-2 min=0");
    refuses(
        MessageType.CREATED,
        Created.createCreated(builder, 1, 2, -3, false),
        "dataOffset=-3 min=0");
    refuses(MessageType.CREATE, create(-1, 0, 0), "dataSize=-1 min=0");
    refuses(
        MessageType.LIST_OBJECTS,
        ListObjects.createListObjects(builder, 0, -1),
        "limit=-1 min=1 max=1024");
    refuses(MessageType.EVICT, Evict.createEvict(builder, -1), "bytes=-1 min=0");
    refuses(
        MessageType.LIST_CLIENTS,
        ListClients.createListClients(builder, -1),
        "fromNumber=-1 min=0");
    refuses(MessageType.COUNT, Count.createCount(builder, -1), "value=-1 min=0");
    HoldersListed.startEntriesVector(builder, 1);
    HolderEntry.createHolderEntry(builder, -1, 1);
    refuses(
        MessageType.HOLDERS_LISTED,
        HoldersListed.createHoldersListed(builder, builder.endVector()),
        "pins=-1 min=0");
    refuses(
        MessageType.HELLO,
        Hello.createHello(builder, 0x8000_0001L, 1, builder.createString("a"), false),
        "version=-2147483647 min=0");
  }

  @Test
  void textsOverTheirLimits() {
    refuses(
        MessageType.HELLO,
        Hello.createHello(builder, 1, 1, builder.createString("x".repeat(256)), false),
        "clientName too long: length=256 max=255");
    refuses(
        MessageType.CREATE,
        create(1, 0, builder.createString("x".repeat(256))),
        "name too long: length=256 max=255");
    refuses(
        MessageType.CREATE, create(1, 0, builder.createString("")), "nameLength=0 min=1 max=255");
    refuses(
        MessageType.FAILURE,
        Failure.createFailure(builder, 1, builder.createString("x".repeat(4097))),
        "message too long: length=4097 max=4096");
  }

  @Test
  void textsThatAreNotUtf8() {
    for (String text :
        new String[] {"80", "c3", "c080", "eda080", "f4908080", "ff", "61c3", "f09fa7"}) {
      byte[] bytes = HexFormat.of().parseHex(text);
      refuses(
          MessageType.CREATE,
          create(1, 0, builder.createString(ByteBuffer.wrap(bytes))),
          "name is not UTF-8: length=" + bytes.length);
    }
  }

  @Test
  void aTextWithoutAZeroAtItsEnd() {
    byte[] text = "abcdefgh".getBytes(StandardCharsets.UTF_8);
    int metadata = builder.createByteVector(text);
    // What follows the text is the metadata's length.
    int name = builder.createByteVector(text);
    refuses(MessageType.CREATE, create(1, metadata, name), "name has no zero at its end: length=8");
    refuses(
        MessageType.CREATE,
        create(1, 0, builder.createByteVector(text)),
        "name lies outside the frame: offset=56 size=9");
  }

  @Test
  void bytesOverTheirLimits() {
    byte[] tooMuch = new byte[65_537];
    refuses(
        MessageType.CREATE,
        create(1, builder.createByteVector(tooMuch), 0),
        "metadata too long: length=65537 max=65536");
    int data = builder.createByteVector(tooMuch);
    CreateAndSeal.startCreateAndSeal(builder);
    CreateAndSeal.addId(builder, Id.createId(builder, 1, 2, 3, 4, 5));
    CreateAndSeal.addData(builder, data);
    refuses(
        MessageType.CREATE_AND_SEAL,
        CreateAndSeal.endCreateAndSeal(builder),
        "data too long: length=65537 max=65536");
  }

  @Test
  void moreElementsThanAllowed() {
    builder.startVector(20, 4097, 4);
    for (int i = 0; i < 4097; i++) {
      Id.createId(builder, 1, 2, 3, 4, 5);
    }
    refuses(
        MessageType.GET,
        Get.createGet(builder, builder.endVector(), 0),
        "ids too long: length=4097 max=4096");

    builder.clear();
    builder.startVector(16, 4097, 8);
    for (int i = 0; i < 4097; i++) {
      GotEntry.createGotEntry(builder, 1, 1);
    }
    refuses(
        MessageType.GOT,
        Got.createGot(builder, builder.endVector()),
        "entries too long: length=4097 max=4096");

    refuses(
        MessageType.DELETE,
        Delete.createDelete(builder, vectorOf(4097, 20)),
        "ids too long: length=4097 max=4096");
    refuses(
        MessageType.REFRESH,
        Refresh.createRefresh(builder, vectorOf(4097, 20)),
        "ids too long: length=4097 max=4096");
    refuses(
        MessageType.OUTCOMES,
        Outcomes.createOutcomes(builder, vectorOf(4097, 2)),
        "codes too long: length=4097 max=4096");
    refuses(
        MessageType.HOLDERS_LISTED,
        HoldersListed.createHoldersListed(builder, vectorOf(4097, 16)),
        "entries too long: length=4097 max=4096");
    refuses(
        MessageType.CLIENTS_LISTED,
        ClientsListed.createClientsListed(builder, 0, vectorOf(1025, 4)),
        "entries too long: length=1025 max=1024");

    int entries = Listed.createEntriesVector(builder, new int[1025]);
    refuses(
        MessageType.LISTED,
        Listed.createListed(builder, 0, entries),
        "entries too long: length=1025 max=1024");
  }

  @Test
  void aVectorThatSaysItIsLongerThanTheFrame() {
    // A get whose vector of ids claims to be as long as it may, and two billion, with none there.
    String head = "0c000000 0600 0800 0400 0000 08000000 04000000 ";
    refuses(
        7,
        head + "00100000",
        "malformed frame: type=7 (GET) tableLength=24 ids lies outside the frame:"
            + " offset=24 size=81920");
    refuses(
        7,
        head + "ffffff7f",
        "malformed frame: type=7 (GET) tableLength=24 ids too long: length=2147483647 max=4096");
    refuses(
        7,
        head + "ffffffff",
        "malformed frame: type=7 (GET) tableLength=24 ids too long: length=4294967295 max=4096");
  }

  @Test
  void anOffsetThatLeavesTheFrame() {
    refuses(
        7,
        "0c000000 0600 0800 0400 0000 08000000 ffffffff",
        "malformed frame: type=7 (GET) tableLength=20 ids lies outside the frame:"
            + " offset=4294967311 size=4");
    refuses(
        MessageType.LISTED,
        Listed.createListed(builder, 0, vectorOfOffsets(1 << 30)),
        "table lies outside the frame: offset=1073741848 size=4");
  }

  @Test
  void missingFieldsThatMustBeThere() {
    refuses(MessageType.HELLO, empty(), "clientName is missing");
    refuses(MessageType.JOIN, empty(), "token is missing");
    refuses(MessageType.CREATE, empty(), "id is missing");
    refuses(MessageType.CREATE_AND_SEAL, empty(), "id is missing");
    refuses(MessageType.GET, empty(), "ids is missing");
    refuses(MessageType.CONTAINS, empty(), "id is missing");
    refuses(MessageType.DELETE, empty(), "ids is missing");
    refuses(MessageType.REFRESH, empty(), "ids is missing");
    refuses(MessageType.CREATE_AND_SEAL_ALL, empty(), "objects is missing");
    refuses(MessageType.CREATE_ALL, empty(), "objects is missing");
    refuses(MessageType.CREATED_ALL, empty(), "entries is missing");
    refuses(MessageType.BIND, empty(), "name is missing");
    refuses(MessageType.LIST_HOLDERS, empty(), "id is missing");
    refuses(MessageType.OUTCOMES, empty(), "codes is missing");
    refuses(MessageType.CLIENTS_LISTED, empty(), "entries is missing");
    refuses(MessageType.HOLDERS_LISTED, empty(), "entries is missing");
    refuses(MessageType.NOTICE, empty(), "kind=0 min=1 max=3");
    refuses(MessageType.NOTICE, notice(1), "id is missing");
    int client = empty();
    refuses(
        MessageType.CLIENTS_LISTED,
        ClientsListed.createClientsListed(
            builder, 0, ClientsListed.createEntriesVector(builder, new int[] {client})),
        "name is missing");
    refuses(MessageType.LIST_OBJECTS, empty(), "limit=0 min=1 max=1024");
    refuses(MessageType.WELCOME, empty(), "token is missing");
    refuses(MessageType.GOT, empty(), "entries is missing");
    refuses(MessageType.LISTED, empty(), "entries is missing");
    int entry = empty();
    refuses(
        MessageType.LISTED,
        Listed.createListed(builder, 0, Listed.createEntriesVector(builder, new int[] {entry})),
        "id is missing");
  }

  @Test
  void aBatchWhoseSizesAreNotItsPayloads() {
    batch(batch(7, 100, 20, 3), "object lies outside the payload: index=0 end=123 payload=7");
    batch(
        batch(7, 0xffffffff, 0xffffffff, 0xffff),
        "object lies outside the payload: index=0 end=8590000125 payload=7");
    batch(batch(7, 2, 2, 2), "payload is longer than its objects: length=7 wanted=6");
    batch(batch(0, 0, 0, 1), "object lies outside the payload: index=0 end=1 payload=0");
    builder.startVector(32, 0, 4);
    int none = builder.endVector();
    int payload = CreateAndSealAll.createPayloadVector(builder, new byte[5]);
    batch(
        CreateAndSealAll.createCreateAndSealAll(builder, none, payload, 0),
        "payload is longer than its objects: length=5 wanted=0");
  }

  @Test
  void manyEmptyObjectsWhoseNamesDoNotFit() {
    emptyObjects(1, 0, 1, "name lies outside the names: index=0 end=1 names=0");
    emptyObjects(1, 5, 4, "names are longer than those of the objects: length=5 wanted=4");
    emptyObjects(1, 256, 256, "nameLength=256 min=1 max=255");
    emptyObjects(-1, 0, 0, "dataSize=-1 min=0");
    refuses(
        MessageType.CREATE_ALL,
        CreateAll.createCreateAll(builder, vectorOf(4097, 32), 0, false),
        "objects too long: length=4097 max=4096");
    refuses(
        MessageType.CREATED_ALL,
        CreatedAll.createCreatedAll(builder, vectorOf(4097, 24), false),
        "entries too long: length=4097 max=4096");
  }

  private void emptyObjects(long dataSize, int namesSize, int nameSize, String text) {
    byte[] names = new byte[namesSize];
    Arrays.fill(names, (byte) 'n');
    int payload = CreateAll.createNamesVector(builder, names);
    CreateAll.startObjectsVector(builder, 1);
    EmptyObject.createEmptyObject(builder, dataSize, 1, 2, 3, 4, 5, nameSize);
    refuses(
        MessageType.CREATE_ALL,
        CreateAll.createCreateAll(builder, builder.endVector(), payload, false),
        text);
  }

  @Test
  void aBatchOverItsLimits() {
    batch(batch(65_537, 65_537, 0, 0), "dataSize=65537 min=0 max=65536");
    batch(batch(65_537, 0, 65_537, 0), "metadataSize=65537 min=0 max=65536");
    batch(batch(256, 0, 0, 256), "nameLength=256 min=1 max=255");
    batch(
        CreateAndSealAll.createCreateAndSealAll(builder, vectorOf(4097, 32), 0, 0),
        "objects too long: length=4097 max=4096");
  }

  @Test
  void aBatchWithANameThatIsNotUtf8() {
    int payload = CreateAndSealAll.createPayloadVector(builder, new byte[] {'a', (byte) 0x80});
    batch(batchOf(payload, 0, 0, 2), "name is not UTF-8: length=2");
  }

  @Test
  void anOutcomeThatNobodyKnows() {
    refuses(
        MessageType.OUTCOMES,
        Outcomes.createOutcomes(builder, Outcomes.createCodesVector(builder, new int[] {0, 16})),
        "unknown error code: code=16 max=15");
    refuses(
        MessageType.OUTCOMES,
        Outcomes.createOutcomes(builder, Outcomes.createCodesVector(builder, new int[] {0xffff})),
        "unknown error code: code=65535 max=15");
  }

  @Test
  void aNoticeOfAKindThatNobodyKnows() {
    refuses(MessageType.NOTICE, notice(4), "kind=4 min=1 max=3");
  }

  @Test
  void anAbsentIdUnbinds() throws Exception {
    ByteBuffer table = table(bind());

    assertEquals(
        new Request.Bind("n", null), MessageReader.readRequest(MessageType.BIND.number(), table));
  }

  @Test
  void anErrorCodeThatNobodyKnows() {
    refuses(
        MessageType.FAILURE,
        Failure.createFailure(builder, 999, builder.createString("")),
        "unknown error code: code=999 max=15");
    refuses(MessageType.FAILURE, empty(), "unknown error code: code=0 max=15");
  }

  @Test
  void manyEntriesInTheSameBytesCostNoMoreThanAFullListing() throws Exception {
    // Legal FlatBuffers: a frame of 5 KB that unfolds to the largest listing.
    int name = builder.createString("n".repeat(255));
    ListedObject.startListedObject(builder);
    ListedObject.addId(builder, Id.createId(builder, 1, 2, 3, 4, 5));
    ListedObject.addName(builder, name);
    int entry = ListedObject.endListedObject(builder);
    int[] entries = new int[Limits.MAX_OBJECTS_PER_LISTING];
    Arrays.fill(entries, entry);
    ByteBuffer table =
        table(Listed.createListed(builder, 0, Listed.createEntriesVector(builder, entries)));

    Reply.Listed listed =
        (Reply.Listed) MessageReader.readReply(MessageType.LISTED.number(), table);

    assertEquals(1024, listed.entries().size());
    assertEquals(listed.entries().getFirst(), listed.entries().getLast());
  }

  private int create(long dataSize, int metadata, int name) {
    Create.startCreate(builder);
    Create.addId(builder, Id.createId(builder, 1, 2, 3, 4, 5));
    Create.addDataSize(builder, dataSize);
    Create.addMetadata(builder, metadata);
    Create.addName(builder, name);
    return Create.endCreate(builder);
  }

  /** A batch of one object whose sizes need not be the payload's. */
  private int batch(int payloadSize, int dataSize, int metadataSize, int nameSize) {
    int payload = CreateAndSealAll.createPayloadVector(builder, new byte[payloadSize]);
    return batchOf(payload, dataSize, metadataSize, nameSize);
  }

  private int batchOf(int payload, int dataSize, int metadataSize, int nameSize) {
    CreateAndSealAll.startObjectsVector(builder, 1);
    BatchObject.createBatchObject(builder, 1, 2, 3, 4, 5, dataSize, metadataSize, nameSize, false);
    return CreateAndSealAll.createCreateAndSealAll(builder, builder.endVector(), payload, 0);
  }

  private void batch(int root, String text) {
    refuses(MessageType.CREATE_AND_SEAL_ALL, root, text);
  }

  /** A vector of so many elements of zeros. */
  private int vectorOf(int count, int elementSize) {
    builder.startVector(elementSize, count, Integer.BYTES);
    builder.pad(count * elementSize);
    return builder.endVector();
  }

  private int notice(int kind) {
    Notice.startNotice(builder);
    Notice.addKind(builder, kind);
    return Notice.endNotice(builder);
  }

  private int bind() {
    int name = builder.createString("n");
    Bind.startBind(builder);
    Bind.addName(builder, name);
    return Bind.endBind(builder);
  }

  private int empty() {
    builder.startTable(0);
    return builder.endTable();
  }

  /** A vector of one offset to a table; the offset is the number itself. */
  private int vectorOfOffsets(int offset) {
    builder.startVector(Integer.BYTES, 1, Integer.BYTES);
    builder.addInt(offset);
    return builder.endVector();
  }

  private ByteBuffer table(int root) {
    builder.finish(root);
    ByteBuffer table = ByteBuffer.wrap(builder.sizedByteArray());
    builder.clear();
    return table;
  }

  private void refuses(MessageType type, int root, String text) {
    ByteBuffer table = table(root);
    int length = table.remaining();
    assertEquals(
        "malformed frame: type="
            + type.number()
            + " ("
            + type
            + ") tableLength="
            + length
            + " "
            + text,
        refusal(() -> Samples.read(new FrameHeader(length, type.number(), 0), table)));
  }

  private static void seal(String table, String text) {
    refuses(4, table, "malformed frame: type=4 (SEAL) " + text);
  }

  private static void refuses(int type, String table, String text) {
    assertEquals(text, refusal(() -> MessageReader.readRequest(type, hex(table))));
  }

  private static String refusal(Executable read) {
    return assertThrows(MalformedFrameException.class, read).getMessage();
  }

  private static ByteBuffer hex(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
  }
}
