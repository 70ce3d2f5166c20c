package io.plasmastore.store;

import io.plasmastore.memory.ClientPage;
import io.plasmastore.memory.MappedFile;
import io.plasmastore.protocol.SessionToken;
import java.util.BitSet;

/**
 * One client process, from its first lane to its last: its page, and the objects that it is
 * writing. The core's, on the event loop.
 */
final class Session {
  private final int number;
  private final long pid;
  private final String name;
  private final SessionToken token;
  private final MappedFile pageFile;
  private final ClientPage page;
  private final BitSet writing = new BitSet();

  Session(
      int number, long pid, String name, SessionToken token, MappedFile pageFile, int maxSlots) {
    this.number = number;
    this.pid = pid;
    this.name = name;
    this.token = token;
    this.pageFile = pageFile;
    this.page = new ClientPage(pageFile.segment(), maxSlots);
  }

  int number() {
    return number;
  }

  SessionToken token() {
    return token;
  }

  MappedFile pageFile() {
    return pageFile;
  }

  ClientPage page() {
    return page;
  }

  /** The slots of the objects that this client has created and neither sealed nor aborted. */
  BitSet writing() {
    return writing;
  }

  @Override
  public String toString() {
    return "client=" + number + " pid=" + pid + " name=" + name;
  }
}
