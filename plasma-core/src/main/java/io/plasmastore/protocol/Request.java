package io.plasmastore.protocol;

import io.plasmastore.ObjectId;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends: one at a time on a lane, each answered by one {@link Reply}. Any of them may
 * be answered by {@link Reply.Failure} instead of the reply named here; then nothing has changed.
 *
 * <p>The records check themselves and throw {@link IllegalArgumentException} with the number found
 * and the number allowed. A {@link ByteBuffer} in a record is the bytes between its position and
 * its limit; neither the record nor the writer moves them. In a message that came from {@link
 * MessageReader} it is read-only, lies in the frame's own buffer and is valid only until that
 * buffer is used again.
 */
public sealed interface Request extends Message {
  /**
   * Opens a session: the first message on a client's first lane. Answered by {@link Reply.Welcome}.
   *
   * @param version the protocol version that the client speaks
   * @param pid the client's process id as it sees it; shown in listings, trusted for nothing
   * @param clientName shown in listings; 0 to {@link Limits#MAX_CLIENT_NAME} bytes
   * @param readOnly whether it wants no more than to read
   */
  record Hello(int version, long pid, String clientName, boolean readOnly) implements Request {
    public Hello {
      Limits.checkNotNegative("version", version);
      Limits.checkNotNegative("pid", pid);
      Limits.checkClientName("clientName", clientName);
    }

    @Override
    public MessageType type() {
      return MessageType.HELLO;
    }
  }

  /**
   * Makes this a further lane of a session: the first message on it. Answered by {@link
   * Reply.Done}.
   *
   * @param version the protocol version that the client speaks
   * @param token the session's, from its {@link Reply.Welcome}
   */
  record Join(int version, SessionToken token) implements Request {
    public Join {
      Limits.checkNotNegative("version", version);
    }

    @Override
    public MessageType type() {
      return MessageType.JOIN;
    }
  }

  /**
   * Reserves an object's memory; the client then writes the data where {@link Reply.Created} says.
   *
   * @param id the object's
   * @param dataSize bytes of the data, 0 or more
   * @param metadata at most {@link Limits#MAX_METADATA} bytes, often none
   * @param name what the id was made of, or null; 1 to {@link Limits#MAX_NAME} bytes
   * @param keep whether eviction never drops it
   * @param timeoutMillis how long to wait for room: 0 not at all, negative for ever
   * @param again whether the id may be one that this client is writing already, in another place;
   *     the first that it seals undoes the others
   */
  record Create(
      ObjectId id,
      long dataSize,
      ByteBuffer metadata,
      @Nullable String name,
      boolean keep,
      long timeoutMillis,
      boolean again)
      implements Request {
    public Create {
      Limits.checkNotNegative("dataSize", dataSize);
      Limits.check("metadataSize", metadata.remaining(), 0, Limits.MAX_METADATA);
      Limits.checkName(name);
    }

    /** Of an id that nobody is writing. */
    public Create(
        ObjectId id,
        long dataSize,
        ByteBuffer metadata,
        @Nullable String name,
        boolean keep,
        long timeoutMillis) {
      this(id, dataSize, metadata, name, keep, timeoutMillis, false);
    }

    @Override
    public MessageType type() {
      return MessageType.CREATE;
    }
  }

  /**
   * Reserves the memory of many objects without metadata in one round trip, or of none of them. The
   * client then writes the data where {@link Reply.CreatedAll} says.
   *
   * @param entries the objects, whose {@linkplain CreateAll.Entry#batchCost() costs} come to {@link
   *     Limits#MAX_BATCH} at most; copied
   * @param keep whether eviction never drops them
   */
  record CreateAll(List<CreateAll.Entry> entries, boolean keep) implements Request {
    public CreateAll {
      Limits.check("entries", entries.size(), 0, Limits.MAX_IDS_PER_REQUEST);
      entries = List.copyOf(entries);
      int cost = 0;
      for (CreateAll.Entry entry : entries) {
        cost += entry.batchCost();
      }
      Limits.check("batchCost", cost, 0, Limits.MAX_BATCH);
    }

    @Override
    public MessageType type() {
      return MessageType.CREATE_ALL;
    }

    /**
     * One object.
     *
     * @param id the object's
     * @param dataSize bytes of the data, 0 or more
     * @param name what the id was made of, or null; 1 to {@link Limits#MAX_NAME} bytes
     */
    public record Entry(ObjectId id, long dataSize, @Nullable String name) {
      public Entry {
        Limits.checkNotNegative("dataSize", dataSize);
        Limits.checkName(name);
      }

      /** What this object takes of a batch: its struct, and its name. */
      public int batchCost() {
        return EmptyObjects.OBJECT_SIZE + nameSize();
      }

      /** The length of the name in UTF-8; 0 without one. */
      int nameSize() {
        return name == null ? 0 : Limits.utf8Length("name", name);
      }
    }
  }

  /**
   * Makes an object that this session created visible and unchangeable. Answered by {@link
   * Reply.Done}.
   *
   * @param slot from {@link Reply.Created}
   * @param generation from {@link Reply.Created}
   */
  record Seal(int slot, long generation) implements Request {
    public Seal {
      Limits.checkNotNegative("slot", slot);
      Limits.checkNotNegative("generation", generation);
    }

    @Override
    public MessageType type() {
      return MessageType.SEAL;
    }
  }

  /**
   * Undoes a create of this session. Answered by {@link Reply.Done}.
   *
   * @param slot from {@link Reply.Created}
   * @param generation from {@link Reply.Created}
   */
  record Abort(int slot, long generation) implements Request {
    public Abort {
      Limits.checkNotNegative("slot", slot);
      Limits.checkNotNegative("generation", generation);
    }

    @Override
    public MessageType type() {
      return MessageType.ABORT;
    }
  }

  /**
   * Puts a small object in one round trip, the data inside the message. Answered by {@link
   * Reply.Done}.
   *
   * @param id the object's
   * @param metadata at most {@link Limits#MAX_METADATA} bytes, often none
   * @param name what the id was made of, or null; 1 to {@link Limits#MAX_NAME} bytes
   * @param data at most {@link Limits#MAX_INLINE_DATA} bytes
   * @param keep whether eviction never drops it
   * @param timeoutMillis how long to wait for room: 0 not at all, negative for ever
   */
  record CreateAndSeal(
      ObjectId id,
      ByteBuffer metadata,
      @Nullable String name,
      ByteBuffer data,
      boolean keep,
      long timeoutMillis)
      implements Request {
    public CreateAndSeal {
      Limits.check("metadataSize", metadata.remaining(), 0, Limits.MAX_METADATA);
      Limits.checkName(name);
      Limits.check("dataSize", data.remaining(), 0, Limits.MAX_INLINE_DATA);
    }

    @Override
    public MessageType type() {
      return MessageType.CREATE_AND_SEAL;
    }
  }

  /**
   * Asks where sealed objects lie, and waits for those that are not sealed yet. Answered by {@link
   * Reply.Got}. It pins nothing: the client pins what it is told, and asks again if it came late.
   *
   * @param ids 0 to {@link Limits#MAX_IDS_PER_REQUEST}, duplicates welcome; copied
   * @param timeoutMillis how long to wait for the last of them: 0 not at all, negative for ever
   */
  record Get(List<ObjectId> ids, long timeoutMillis) implements Request {
    public Get {
      ids = Limits.copyOfIds(ids);
    }

    @Override
    public MessageType type() {
      return MessageType.GET;
    }
  }

  /**
   * Asks whether an object is sealed and not deleted. Answered by {@link Reply.Answer}.
   *
   * @param id the object's
   */
  record Contains(ObjectId id) implements Request {
    @Override
    public MessageType type() {
      return MessageType.CONTAINS;
    }
  }

  /**
   * Hides sealed objects at once and frees each at its last release. Answered by {@link
   * Reply.Outcomes}, for each id done, OBJECT_NOT_FOUND or OBJECT_NOT_SEALED.
   *
   * @param ids 0 to {@link Limits#MAX_IDS_PER_REQUEST}; what comes twice is not found the second
   *     time; copied
   */
  record Delete(List<ObjectId> ids) implements Request {
    public Delete {
      ids = Limits.copyOfIds(ids);
    }

    @Override
    public MessageType type() {
      return MessageType.DELETE;
    }
  }

  /**
   * Tells of a release that brought this client's pins of a retiring object to zero, so that the
   * store looks again whether it can free it. From a guest: takes one of its pins away. Answered by
   * {@link Reply.Done}, also when the slot has moved on.
   *
   * @param slot the object's
   * @param generation the slot's when the object was pinned
   */
  record Unpinned(int slot, long generation) implements Request {
    public Unpinned {
      Limits.checkNotNegative("slot", slot);
      Limits.checkNotNegative("generation", generation);
    }

    @Override
    public MessageType type() {
      return MessageType.UNPINNED;
    }
  }

  /**
   * Asks for a page of the listing. Answered by {@link Reply.Listed}.
   *
   * @param fromSlot where to begin: 0, then {@link Reply.Listed#nextSlot()} of the page before
   * @param limit how many objects at most: 1 to {@link Limits#MAX_OBJECTS_PER_LISTING}
   */
  record ListObjects(int fromSlot, int limit) implements Request {
    public ListObjects {
      Limits.checkNotNegative("fromSlot", fromSlot);
      Limits.check("limit", limit, 1, Limits.MAX_OBJECTS_PER_LISTING);
    }

    @Override
    public MessageType type() {
      return MessageType.LIST_OBJECTS;
    }
  }

  /**
   * Puts many small objects in one round trip, in their order. Answered by {@link Reply.Outcomes}:
   * an object that can't be put leaves the others alone.
   *
   * <p>A batch is full when another object would make it more than {@link
   * Limits#MAX_IDS_PER_REQUEST}, or bring the sum of their {@linkplain
   * CreateAndSealAll.Entry#batchCost() costs} over {@link Limits#MAX_BATCH}. What is not full fits
   * into a frame.
   *
   * @param entries the objects; copied
   * @param timeoutMillis how long to wait for room for the last of them: 0 not at all, negative for
   *     ever
   */
  record CreateAndSealAll(List<CreateAndSealAll.Entry> entries, long timeoutMillis)
      implements Request {
    public CreateAndSealAll {
      Limits.check("entries", entries.size(), 0, Limits.MAX_IDS_PER_REQUEST);
      entries = List.copyOf(entries);
      int cost = 0;
      for (CreateAndSealAll.Entry entry : entries) {
        cost += entry.batchCost();
      }
      Limits.check("batchCost", cost, 0, Limits.MAX_BATCH);
    }

    @Override
    public MessageType type() {
      return MessageType.CREATE_AND_SEAL_ALL;
    }

    /**
     * One object.
     *
     * @param id the object's
     * @param metadata at most {@link Limits#MAX_METADATA} bytes, often none
     * @param name what the id was made of, or null; 1 to {@link Limits#MAX_NAME} bytes
     * @param data at most {@link Limits#MAX_INLINE_DATA} bytes
     * @param keep whether eviction never drops it
     */
    public record Entry(
        ObjectId id, ByteBuffer metadata, @Nullable String name, ByteBuffer data, boolean keep) {
      public Entry {
        Limits.check("metadataSize", metadata.remaining(), 0, Limits.MAX_METADATA);
        Limits.checkName(name);
        Limits.check("dataSize", data.remaining(), 0, Limits.MAX_INLINE_DATA);
      }

      /** What this object takes of a batch, see {@link Limits#batchCost}. */
      public int batchCost() {
        return (int) Limits.batchCost(data.remaining(), metadata.remaining(), nameSize());
      }

      /** The length of the name in UTF-8; 0 without one. */
      int nameSize() {
        return name == null ? 0 : Limits.utf8Length("name", name);
      }
    }
  }

  /**
   * Asks to drop, or to spill, objects that nobody holds and nobody asked to keep, until so many
   * bytes are free again or no such object is left. Answered by {@link Reply.Count}: the bytes of
   * what was evicted.
   *
   * @param bytes how many, 0 or more
   */
  record Evict(long bytes) implements Request {
    public Evict {
      Limits.checkNotNegative("bytes", bytes);
    }

    @Override
    public MessageType type() {
      return MessageType.EVICT;
    }
  }

  /**
   * Asks to give the memory of free extents back to the system. Answered by {@link Reply.Count}:
   * the bytes given back.
   */
  record Trim() implements Request {
    @Override
    public MessageType type() {
      return MessageType.TRIM;
    }
  }

  /**
   * Marks objects as visited, as a get would, so that eviction takes others first. Answered by
   * {@link Reply.Done}; ids of no object are passed over.
   *
   * @param ids 0 to {@link Limits#MAX_IDS_PER_REQUEST}; copied
   */
  record Refresh(List<ObjectId> ids) implements Request {
    public Refresh {
      ids = Limits.copyOfIds(ids);
    }

    @Override
    public MessageType type() {
      return MessageType.REFRESH;
    }
  }

  /**
   * Points a name at an object, or at another object than before, or at nothing. Answered by {@link
   * Reply.Done}.
   *
   * @param name 1 to {@link Limits#MAX_NAME} bytes
   * @param id the object's, or null to unbind the name
   */
  record Bind(String name, @Nullable ObjectId id) implements Request {
    public Bind {
      Limits.checkName(name);
    }

    @Override
    public MessageType type() {
      return MessageType.BIND;
    }
  }

  /**
   * Asks for a page of the clients. Answered by {@link Reply.ClientsListed}.
   *
   * @param fromNumber where to begin: 0, then {@link Reply.ClientsListed#nextNumber()} of the page
   *     before
   */
  record ListClients(int fromNumber) implements Request {
    public ListClients {
      Limits.checkNotNegative("fromNumber", fromNumber);
    }

    @Override
    public MessageType type() {
      return MessageType.LIST_CLIENTS;
    }
  }

  /**
   * Asks who pins an object. Answered by {@link Reply.HoldersListed}.
   *
   * @param id the object's
   * @param deleted whether to ask of the deleted objects of this id that are still held, instead
   */
  record ListHolders(ObjectId id, boolean deleted) implements Request {
    @Override
    public MessageType type() {
      return MessageType.LIST_HOLDERS;
    }
  }

  /**
   * Asks to be told of what happens to objects. Answered by {@link Reply.Done}; from then on the
   * lane is the store's, which sends {@link Reply.Notice}s with this request's number until either
   * side closes the lane. The client sends nothing on it any more.
   */
  record Subscribe() implements Request {
    @Override
    public MessageType type() {
      return MessageType.SUBSCRIBE;
    }
  }

  /**
   * Says that this client is about to close its lanes, so that it is not counted as lost. Answered
   * by {@link Reply.Done}.
   */
  record Goodbye() implements Request {
    @Override
    public MessageType type() {
      return MessageType.GOODBYE;
    }
  }

  /**
   * Says that this client has put seal marks in shared memory. The one request without a reply: the
   * objects are sealed already, and the store is only to look.
   */
  record Marked() implements Request {
    @Override
    public MessageType type() {
      return MessageType.MARKED;
    }
  }

  /**
   * Pins a sealed object for a guest, which can't do so itself. Answered by {@link Reply.Answer}:
   * whether the slot still holds that object, sealed, and is pinned now.
   *
   * @param slot the object's
   * @param generation the slot's
   */
  record Pin(int slot, long generation) implements Request {
    public Pin {
      Limits.checkNotNegative("slot", slot);
      Limits.checkNotNegative("generation", generation);
    }

    @Override
    public MessageType type() {
      return MessageType.PIN;
    }
  }

  /**
   * Changes the size and the metadata of an object that this session is writing, without moving it:
   * less always, more as far as what lies behind it is free. Answered by {@link Reply.Resized}. May
   * be asked again: it says what is to be, not what is to be added.
   *
   * @param slot from {@link Reply.Created}
   * @param generation from {@link Reply.Created}
   * @param leastSize bytes of the data that it must get, or it stays as it is; at least 1
   * @param dataSize bytes of the data that it is to get if there is room; no less
   * @param metadata in place of what it had; at most {@link Limits#MAX_METADATA} bytes
   * @param name what the id was made of, or null; 1 to {@link Limits#MAX_NAME} bytes
   * @param seal whether to seal it then, as {@link Seal} does, if there was room
   */
  record Resize(
      int slot,
      long generation,
      long leastSize,
      long dataSize,
      ByteBuffer metadata,
      @Nullable String name,
      boolean seal)
      implements Request {
    public Resize {
      Limits.checkNotNegative("slot", slot);
      Limits.checkNotNegative("generation", generation);
      Limits.check("leastSize", leastSize, 1, Long.MAX_VALUE);
      Limits.check("dataSize", dataSize, leastSize, Long.MAX_VALUE);
      Limits.check("metadataSize", metadata.remaining(), 0, Limits.MAX_METADATA);
      Limits.checkName(name);
    }

    @Override
    public MessageType type() {
      return MessageType.RESIZE;
    }
  }

  /**
   * Asks for memory beside the heap that this session shares with whoever has the token: the first
   * who asks makes it, of zeros, others of the same user get the same. Answered by {@link
   * Reply.Done}, and one byte behind it that carries the descriptor, open for reading and writing.
   * The store forgets it when all who asked are gone or have {@linkplain DropPages dropped} it as
   * often as they asked; it stays where it is mapped.
   *
   * @param token what those who share it agreed on
   * @param size in bytes, the same for all who ask; 1 to {@link Limits#MAX_SHARED_SIZE}
   */
  record SharePages(ObjectId token, long size) implements Request {
    public SharePages {
      Limits.check("size", size, 1, Limits.MAX_SHARED_SIZE);
    }

    @Override
    public MessageType type() {
      return MessageType.SHARE_PAGES;
    }
  }

  /**
   * Takes back one {@link SharePages} of this session. Answered by {@link Reply.Done}, also if
   * there is none of this token.
   *
   * @param token of {@link SharePages}
   */
  record DropPages(ObjectId token) implements Request {
    @Override
    public MessageType type() {
      return MessageType.DROP_PAGES;
    }
  }
}
