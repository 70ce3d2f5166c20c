package io.plasmastore.memory;

import java.lang.invoke.VarHandle;

/**
 * How a reader takes hold of an object without asking, while the store may be about to delete it.
 * It is Dekker's handshake: each side first says what it wants and then looks at what the other
 * said, with a full fence between, so that they can't both miss each other.
 *
 * <pre>
 *  reader                                          store
 *  1  word := the slot's word, SEALED             1  the slot's word := RETIRING
 *  2  pins[slot] += 1 in its own page             2  full fence
 *  3  full fence                                  3  read pins[slot] in every page
 *  4  the slot's word is the same?  pinned        4  all zero?  free it, generation += 1
 *     else unpin                                     else wait until the last unpin
 *
 *  unpin:  pins[slot] −= 1;  full fence;  if that made zero and the slot is retiring, tell the store
 * </pre>
 *
 * <p>Forbidden, and shown never to happen by the jcstress tests: the reader believes that it has
 * pinned and the store frees the extent; the store sees a pin, waits, and nobody tells it of the
 * unpin. The undo in step 4 is an unpin like any other, since the store may have seen that short
 * pin and put off a delete for it.
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
    // Store-load order: the pin must be visible before the word is read again.
    VarHandle.fullFence();
    return index.word(slot) == word && SlotState.state(word) == SlotState.SEALED;
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
    // Store-load order: the store either sees this unpin when it looks at the pages, or has set
    // RETIRING before we look.
    VarHandle.fullFence();
    return left == 0 && SlotState.state(index.word(slot)) == SlotState.RETIRING;
  }
}
