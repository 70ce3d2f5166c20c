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
 * number.
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
   * Answers {@link Request.Hello}. Behind its frame come the files of {@link Descriptor}, each to
   * be mapped in the length stated here.
   *
   * @param version the protocol version that the store speaks
   * @param token what further lanes of the session show
   * @param clientNumber the session's number, unique while the store lives
   * @param storePid the store's process id as it sees it
   * @param indexSize bytes of the index file
   * @param pageSize bytes of this client's page
   * @param heapSize bytes of the heap file
   * @param heapNumber which heap this client creates in, as the index counts heaps; 16 bits
   */
  record Welcome(
      int version,
      SessionToken token,
      int clientNumber,
      long storePid,
      long indexSize,
      long pageSize,
      long heapSize,
      int heapNumber)
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
   */
  record Created(int slot, long generation, long dataOffset) implements Reply {
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
   * Answers {@link Request.Contains} and {@link Request.Delete}.
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
        int holders) {
      public Entry {
        Limits.checkName(name);
        Limits.check("state", state, 0, 0xff);
        Limits.checkNotNegative("dataSize", dataSize);
        Limits.check("metadataSize", metadataSize, 0, Limits.MAX_METADATA);
        Limits.checkNotNegative("createdMillis", createdMillis);
        Limits.checkNotNegative("sealedMillis", sealedMillis);
        Limits.checkNotNegative("pins", pins);
        Limits.checkNotNegative("holders", holders);
      }
    }
  }
}
