package io.plasmastore.store;

import io.plasmastore.memory.NamelessFile;
import java.util.HashMap;
import java.util.Map;

/**
 * Memory beside the heap that sessions of one user share. Its descriptor is open as long as a
 * session wants it or it is being handed over. On the event loop.
 */
final class SharedFile {
  private final NamelessFile file;
  private final long uid;
  private final Map<Session, Integer> sharers = new HashMap<>();
  private int references = 1;

  SharedFile(NamelessFile file, long uid) {
    this.file = file;
    this.uid = uid;
  }

  long size() {
    return file.size();
  }

  /** Whose processes may have it. */
  long uid() {
    return uid;
  }

  int descriptor() {
    return file.descriptor();
  }

  /** The sessions that asked for it more often than they dropped it, and how much more often. */
  Map<Session, Integer> sharers() {
    return sharers;
  }

  void retain() {
    references++;
  }

  void release() {
    references--;
    if (references == 0) {
      file.close();
    }
  }
}
