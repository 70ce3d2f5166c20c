package io.plasmastore.protocol;

import com.google.flatbuffers.FlatBufferBuilder;
import io.plasmastore.ObjectId;
import io.plasmastore.protocol.flat.Abort;
import io.plasmastore.protocol.flat.Bind;
import io.plasmastore.protocol.flat.Contains;
import io.plasmastore.protocol.flat.Create;
import io.plasmastore.protocol.flat.CreateAndSeal;
import io.plasmastore.protocol.flat.Delete;
import io.plasmastore.protocol.flat.DropPages;
import io.plasmastore.protocol.flat.Evict;
import io.plasmastore.protocol.flat.Get;
import io.plasmastore.protocol.flat.Goodbye;
import io.plasmastore.protocol.flat.Hello;
import io.plasmastore.protocol.flat.Join;
import io.plasmastore.protocol.flat.ListClients;
import io.plasmastore.protocol.flat.ListHolders;
import io.plasmastore.protocol.flat.ListObjects;
import io.plasmastore.protocol.flat.Marked;
import io.plasmastore.protocol.flat.Pin;
import io.plasmastore.protocol.flat.Refresh;
import io.plasmastore.protocol.flat.Resize;
import io.plasmastore.protocol.flat.Seal;
import io.plasmastore.protocol.flat.SharePages;
import io.plasmastore.protocol.flat.Subscribe;
import io.plasmastore.protocol.flat.Trim;
import io.plasmastore.protocol.flat.Unpinned;

/** Makes the tables of requests; one for each {@link MessageWriter}. */
final class RequestWriter {
  private final FlatBufferBuilder builder;
  private final FieldWriter fields;

  RequestWriter(FlatBufferBuilder builder, FieldWriter fields) {
    this.builder = builder;
    this.fields = fields;
  }

  /** Writes a root table and returns where it lies. */
  int write(Request request) {
    return switch (request) {
      case Request.Hello hello -> {
        int clientName = builder.createString(hello.clientName());
        yield Hello.createHello(
            builder, hello.version(), hello.pid(), clientName, hello.readOnly());
      }
      case Request.Join join -> {
        Join.startJoin(builder);
        Join.addVersion(builder, join.version());
        Join.addToken(builder, fields.token(join.token()));
        yield Join.endJoin(builder);
      }
      case Request.Create create -> create(create);
      case Request.Seal seal -> Seal.createSeal(builder, seal.slot(), seal.generation());
      case Request.Abort abort -> Abort.createAbort(builder, abort.slot(), abort.generation());
      case Request.CreateAndSeal create -> createAndSeal(create);
      case Request.CreateAndSealAll create -> BatchLayout.write(builder, fields, create);
      case Request.CreateAll create -> EmptyObjects.write(builder, fields, create);
      case Request.Get get -> Get.createGet(builder, fields.ids(get.ids()), get.timeoutMillis());
      case Request.Contains contains -> {
        Contains.startContains(builder);
        Contains.addId(builder, fields.id(contains.id()));
        yield Contains.endContains(builder);
      }
      case Request.Delete delete -> Delete.createDelete(builder, fields.ids(delete.ids()));
      case Request.Unpinned unpinned ->
          Unpinned.createUnpinned(builder, unpinned.slot(), unpinned.generation());
      case Request.ListObjects list ->
          ListObjects.createListObjects(builder, list.fromSlot(), list.limit());
      case Request.Evict evict -> Evict.createEvict(builder, evict.bytes());
      case Request.Trim trim -> {
        Trim.startTrim(builder);
        yield Trim.endTrim(builder);
      }
      case Request.Refresh refresh -> Refresh.createRefresh(builder, fields.ids(refresh.ids()));
      case Request.Bind bind -> bind(bind);
      case Request.ListClients list -> ListClients.createListClients(builder, list.fromNumber());
      case Request.ListHolders list -> {
        ListHolders.startListHolders(builder);
        ListHolders.addId(builder, fields.id(list.id()));
        ListHolders.addDeleted(builder, list.deleted());
        yield ListHolders.endListHolders(builder);
      }
      case Request.Subscribe subscribe -> {
        Subscribe.startSubscribe(builder);
        yield Subscribe.endSubscribe(builder);
      }
      case Request.Goodbye goodbye -> {
        Goodbye.startGoodbye(builder);
        yield Goodbye.endGoodbye(builder);
      }
      case Request.Marked marked -> {
        Marked.startMarked(builder);
        yield Marked.endMarked(builder);
      }
      case Request.Pin pin -> Pin.createPin(builder, pin.slot(), pin.generation());
      case Request.Resize resize -> resize(resize);
      case Request.SharePages share -> {
        SharePages.startSharePages(builder);
        SharePages.addToken(builder, fields.id(share.token()));
        SharePages.addSize(builder, share.size());
        yield SharePages.endSharePages(builder);
      }
      case Request.DropPages drop -> {
        DropPages.startDropPages(builder);
        DropPages.addToken(builder, fields.id(drop.token()));
        yield DropPages.endDropPages(builder);
      }
    };
  }

  private int create(Request.Create create) {
    int metadata = fields.bytes(create.metadata());
    int name = fields.name(create.name());
    Create.startCreate(builder);
    Create.addId(builder, fields.id(create.id()));
    Create.addDataSize(builder, create.dataSize());
    Create.addMetadata(builder, metadata);
    Create.addName(builder, name);
    Create.addKeep(builder, create.keep());
    Create.addTimeoutMillis(builder, create.timeoutMillis());
    Create.addAgain(builder, create.again());
    return Create.endCreate(builder);
  }

  private int createAndSeal(Request.CreateAndSeal create) {
    int metadata = fields.bytes(create.metadata());
    int name = fields.name(create.name());
    int data = fields.bytes(create.data());
    CreateAndSeal.startCreateAndSeal(builder);
    CreateAndSeal.addId(builder, fields.id(create.id()));
    CreateAndSeal.addMetadata(builder, metadata);
    CreateAndSeal.addName(builder, name);
    CreateAndSeal.addData(builder, data);
    CreateAndSeal.addKeep(builder, create.keep());
    CreateAndSeal.addTimeoutMillis(builder, create.timeoutMillis());
    return CreateAndSeal.endCreateAndSeal(builder);
  }

  private int resize(Request.Resize resize) {
    int metadata = fields.bytes(resize.metadata());
    int name = fields.name(resize.name());
    return Resize.createResize(
        builder,
        resize.slot(),
        resize.generation(),
        resize.leastSize(),
        resize.dataSize(),
        metadata,
        name,
        resize.seal());
  }

  private int bind(Request.Bind bind) {
    int name = builder.createString(bind.name());
    ObjectId id = bind.id();
    Bind.startBind(builder);
    Bind.addName(builder, name);
    if (id != null) {
      Bind.addId(builder, fields.id(id));
    }
    return Bind.endBind(builder);
  }
}
