package io.plasmastore.protocol;

import com.google.flatbuffers.FlatBufferBuilder;
import io.plasmastore.protocol.flat.Answer;
import io.plasmastore.protocol.flat.ClientsListed;
import io.plasmastore.protocol.flat.Count;
import io.plasmastore.protocol.flat.Created;
import io.plasmastore.protocol.flat.CreatedAll;
import io.plasmastore.protocol.flat.CreatedEntry;
import io.plasmastore.protocol.flat.Done;
import io.plasmastore.protocol.flat.Failure;
import io.plasmastore.protocol.flat.Got;
import io.plasmastore.protocol.flat.GotEntry;
import io.plasmastore.protocol.flat.HolderEntry;
import io.plasmastore.protocol.flat.HoldersListed;
import io.plasmastore.protocol.flat.Listed;
import io.plasmastore.protocol.flat.ListedClient;
import io.plasmastore.protocol.flat.ListedObject;
import io.plasmastore.protocol.flat.Notice;
import io.plasmastore.protocol.flat.Outcomes;
import io.plasmastore.protocol.flat.Resized;
import io.plasmastore.protocol.flat.Welcome;
import java.util.List;

/** Makes the tables of replies; one for each {@link MessageWriter}. */
final class ReplyWriter {
  private final FlatBufferBuilder builder;
  private final FieldWriter fields;

  ReplyWriter(FlatBufferBuilder builder, FieldWriter fields) {
    this.builder = builder;
    this.fields = fields;
  }

  /** Writes a root table and returns where it lies. */
  int write(Reply reply) {
    return switch (reply) {
      case Reply.Failure failure -> {
        int message = builder.createString(failure.message());
        yield Failure.createFailure(builder, failure.code().code(), message);
      }
      case Reply.Done done -> {
        Done.startDone(builder);
        yield Done.endDone(builder);
      }
      case Reply.Welcome welcome -> welcome(welcome);
      case Reply.Created created ->
          Created.createCreated(
              builder, created.slot(), created.generation(), created.dataOffset(), created.clear());
      case Reply.Got got -> Got.createGot(builder, gotEntries(got.entries()));
      case Reply.Answer answer -> Answer.createAnswer(builder, answer.value());
      case Reply.Listed listed ->
          Listed.createListed(builder, listed.nextSlot(), listedEntries(listed.entries()));
      case Reply.Outcomes outcomes -> Outcomes.createOutcomes(builder, codes(outcomes.codes()));
      case Reply.Count count -> Count.createCount(builder, count.value());
      case Reply.ClientsListed listed ->
          ClientsListed.createClientsListed(
              builder, listed.nextNumber(), clientEntries(listed.entries()));
      case Reply.HoldersListed listed ->
          HoldersListed.createHoldersListed(builder, holderEntries(listed.entries()));
      case Reply.Notice notice -> notice(notice);
      case Reply.Resized resized ->
          Resized.createResized(builder, resized.dataSize(), resized.clear());
      case Reply.CreatedAll created ->
          CreatedAll.createCreatedAll(builder, createdEntries(created.entries()), created.clear());
    };
  }

  private int welcome(Reply.Welcome welcome) {
    Welcome.startWelcome(builder);
    Welcome.addVersion(builder, welcome.version());
    Welcome.addToken(builder, fields.token(welcome.token()));
    Welcome.addClientNumber(builder, welcome.clientNumber());
    Welcome.addStorePid(builder, welcome.storePid());
    Welcome.addIndexSize(builder, welcome.indexSize());
    Welcome.addPageSize(builder, welcome.pageSize());
    Welcome.addHeapSize(builder, welcome.heapSize());
    Welcome.addHeapNumber(builder, welcome.heapNumber());
    Welcome.addAccess(builder, number(welcome.access()));
    return Welcome.endWelcome(builder);
  }

  private int notice(Reply.Notice notice) {
    Notice.startNotice(builder);
    Notice.addSequence(builder, notice.sequence());
    Notice.addKind(builder, notice.kind().number());
    Notice.addId(builder, fields.id(notice.id()));
    Notice.addSize(builder, notice.size());
    return Notice.endNotice(builder);
  }

  private int gotEntries(List<Reply.Got.Entry> entries) {
    Got.startEntriesVector(builder, entries.size());
    // Vectors are built from their end.
    for (Reply.Got.Entry entry : entries.reversed()) {
      GotEntry.createGotEntry(builder, entry.generation(), entry.slot());
    }
    return builder.endVector();
  }

  private int createdEntries(List<Reply.CreatedAll.Entry> entries) {
    CreatedAll.startEntriesVector(builder, entries.size());
    for (Reply.CreatedAll.Entry entry : entries.reversed()) {
      CreatedEntry.createCreatedEntry(
          builder, entry.generation(), entry.dataOffset(), entry.slot());
    }
    return builder.endVector();
  }

  private int codes(List<Integer> codes) {
    Outcomes.startCodesVector(builder, codes.size());
    for (int code : codes.reversed()) {
      builder.addShort((short) code);
    }
    return builder.endVector();
  }

  private int holderEntries(List<Reply.HoldersListed.Entry> entries) {
    HoldersListed.startEntriesVector(builder, entries.size());
    for (Reply.HoldersListed.Entry entry : entries.reversed()) {
      HolderEntry.createHolderEntry(builder, entry.pins(), entry.clientNumber());
    }
    return builder.endVector();
  }

  private int listedEntries(List<Reply.Listed.Entry> entries) {
    int[] offsets = new int[entries.size()];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = listedEntry(entries.get(i));
    }
    return Listed.createEntriesVector(builder, offsets);
  }

  private int listedEntry(Reply.Listed.Entry entry) {
    int name = fields.name(entry.name());
    ListedObject.startListedObject(builder);
    ListedObject.addId(builder, fields.id(entry.id()));
    ListedObject.addName(builder, name);
    ListedObject.addState(builder, entry.state());
    ListedObject.addDataSize(builder, entry.dataSize());
    ListedObject.addMetadataSize(builder, entry.metadataSize());
    ListedObject.addCreatedMillis(builder, entry.createdMillis());
    ListedObject.addSealedMillis(builder, entry.sealedMillis());
    ListedObject.addPins(builder, entry.pins());
    ListedObject.addHolders(builder, entry.holders());
    ListedObject.addKeep(builder, entry.keep());
    ListedObject.addCreator(builder, entry.creator());
    return ListedObject.endListedObject(builder);
  }

  private int clientEntries(List<Reply.ClientsListed.Entry> entries) {
    int[] offsets = new int[entries.size()];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = clientEntry(entries.get(i));
    }
    return ClientsListed.createEntriesVector(builder, offsets);
  }

  private int clientEntry(Reply.ClientsListed.Entry entry) {
    int name = builder.createString(entry.name());
    return ListedClient.createListedClient(
        builder,
        entry.number(),
        entry.pid(),
        name,
        entry.connectedMillis(),
        entry.lanes(),
        entry.pins(),
        entry.pinnedBytes(),
        entry.usedBytes(),
        entry.writing(),
        entry.uid(),
        number(entry.access()),
        entry.requests(),
        entry.objects(),
        entry.writingBytes(),
        entry.quota());
  }

  @SuppressWarnings("EnumOrdinal") // the protocol numbers them in their order, and a test pins it
  private static int number(Access access) {
    return access.ordinal();
  }
}
