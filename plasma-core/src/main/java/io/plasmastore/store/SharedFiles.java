package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.DirectoryLayout;
import io.plasmastore.memory.NamelessFile;
import io.plasmastore.os.NativeCallException;
import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.Request;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The memory that clients share with each other beside the heap, by its tokens. The store makes it
 * and hands it over, and never looks into it. It counts against a limit of its own, not against the
 * capacity or a client's quota. The core's, on the event loop.
 */
final class SharedFiles {
  /** All shared memory together is at most the capacity divided by this. */
  private static final int PART_OF_CAPACITY = 8;

  private final StoreDirectory directory;
  private final long limit;
  private final Map<ObjectId, SharedFile> byToken = new HashMap<>();
  private long bytes;

  /** None yet, beside a heap of that capacity. */
  SharedFiles(StoreDirectory directory, long capacity) {
    this.directory = directory;
    this.limit = capacity / PART_OF_CAPACITY;
  }

  /** Bytes of all that a session wants. */
  long bytes() {
    return bytes;
  }

  /**
   * Makes a session one of those that share the memory of a token, which is made if there is none.
   *
   * @throws PlasmaException ACCESS_DENIED if it is another user's; OBJECT_EXISTS if it is of
   *     another size; LIMIT_EXCEEDED or STORE_FULL with the numbers
   */
  void share(Session session, Request.SharePages request) {
    SharedFile file = byToken.get(request.token());
    if (file != null && file.uid() != session.uid()) {
      throw new PlasmaException(
          ErrorCode.ACCESS_DENIED, "the shared pages of this token are another user's");
    }
    if (file != null && file.size() != request.size()) {
      throw new PlasmaException(
          ErrorCode.OBJECT_EXISTS,
          "the shared pages have another size: wanted=" + request.size() + " found=" + file.size());
    }
    if (session.sharedFiles() >= Limits.MAX_SHARED_PER_CLIENT) {
      throw new PlasmaException(
          ErrorCode.LIMIT_EXCEEDED,
          "too many shared pages: " + session + " max=" + Limits.MAX_SHARED_PER_CLIENT);
    }
    if (file == null) {
      file = create(session, request);
    }
    file.sharers().merge(session, 1, Integer::sum);
    session.setSharedFiles(session.sharedFiles() + 1);
  }

  /** What a token's memory is, held until it is released. */
  SharedFile retained(ObjectId token) {
    SharedFile file = Objects.requireNonNull(byToken.get(token));
    file.retain();
    return file;
  }

  /** A session needs it once less; without effect if it does not have it. */
  void drop(Session session, ObjectId token) {
    SharedFile file = byToken.get(token);
    if (file != null && leave(session, file, 1)) {
      byToken.remove(token);
    }
  }

  /** A session is gone. O(all shared pages), if it had any. */
  void dropAll(Session session) {
    if (session.sharedFiles() > 0) {
      byToken.values().removeIf(file -> leave(session, file, Integer.MAX_VALUE));
    }
  }

  /** Takes a session's claims away, at most so many; returns whether they were the last. */
  private boolean leave(Session session, SharedFile file, int most) {
    int claims = file.sharers().getOrDefault(session, 0);
    if (claims == 0) {
      return false;
    }
    int left = Math.max(0, claims - most);
    session.setSharedFiles(session.sharedFiles() - (claims - left));
    if (left > 0) {
      file.sharers().put(session, left);
    } else {
      file.sharers().remove(session);
    }
    if (!file.sharers().isEmpty()) {
      return false;
    }
    bytes -= file.size();
    file.release();
    return true;
  }

  private SharedFile create(Session session, Request.SharePages request) {
    if (request.size() > limit - bytes) {
      throw new PlasmaException(ErrorCode.LIMIT_EXCEEDED, noRoom(request.size(), null));
    }
    try {
      NamelessFile made =
          NamelessFile.create(directory.file(DirectoryLayout.SHARED), request.size());
      SharedFile file = new SharedFile(made, session.uid());
      byToken.put(request.token(), file);
      bytes += request.size();
      return file;
    } catch (NativeCallException e) {
      throw new PlasmaException(ErrorCode.STORE_FULL, noRoom(request.size(), e), e);
    } catch (IOException e) {
      throw new PlasmaException(
          ErrorCode.INTERNAL_ERROR, "shared pages can't be made: reason=" + e, e);
    }
  }

  private String noRoom(long wanted, @Nullable NativeCallException reason) {
    return "no room for shared pages: wanted=%d used=%d limit=%d%s"
        .formatted(
            wanted,
            bytes,
            limit,
            reason == null ? "" : "; the mount has no more room: " + reason.getMessage());
  }
}
