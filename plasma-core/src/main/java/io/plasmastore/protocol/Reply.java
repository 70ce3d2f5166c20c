package io.plasmastore.protocol;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the store sends: one for each {@link Request}, on the same lane and with the same request
 * number; {@link Notice}s come behind the reply to {@link Request.Subscribe} as they happen.
 *
 * <p>The records check themselves and throw {@link IllegalArgumentException} with the number found
 * and the number allowed. They own all that they hold.
 */
public sealed interface Reply extends Message {
  /**
   * The request failed and changed nothing. May answer any request.
   *
   * @param code the reason
   * @param message the facts, for people; at most {@link Limits#MAX_FAILURE_TEXT} bytes
   */
  record Failure(ErrorCode code, String message) implements Reply {
    public Failure {
      Limits.check(
          "messageLength", Limits.utf8Length("message", message), 0, Limits.MAX_FAILURE_TEXT);
    }

    /**
     * A failure whose text is cut to its limit and cleaned of what UTF-8 can't hold: to report a
     * failure must not fail.
     */
    public static Failure of(ErrorCode code, String message) {
      ByteBuffer bytes = ByteBuffer.allocate(Limits.MAX_FAILURE_TEXT);
      // An encoder stops before a character that does not fit as a whole.
      StandardCharsets.UTF_8
          .newEncoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .encode(CharBuffer.wrap(message), bytes, true);
      return new Failure(code, StandardCharsets.UTF_8.decode(bytes.flip()).toString());
    }

    @Override
    public MessageType type() {
      return MessageType.FAILURE;
    }
  }

  /** The request is done and there is no more to say. */
  record Done() implements Reply {
    @Override
    public MessageType type() {
      return MessageType.DONE;
    }
  }

  /**
   * Answers {@link Request.Hello}. Behind its frame come the files of {@link Descriptor#of}, each
   * to be mapped in the length stated here.
   *
   * @param version the protocol version that the store speaks
   * @param token what further lanes of the session show
   * @param clientNumber the session's number, unique while the store lives; 1 or more
   * @param storePid the store's process id as it sees it
   * @param indexSize bytes of the index file
   * @param pageSize bytes of this client's page
   * @param heapSize bytes of the heap file
   * @param heapNumber which heap this client creates in, as the index counts heaps; 16 bits
   * @param access what this client may do
   */
  record Welcome(
      int version,
      SessionToken token,
      int clientNumber,
      long storePid,
      long indexSize,
      long pageSize,
      long heapSize,
      int heapNumber,
      Access access)
      implements Reply {
    public Welcome {
      Limits.checkNotNegative("version", version);
      Limits.checkNotNegative("clientNumber", clientNumber);
      Limits.checkNotNegative("storePid", storePid);
      Limits.checkNotNegative("indexSize", indexSize);
      Limits.checkNotNegative("pageSize", pageSize);
      Limits.checkNotNegative("heapSize", heapSize);
      Limits.check("heapNumber", heapNumber, 0, 0xffff);
    }

    @Override
    public MessageType type() {
      return MessageType.WELCOME;
    }
  }

  /**
   * Answers {@link Request.Create}: memory of that size is committed and the client's to write
   * until it seals or aborts.
   *
   * @param slot the object's place in the index
   * @param generation the slot's
   * @param dataOffset where the data begins in the client's heap
   * @param clear whether the client is to clear that memory first, as there may be other users'
   *     bytes in it
   */
  record Created(int slot, long generation, long dataOffset, boolean clear) implements Reply {
    public Created {
      Limits.checkNotNegative("slot", slot);
      Limits.checkNotNegative("generation", generation);
      Limits.checkNotNegative("dataOffset", dataOffset);
    }

    @Override
    public MessageType type() {
      return MessageType.CREATED;
    }
  }

  /**
   * Answers {@link Request.CreateAll}: as {@link Created} for each object.
   *
   * @param entries one for each object asked, in that order; copied
   * @param clear whether the client is to clear all that memory first
   */
  record CreatedAll(List<CreatedAll.Entry> entries, boolean clear) implements Reply {
    public CreatedAll {
      Limits.check("entries", entries.size(), 0, Limits.MAX_IDS_PER_REQUEST);
      entries = List.copyOf(entries);
    }

    @Override
    public MessageType type() {
      return MessageType.CREATED_ALL;
    }

    /**
     * Where one object lies.
     *
     * @param slot the object's place in the index
     * @param generation the slot's
     * @param dataOffset where the data begins in the client's heap
     */
    public record Entry(int slot, long generation, long dataOffset) {
      public Entry {
        Limits.checkNotNegative("slot", slot);
        Limits.checkNotNegative("generation", generation);
        Limits.checkNotNegative("dataOffset", dataOffset);
      }
    }
  }

  /**
   * Answers {@link Request.Get}.
   *
   * @param entries one for each id asked, in that order; copied
   */
  record Got(List<Got.Entry> entries) implements Reply {
    public Got {
      Limits.check("entries", entries.size(), 0, Limits.MAX_IDS_PER_REQUEST);
      entries = List.copyOf(entries);
    }

    @Override
    public MessageType type() {
      return MessageType.GOT;
    }

    /**
     * Where one object lies.
     *
     * @param slot its place in the index, or {@link #NO_SLOT}
     * @param generation the slot's; 0 without a slot
     */
    public record Entry(int slot, long generation) {
      /** In place of a slot: the object was not sealed in time. */
      public static final int NO_SLOT = -1;

      /** The entry of an object that was not sealed in time. */
      public static final Got.Entry NOT_SEALED = new Got.Entry(NO_SLOT, 0);

      public Entry {
        Limits.check("slot", slot, NO_SLOT, Integer.MAX_VALUE);
        Limits.checkNotNegative("generation", generation);
      }

      /** Whether the object was sealed in time. */
      public boolean isSealed() {
        return slot != NO_SLOT;
      }
    }
  }

  /**
   * Answers {@link Request.Contains}.
   *
   * @param value yes or no
   */
  record Answer(boolean value) implements Reply {
    @Override
    public MessageType type() {
      return MessageType.ANSWER;
    }
  }

  /**
   * Answers {@link Request.ListObjects}.
   *
   * @param nextSlot where the next page begins, or {@link #END}
   * @param entries the objects of this page; copied
   */
  record Listed(int nextSlot, List<Listed.Entry> entries) implements Reply {
    /** In place of the next slot: this was the last page. */
    public static final int END = -1;

    public Listed {
      Limits.check("nextSlot", nextSlot, END, Integer.MAX_VALUE);
      Limits.check("entries", entries.size(), 0, Limits.MAX_OBJECTS_PER_LISTING);
      entries = List.copyOf(entries);
    }

    @Override
    public MessageType type() {
      return MessageType.LISTED;
    }

    /**
     * One object.
     *
     * @param id the object's
     * @param name what the id was made of, if the creator said; 1 to {@link Limits#MAX_NAME} bytes
     * @param state the number of the object's state, as the index has it; 8 bits
     * @param dataSize bytes of the data
     * @param metadataSize bytes of the metadata
     * @param createdMillis when it was created, since the epoch
     * @param sealedMillis when it was sealed, since the epoch; 0 before that
     * @param pins how many times it is pinned, over all clients
     * @param holders how many clients pin it
     * @param keep whether eviction never drops it
     * @param creator the number of the client that created it; {@link #UNKNOWN_CREATOR} if the
     *     store has been restarted since
     */
    public record Entry(
        ObjectId id,
        @Nullable String name,
        int state,
        long dataSize,
        int metadataSize,
        long createdMillis,
        long sealedMillis,
        long pins,
        int holders,
        boolean keep,
        int creator) {
      /** In place of a creator: nobody knows any more. */
      public static final int UNKNOWN_CREATOR = 0;

      public Entry {
        Limits.checkName(name);
        Limits.check("state", state, 0, 0xff);
        Limits.checkNotNegative("dataSize", dataSize);
        Limits.check("metadataSize", metadataSize, 0, Limits.MAX_METADATA);
        Limits.checkNotNegative("createdMillis", createdMillis);
        Limits.checkNotNegative("sealedMillis", sealedMillis);
        Limits.checkNotNegative("pins", pins);
        Limits.checkNotNegative("holders", holders);
        Limits.checkNotNegative("creator", creator);
      }
    }
  }

  /**
   * Answers {@link Request.CreateAndSealAll} and {@link Request.Delete}.
   *
   * @param codes one for each object or id asked, in that order: {@link #DONE}, or {@link
   *     ErrorCode#code()} of what prevented it; copied
   */
  record Outcomes(List<Integer> codes) implements Reply {
    /** In place of an error's code: it is done. */
    public static final int DONE = 0;

    public Outcomes {
      Limits.check("codes", codes.size(), 0, Limits.MAX_IDS_PER_REQUEST);
      codes = List.copyOf(codes);
      codes.forEach(Outcomes::error);
    }

    /** What prevented one of them, or null if it is done. */
    public @Nullable ErrorCode error(int index) {
      return error(codes.get(index));
    }

    @Override
    public MessageType type() {
      return MessageType.OUTCOMES;
    }

    private static @Nullable ErrorCode error(Integer code) {
      return code == DONE ? null : ErrorCode.of(code);
    }
  }

  /**
   * Answers {@link Request.Evict} and {@link Request.Trim}.
   *
   * @param value how many, 0 or more
   */
  record Count(long value) implements Reply {
    public Count {
      Limits.checkNotNegative("value", value);
    }

    @Override
    public MessageType type() {
      return MessageType.COUNT;
    }
  }

  /**
   * Answers {@link Request.ListClients}.
   *
   * @param nextNumber where the next page begins, or {@link #END}
   * @param entries the clients of this page, lowest number first; copied
   */
  record ClientsListed(int nextNumber, List<ClientsListed.Entry> entries) implements Reply {
    /** In place of the next number: this was the last page. */
    public static final int END = -1;

    public ClientsListed {
      Limits.check("nextNumber", nextNumber, END, Integer.MAX_VALUE);
      Limits.check("entries", entries.size(), 0, Limits.MAX_CLIENTS_PER_LISTING);
      entries = List.copyOf(entries);
    }

    @Override
    public MessageType type() {
      return MessageType.CLIENTS_LISTED;
    }

    /**
     * One client.
     *
     * @param number the session's
     * @param pid its process id
     * @param name what it calls itself; 0 to {@link Limits#MAX_CLIENT_NAME} bytes
     * @param connectedMillis when it connected, since the epoch
     * @param lanes its open lanes
     * @param pins how many times it pins any object
     * @param pinnedBytes the size of the objects that it pins, each counted once
     * @param usedBytes the size of the objects that it is writing or has created
     * @param writing how many objects it is writing
     * @param uid its user's id, 0 to 2^32 − 1; {@link #UNKNOWN_UID} for one that has not come back
     *     since a store died
     * @param access what it may do
     * @param requests how often it asked
     * @param objects how many objects there are that it is writing or has created
     * @param writingBytes the size of the objects that it is writing
     * @param quota what usedBytes may come to; 0 for no limit
     */
    public record Entry(
        int number,
        long pid,
        String name,
        long connectedMillis,
        int lanes,
        long pins,
        long pinnedBytes,
        long usedBytes,
        int writing,
        long uid,
        Access access,
        long requests,
        int objects,
        long writingBytes,
        long quota) {
      /** In place of a uid: nobody knows yet. */
      public static final long UNKNOWN_UID = -1;

      private static final long MAX_UID = 0xffff_ffffL;

      public Entry {
        Limits.checkNotNegative("number", number);
        Limits.checkNotNegative("pid", pid);
        Limits.checkClientName("name", name);
        Limits.checkNotNegative("connectedMillis", connectedMillis);
        Limits.checkNotNegative("lanes", lanes);
        Limits.checkNotNegative("pins", pins);
        Limits.checkNotNegative("pinnedBytes", pinnedBytes);
        Limits.checkNotNegative("usedBytes", usedBytes);
        Limits.checkNotNegative("writing", writing);
        Limits.check("uid", uid, UNKNOWN_UID, MAX_UID);
        Limits.checkNotNegative("requests", requests);
        Limits.checkNotNegative("objects", objects);
        Limits.checkNotNegative("writingBytes", writingBytes);
        Limits.checkNotNegative("quota", quota);
      }
    }
  }

  /**
   * Answers {@link Request.ListHolders}.
   *
   * @param entries who pins the object, lowest client number first; of more than {@link
   *     Limits#MAX_HOLDERS_PER_LISTING} the first so many; copied
   */
  record HoldersListed(List<HoldersListed.Entry> entries) implements Reply {
    public HoldersListed {
      Limits.check("entries", entries.size(), 0, Limits.MAX_HOLDERS_PER_LISTING);
      entries = List.copyOf(entries);
    }

    @Override
    public MessageType type() {
      return MessageType.HOLDERS_LISTED;
    }

    /**
     * One client that pins the object.
     *
     * @param clientNumber the client's
     * @param pins how many times it pins the object
     */
    public record Entry(int clientNumber, long pins) {
      public Entry {
        Limits.checkNotNegative("clientNumber", clientNumber);
        Limits.checkNotNegative("pins", pins);
      }
    }
  }

  /**
   * Tells a lane that {@linkplain Request.Subscribe subscribed} what happened to an object. It
   * carries the subscription's request number.
   *
   * @param sequence grows by one with each notice of a subscription: a gap would be a loss
   * @param kind what happened
   * @param id the object's
   * @param size bytes of its data
   */
  record Notice(long sequence, Notice.Kind kind, ObjectId id, long size) implements Reply {
    public Notice {
      Limits.checkNotNegative("sequence", sequence);
      Limits.checkNotNegative("size", size);
    }

    @Override
    public MessageType type() {
      return MessageType.NOTICE;
    }

    /** What can happen to an object. */
    public enum Kind {
      /** It was sealed: from now on everybody can get it. */
      SEALED(1),
      /** It was deleted: nobody can get it any more. */
      DELETED(2),
      /** It was evicted: dropped, or spilled and slower to get. */
      EVICTED(3);

      private static final Kind[] KINDS = values();

      private final int number;

      Kind(int number) {
        this.number = number;
      }

      /** The number on the wire. */
      public int number() {
        return number;
      }

      /**
       * The kind of a number on the wire.
       *
       * @throws IllegalArgumentException if no kind has that number
       */
      static Kind of(int number) {
        Limits.check("kind", number, 1, KINDS.length);
        return KINDS[number - 1];
      }
    }
  }

  /**
   * Answers {@link Request.Resize}.
   *
   * @param dataSize bytes of the data as they are now; 0 if there was no room for the least, and
   *     nothing has changed
   * @param clear whether the client is to clear what was added first, as there may be other users'
   *     bytes in it
   */
  record Resized(long dataSize, boolean clear) implements Reply {
    public Resized {
      Limits.checkNotNegative("dataSize", dataSize);
    }

    @Override
    public MessageType type() {
      return MessageType.RESIZED;
    }
  }
}
