package io.plasmastore;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one id that one client is writing, the first create's and {@linkplain
 * ObjectWriter#another others}, with what they were created with besides their size. The first that
 * is sealed is the object. From any thread.
 */
final class WriterFamily {
  private final byte[] metadata;
  private final boolean keep;
  private final List<ObjectWriter> members = new ArrayList<>(1);
  private @Nullable ObjectWriter sealed;

  WriterFamily(byte[] metadata, boolean keep) {
    this.metadata = metadata;
    this.keep = keep;
  }

  byte[] metadata() {
    return metadata;
  }

  boolean keep() {
    return keep;
  }

  synchronized void add(ObjectWriter member) {
    members.add(member);
  }

  /** All of them, the oldest first. */
  synchronized List<ObjectWriter> members() {
    return List.copyOf(members);
  }

  /**
   * One of them is about to be sealed: no other can be any more.
   *
   * @throws PlasmaException OBJECT_NOT_FOUND if another is: this one is undone
   */
  synchronized void choose(ObjectWriter member) {
    if (sealed != null && sealed != member) {
      throw new PlasmaException(
          ErrorCode.OBJECT_NOT_FOUND, "another object of this id was sealed: id=" + member.id());
    }
    sealed = member;
  }

  /** It was not sealed after all. */
  synchronized void giveUp() {
    sealed = null;
  }
}
