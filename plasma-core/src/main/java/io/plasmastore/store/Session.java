package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.ClientPage;
import io.plasmastore.memory.MappedFile;
import io.plasmastore.memory.ProcessStart;
import io.plasmastore.protocol.Access;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.SessionToken;

/**
 * One client process, from its first lane to its last: its page, and the objects that it is
 * writing. The core's, on the event loop.
 */
final class Session {
  private final ClientPage.Owner owner;
  private final Access access;
  private final SessionToken token;
  private final MappedFile pageFile;
  private final ClientPage page;
  private final long quota;
  private final SlotSet writing = new SlotSet();
  private long marksTaken = -1;
  private boolean open = true;
  private boolean awaited;
  private long uid;
  private long usedBytes;
  private int objects;
  private long requests;
  private boolean goodbye;
  private int lanes;
  private int sharedFiles;

  /**
   * A session.
   *
   * @param uid its user, or {@link Reply.ClientsListed.Entry#UNKNOWN_UID} until it {@linkplain
   *     #cameBack comes back}
   * @param quota bytes of objects that this client may have created; 0 for no limit
   */
  Session(
      ClientPage.Owner owner,
      long uid,
      Access access,
      MappedFile pageFile,
      int maxSlots,
      long quota) {
    this.owner = owner;
    this.uid = uid;
    this.access = access;
    this.token = new SessionToken(owner.tokenFirst(), owner.tokenSecond());
    this.pageFile = pageFile;
    this.page = new ClientPage(pageFile.segment(), maxSlots);
    this.quota = quota;
  }

  ClientPage.Owner owner() {
    return owner;
  }

  int number() {
    return owner.client();
  }

  /** Its user, or {@link Reply.ClientsListed.Entry#UNKNOWN_UID}. */
  long uid() {
    return uid;
  }

  Access access() {
    return access;
  }

  SessionToken token() {
    return token;
  }

  MappedFile pageFile() {
    return pageFile;
  }

  /** The client's page; only while {@link #isOpen}. */
  ClientPage page() {
    return page;
  }

  /** The slots of the objects that this client has created and neither sealed nor aborted. */
  SlotSet writing() {
    return writing;
  }

  /** Whether it has marked seals since this was asked last; only while {@link #isOpen}. */
  boolean takeMarks() {
    long marked = page.marked();
    boolean any = marked != marksTaken;
    marksTaken = marked;
    return any;
  }

  /** Bytes of the heap that objects take which this client has created. */
  long usedBytes() {
    return usedBytes;
  }

  /** How many objects there are that this client has created. */
  int objects() {
    return objects;
  }

  /** There is one more object of this client's. */
  void owns(long bytes) {
    usedBytes += bytes;
    objects++;
  }

  /** One of this client's objects takes so many bytes more, or less. */
  void resized(long bytes) {
    usedBytes += bytes;
  }

  /** Bytes that are left of this client's quota. */
  long quotaLeft() {
    return quota > 0 ? Math.max(0, quota - usedBytes) : Long.MAX_VALUE;
  }

  /** There is one less. */
  void disowns(long bytes) {
    usedBytes -= bytes;
    objects--;
  }

  /** What {@link #usedBytes} may come to; 0 for no limit. */
  long quota() {
    return quota;
  }

  /** This client asked for something. */
  void countRequest() {
    requests++;
  }

  long requests() {
    return requests;
  }

  /**
   * Refuses what is over this client's quota.
   *
   * @throws PlasmaException LIMIT_EXCEEDED with the numbers
   */
  void checkQuota(long wanted) {
    if (quota > 0 && wanted > quota - usedBytes) {
      throw new PlasmaException(
          ErrorCode.LIMIT_EXCEEDED,
          "client quota exceeded: wanted=" + wanted + " used=" + usedBytes + " quota=" + quota);
    }
  }

  /** The client is about to close: it will not count as lost. */
  void sayGoodbye() {
    goodbye = true;
  }

  boolean hasSaidGoodbye() {
    return goodbye;
  }

  int lanes() {
    return lanes;
  }

  void setLanes(int lanes) {
    this.lanes = lanes;
  }

  /** How many claims it has on {@link SharedFile}s. */
  int sharedFiles() {
    return sharedFiles;
  }

  void setSharedFiles(int count) {
    sharedFiles = count;
  }

  boolean isOpen() {
    return open;
  }

  /** Unmaps and removes the page. */
  void close() {
    open = false;
    pageFile.close();
  }

  /** Whether this is the session of a dead store's client that has not come back yet. */
  boolean isAwaited() {
    return awaited;
  }

  /** From now on it is one that may come back. */
  void await() {
    awaited = true;
  }

  /** A process of this user shows the token of this session, which is then no longer awaited. */
  void cameBack(long uid) {
    awaited = false;
    this.uid = uid;
  }

  /**
   * Whether a user may open lanes of this session: its own may, unless a store took over that was
   * told otherwise of who is a guest.
   */
  boolean admits(long uid, Access now) {
    boolean own = this.uid == uid || this.uid == Reply.ClientsListed.Entry.UNKNOWN_UID;
    return own && (now == Access.GUEST) == (access == Access.GUEST);
  }

  /** Whether the process that this session belongs to still runs. */
  boolean isProcessAlive() {
    return ProcessStart.isAlive(owner.pid(), owner.processStartMillis());
  }

  @Override
  public String toString() {
    return owner.toString();
  }
}
