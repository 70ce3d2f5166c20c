package io.plasmastore.protocol;

import io.plasmastore.ObjectId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a message may hold at most, in bytes unless the name says otherwise.
 *
 * <p>The limits are chosen so that every message within them fits into one frame: nothing has to be
 * split, and whoever reads knows beforehand how much memory a frame can cost.
 */
public final class Limits {
  /** The version of the protocol that this package speaks. */
  public static final int PROTOCOL_VERSION = 3;

  /** The FlatBuffers table of a frame. */
  public static final int MAX_TABLE = 1 << 20;

  /** A whole frame: header and table. */
  public static final int MAX_FRAME = FrameHeader.LENGTH + MAX_TABLE;

  /** The metadata of an object. */
  public static final int MAX_METADATA = 64 << 10;

  /** The bytes of an object that travel inside a message: {@link Request.CreateAndSeal}. */
  public static final int MAX_INLINE_DATA = 64 << 10;

  /** The name of an object, in UTF-8. */
  public static final int MAX_NAME = ObjectId.MAX_NAME_SIZE;

  /** The name of a client, in UTF-8. */
  public static final int MAX_CLIENT_NAME = 255;

  /** The text of a {@link Reply.Failure}, in UTF-8. */
  public static final int MAX_FAILURE_TEXT = 4096;

  /** How many ids, or objects of a {@link Request.CreateAndSealAll}, one request may hold. */
  public static final int MAX_IDS_PER_REQUEST = 4096;

  /**
   * The {@linkplain #batchCost costs} of all objects of one {@link Request.CreateAndSealAll}
   * together.
   */
  public static final int MAX_BATCH = MAX_TABLE - BatchLayout.MAX_FIXED_SIZE;

  /** How many lanes one client may have open. */
  public static final int MAX_LANES_PER_CLIENT = 1024;

  /** How many lanes of one user may be open that have not said who they are. */
  public static final int MAX_LANES_IN_HANDSHAKE = 1024;

  /** The bytes of replies that all clients of one user together may leave unread. */
  public static final int MAX_UNREAD_PER_USER = 64 << 20;

  /** How long a lane has, in milliseconds, to say who it is. */
  public static final int MAX_HANDSHAKE_MILLIS = 10_000;

  /** How many objects one {@link Reply.Listed} may hold. */
  public static final int MAX_OBJECTS_PER_LISTING = 1024;

  /** How many clients one {@link Reply.ClientsListed} may hold. */
  public static final int MAX_CLIENTS_PER_LISTING = 1024;

  /** How many clients one {@link Reply.HoldersListed} may hold. */
  public static final int MAX_HOLDERS_PER_LISTING = 4096;

  /** The memory of one {@link Request.SharePages}. */
  public static final int MAX_SHARED_SIZE = 16 << 20;

  /** How many {@link Request.SharePages} one client may have that it did not take back. */
  public static final int MAX_SHARED_PER_CLIENT = 1024;

  private Limits() {}

  /**
   * What an object takes of a {@link Request.CreateAndSealAll}, in bytes. Objects whose costs add
   * up to {@link #MAX_BATCH} or less fit into one, as long as each keeps its own limits.
   *
   * @param dataSize bytes of the data
   * @param metadataSize bytes of the metadata
   * @param nameSize bytes of the name in UTF-8; 0 without one
   */
  public static long batchCost(long dataSize, int metadataSize, int nameSize) {
    return BatchLayout.OBJECT_SIZE + dataSize + metadataSize + nameSize;
  }

  static void check(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(what + "=" + value + " min=" + min + " max=" + max);
    }
  }

  static void checkNotNegative(String what, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + "=" + value + " min=0");
    }
  }

  /** An object's name: absent, or 1 to {@link #MAX_NAME} bytes of UTF-8. */
  static void checkName(@Nullable String name) {
    if (name != null) {
      check("nameLength", utf8Length("name", name), 1, MAX_NAME);
    }
  }

  /** A client's name: 0 to {@link #MAX_CLIENT_NAME} bytes of UTF-8. */
  static void checkClientName(String what, String name) {
    check(what + "Length", utf8Length(what, name), 0, MAX_CLIENT_NAME);
  }

  /** The ids of a request, within {@link #MAX_IDS_PER_REQUEST}, for the request to keep. */
  static List<ObjectId> copyOfIds(List<ObjectId> ids) {
    check("ids", ids.size(), 0, MAX_IDS_PER_REQUEST);
    return List.copyOf(ids);
  }

  /**
   * The length of a text in UTF-8. A text with half a surrogate pair has none: it is refused, since
   * an encoder would silently turn it into another text.
   */
  static int utf8Length(String what, String text) {
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (unit < 0x80) {
        length += 1;
      } else if (unit < 0x800) {
        length += 2;
      } else if (!Character.isSurrogate(unit)) {
        length += 3;
      } else if (Character.isHighSurrogate(unit)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        length += 4;
        i++;
      } else {
        throw new IllegalArgumentException(what + " has half a surrogate pair: index=" + i);
      }
    }
    return length;
  }
}
