package io.plasmastore.memory;

/**
 * How a reader takes hold of an object without asking, while the store may be about to delete it.
 * It is Dekker's handshake: each side first says what it wants and then looks at what the other
 * said, and nothing lets the second overtake the first, so that they can't both miss each other.
 *
 * <pre>
 *  reader                                          store
 *  1  word := the slot's word, SEALED             1  the slot's word := RETIRING
 *  2  pins[slot] += 1 in its own page             2  full fence
 *  3  the slot's word is the same?  pinned        3  read pins[slot] in every page
 *     else unpin                                  4  all zero?  free it, generation += 1
 *                                                    else wait until the last unpin
 *
 *  unpin:  pins[slot] −= 1;  if that made zero and the slot is retiring, tell the store
 * </pre>
 *
 * <p>The reader's two steps are volatile accesses, an atomic add and a read: the Java memory model
 * has one order of all volatile accesses that agrees with each thread's own, and the machines keep
 * it (on x86 the add is a full fence; on aarch64 it is a store-release, which a load-acquire does
 * not overtake). A full fence between them is not needed, and cost a fifth of a get. The store's
 * steps 1 and 3 are volatile too; its fence keeps the changes of the table before the reads as
 * well.
 *
 * <p>To move an object, or to drop it only if nobody holds it, the store sets HIDDEN in place of
 * RETIRING, and decides at once: it never waits for an unpin, so nobody tells it of one. If all
 * pins are zero it may write another offset, and then the word of the next generation, SEALED. A
 * reader that took the new offset along with the old word has read it after the store set HIDDEN,
 * and so finds another word in its step 3, as it does when the slot was re-used; one that took the
 * old offset either is seen or finds another word too. After a pin that holds, the offset does not
 * change any more, nor do the sizes of what is SEALED: a get reads them then.
 *
 * <p>An object with a {@linkplain SealMarks seal mark} is pinned while its slot still says CREATED.
 * In step 3 the word must then be the same, or SEALED in the same generation, since the store never
 * gives up what is marked: it comes from CREATED to RETIRING or HIDDEN by way of SEALED alone, and
 * so each of these is written after the word that the reader has found.
 *
 * <p>Forbidden, and shown never to happen by the jcstress tests: the reader believes that it has
 * pinned and the store frees the extent, or has moved the object elsewhere; the store sees a pin,
 * waits, and nobody tells it of the unpin. The undo in step 3 is an unpin like any other, since the
 * store may have seen that short pin and put off a delete for it.
 */
public final class PinProtocol {
  private PinProtocol() {}

  /**
   * Tries to pin what a slot's word said.
   *
   * @param index where the slot is
   * @param page the client's own
   * @param slot the slot
   * @param word what {@link ObjectIndex#word} gave before its fields were read
   * @return true if the object of that word is pinned; false if it is not, and the caller must then
   *     {@link #unpin}
   */
  public static boolean pin(ObjectIndex index, ClientPage page, int slot, long word) {
    page.pin(slot);
    // Volatile as the add is: the pin must be visible before the word is read again.
    return index.wordVolatile(slot) == word && SlotState.state(word) == SlotState.SEALED;
  }

  /**
   * Tries to pin an object that is marked as sealed.
   *
   * @param index where the slot is
   * @param page the client's own
   * @param slot the slot
   * @param word what {@link ObjectIndex#word} gave before the mark and the fields were read,
   *     CREATED
   * @return true if the object of that word is pinned; false if it is not, and the caller must then
   *     {@link #unpin}
   */
  public static boolean pinMarked(ObjectIndex index, ClientPage page, int slot, long word) {
    page.pin(slot);
    long now = index.wordVolatile(slot);
    return now == word || now == SlotState.word(SlotState.generation(word), SlotState.SEALED);
  }

  /**
   * Takes a pin away.
   *
   * @param index where the slot is
   * @param page the client's own
   * @param slot the slot
   * @return true if the store may be waiting for this, and is to be told
   */
  public static boolean unpin(ObjectIndex index, ClientPage page, int slot) {
    int left = page.unpin(slot);
    // Volatile as the add is: the store either sees this unpin when it looks at the pages, or has
    // set RETIRING before we look.
    return left == 0 && SlotState.state(index.wordVolatile(slot)) == SlotState.RETIRING;
  }
}
