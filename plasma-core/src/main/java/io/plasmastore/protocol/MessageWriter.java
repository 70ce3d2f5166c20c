package io.plasmastore.protocol;

import com.google.flatbuffers.FlatBufferBuilder;
import io.plasmastore.ObjectId;
import io.plasmastore.protocol.flat.Abort;
import io.plasmastore.protocol.flat.Answer;
import io.plasmastore.protocol.flat.Contains;
import io.plasmastore.protocol.flat.Create;
import io.plasmastore.protocol.flat.CreateAndSeal;
import io.plasmastore.protocol.flat.Created;
import io.plasmastore.protocol.flat.Delete;
import io.plasmastore.protocol.flat.Done;
import io.plasmastore.protocol.flat.Failure;
import io.plasmastore.protocol.flat.Get;
import io.plasmastore.protocol.flat.Got;
import io.plasmastore.protocol.flat.GotEntry;
import io.plasmastore.protocol.flat.Hello;
import io.plasmastore.protocol.flat.Id;
import io.plasmastore.protocol.flat.Join;
import io.plasmastore.protocol.flat.ListObjects;
import io.plasmastore.protocol.flat.Listed;
import io.plasmastore.protocol.flat.ListedObject;
import io.plasmastore.protocol.flat.Seal;
import io.plasmastore.protocol.flat.Token;
import io.plasmastore.protocol.flat.Unpinned;
import io.plasmastore.protocol.flat.Welcome;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames of messages, each ready to be sent in one write. One for each lane, used again and
 * again; not thread-safe.
 *
 * <p>It owns one direct buffer, which grows with the largest frame written and never shrinks: to
 * two times {@link Limits#MAX_FRAME} at most. The frame is built from its end, so that the header
 * is put in front of the table where it lies.
 */
public final class MessageWriter {
  /** Room for all messages but those with many ids, listings, or data inside. */
  private static final int FIRST_CAPACITY = 1024;

  /** Stands for a string or vector that is left out. */
  private static final int ABSENT = 0;

  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final int maxFrame;
  private final FlatBufferBuilder builder;
  private final MemorySegment id = MemorySegment.ofArray(new byte[ObjectId.SIZE]);

  /** A writer with a small buffer. */
  public MessageWriter() {
    this(Limits.MAX_FRAME);
  }

  MessageWriter(int maxFrame) {
    this.maxFrame = maxFrame;
    this.builder = new FlatBufferBuilder(FIRST_CAPACITY, new DirectBuffers());
  }

  /**
   * Writes one message.
   *
   * @param requestNumber any number for a request, the request's for a reply
   * @param message what to send; its buffers are copied from and not moved
   * @return header and table, a view of this writer's own direct buffer: valid until the next call
   * @throws IllegalArgumentException if the frame would be over {@link Limits#MAX_FRAME}; no
   *     message within the other limits is
   */
  public ByteBuffer write(long requestNumber, Message message) {
    builder.clear();
    builder.finish(
        switch (message) {
          case Request request -> request(request);
          case Reply reply -> reply(reply);
        });
    int tableLength = builder.offset();
    int length = FrameHeader.LENGTH + tableLength;
    if (length > maxFrame) {
      throw new IllegalArgumentException(
          "frame too large: type=" + message.type() + " length=" + length + " max=" + maxFrame);
    }
    // No alignment, but room for the whole header.
    builder.prep(Byte.BYTES, FrameHeader.LENGTH - Byte.BYTES);
    ByteBuffer buffer = builder.dataBuffer();
    int start = buffer.capacity() - length;
    FrameHeader.write(buffer, start, tableLength, message.type(), requestNumber);
    // A slice: whatever its user does to it, the builder's own buffer keeps its order and limit.
    return buffer.slice(start, length);
  }

  private int request(Request request) {
    return switch (request) {
      case Request.Hello hello -> {
        int clientName = builder.createString(hello.clientName());
        yield Hello.createHello(builder, hello.version(), hello.pid(), clientName);
      }
      case Request.Join join -> {
        Join.startJoin(builder);
        Join.addVersion(builder, join.version());
        Join.addToken(builder, token(join.token()));
        yield Join.endJoin(builder);
      }
      case Request.Create create -> {
        int metadata = bytes(create.metadata());
        int name = name(create.name());
        Create.startCreate(builder);
        Create.addId(builder, id(create.id()));
        Create.addDataSize(builder, create.dataSize());
        Create.addMetadata(builder, metadata);
        Create.addName(builder, name);
        yield Create.endCreate(builder);
      }
      case Request.Seal seal -> Seal.createSeal(builder, seal.slot(), seal.generation());
      case Request.Abort abort -> Abort.createAbort(builder, abort.slot(), abort.generation());
      case Request.CreateAndSeal create -> {
        int metadata = bytes(create.metadata());
        int name = name(create.name());
        int data = bytes(create.data());
        CreateAndSeal.startCreateAndSeal(builder);
        CreateAndSeal.addId(builder, id(create.id()));
        CreateAndSeal.addMetadata(builder, metadata);
        CreateAndSeal.addName(builder, name);
        CreateAndSeal.addData(builder, data);
        yield CreateAndSeal.endCreateAndSeal(builder);
      }
      case Request.Get get -> Get.createGet(builder, ids(get.ids()), get.timeoutMillis());
      case Request.Contains contains -> {
        Contains.startContains(builder);
        Contains.addId(builder, id(contains.id()));
        yield Contains.endContains(builder);
      }
      case Request.Delete delete -> {
        Delete.startDelete(builder);
        Delete.addId(builder, id(delete.id()));
        yield Delete.endDelete(builder);
      }
      case Request.Unpinned unpinned ->
          Unpinned.createUnpinned(builder, unpinned.slot(), unpinned.generation());
      case Request.ListObjects list ->
          ListObjects.createListObjects(builder, list.fromSlot(), list.limit());
    };
  }

  private int reply(Reply reply) {
    return switch (reply) {
      case Reply.Failure failure -> {
        int message = builder.createString(failure.message());
        yield Failure.createFailure(builder, failure.code().code(), message);
      }
      case Reply.Done done -> {
        Done.startDone(builder);
        yield Done.endDone(builder);
      }
      case Reply.Welcome welcome -> {
        Welcome.startWelcome(builder);
        Welcome.addVersion(builder, welcome.version());
        Welcome.addToken(builder, token(welcome.token()));
        Welcome.addClientNumber(builder, welcome.clientNumber());
        Welcome.addStorePid(builder, welcome.storePid());
        Welcome.addIndexSize(builder, welcome.indexSize());
        Welcome.addPageSize(builder, welcome.pageSize());
        Welcome.addHeapSize(builder, welcome.heapSize());
        Welcome.addHeapNumber(builder, welcome.heapNumber());
        yield Welcome.endWelcome(builder);
      }
      case Reply.Created created ->
          Created.createCreated(
              builder, created.slot(), created.generation(), created.dataOffset());
      case Reply.Got got -> Got.createGot(builder, gotEntries(got.entries()));
      case Reply.Answer answer -> Answer.createAnswer(builder, answer.value());
      case Reply.Listed listed ->
          Listed.createListed(builder, listed.nextSlot(), listedEntries(listed.entries()));
    };
  }

  private int name(@Nullable String name) {
    return name == null ? ABSENT : builder.createString(name);
  }

  private int bytes(ByteBuffer bytes) {
    // The builder moves the position of what it copies from.
    return bytes.hasRemaining() ? builder.createByteVector(bytes.duplicate()) : ABSENT;
  }

  private int id(ObjectId objectId) {
    objectId.copyTo(id, 0);
    return Id.createId(
        builder,
        id.get(WORD, 0),
        id.get(WORD, 4),
        id.get(WORD, 8),
        id.get(WORD, 12),
        id.get(WORD, 16));
  }

  private int token(SessionToken token) {
    return Token.createToken(builder, token.first(), token.second());
  }

  private int ids(List<ObjectId> ids) {
    Get.startIdsVector(builder, ids.size());
    // Vectors are built from their end.
    for (ObjectId objectId : ids.reversed()) {
      id(objectId);
    }
    return builder.endVector();
  }

  private int gotEntries(List<Reply.Got.Entry> entries) {
    Got.startEntriesVector(builder, entries.size());
    for (Reply.Got.Entry entry : entries.reversed()) {
      GotEntry.createGotEntry(builder, entry.generation(), entry.slot());
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
    int name = name(entry.name());
    ListedObject.startListedObject(builder);
    ListedObject.addId(builder, id(entry.id()));
    ListedObject.addName(builder, name);
    ListedObject.addState(builder, entry.state());
    ListedObject.addDataSize(builder, entry.dataSize());
    ListedObject.addMetadataSize(builder, entry.metadataSize());
    ListedObject.addCreatedMillis(builder, entry.createdMillis());
    ListedObject.addSealedMillis(builder, entry.sealedMillis());
    ListedObject.addPins(builder, entry.pins());
    ListedObject.addHolders(builder, entry.holders());
    return ListedObject.endListedObject(builder);
  }

  /** What a direct buffer is for: the socket takes it as it lies. */
  private static final class DirectBuffers extends FlatBufferBuilder.ByteBufferFactory {
    @Override
    public ByteBuffer newByteBuffer(int capacity) {
      return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
