package io.plasmastore.protocol;

import io.plasmastore.ObjectId;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends: one at a time on a lane, each answered by one {@link Reply}. Any of them may
 * be answered by {@link Reply.Failure} instead of the reply named here.
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
   */
  record Hello(int version, long pid, String clientName) implements Request {
    public Hello {
      Limits.checkNotNegative("version", version);
      Limits.checkNotNegative("pid", pid);
      Limits.check(
          "clientNameLength",
          Limits.utf8Length("clientName", clientName),
          0,
          Limits.MAX_CLIENT_NAME);
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
   */
  record Create(ObjectId id, long dataSize, ByteBuffer metadata, @Nullable String name)
      implements Request {
    public Create {
      Limits.checkNotNegative("dataSize", dataSize);
      Limits.check("metadataSize", metadata.remaining(), 0, Limits.MAX_METADATA);
      Limits.checkName(name);
    }

    @Override
    public MessageType type() {
      return MessageType.CREATE;
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
   */
  record CreateAndSeal(ObjectId id, ByteBuffer metadata, @Nullable String name, ByteBuffer data)
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
      Limits.check("ids", ids.size(), 0, Limits.MAX_IDS_PER_REQUEST);
      ids = List.copyOf(ids);
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
   * Hides a sealed object at once and frees it at its last release. Answered by {@link
   * Reply.Answer}: false if there was none.
   *
   * @param id the object's
   */
  record Delete(ObjectId id) implements Request {
    @Override
    public MessageType type() {
      return MessageType.DELETE;
    }
  }

  /**
   * Tells of a release that brought this client's pins of a retiring object to zero, so that the
   * store looks again whether it can free it. Answered by {@link Reply.Done}, also when the slot
   * has moved on.
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
}
