package io.plasmastore.arrow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.util.ByteFunctionHelpers;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * The dictionaries of a reader, followed from batch to batch, and what of them is to be written. A
 * dictionary of texts or numbers that only grows is written once, with all of its values, before
 * the first batch that refers to it: what is read back then lies in one piece. One that changes
 * otherwise is written again, and with it those whose values refer to other dictionaries.
 *
 * <p>Where each batch is written before the next is read, what was written stays: one that has
 * grown is written again.
 *
 * <p>Holds the memory of the dictionaries until it is closed.
 */
final class DictionaryHistory implements AutoCloseable {
  /**
   * What was last planned of a dictionary, and the messages that it is among.
   *
   * @param messages by dictionary id, in the order to write them
   */
  private record Current(Map<Long, BatchPlan> messages, BatchPlan plan) {}

  private final Map<Long, ColumnLayout> layouts;
  private final boolean writtenAtOnce;
  private final Map<Long, Current> current = new HashMap<>();
  private final List<BatchPlan> held = new ArrayList<>();

  /**
   * No dictionary as yet.
   *
   * @param layouts of the dictionaries by id, one that another refers to first
   * @param writtenAtOnce whether what {@link #follow} answers is written before it is called again
   */
  DictionaryHistory(Map<Long, ColumnLayout> layouts, boolean writtenAtOnce) {
    this.layouts = layouts;
    this.writtenAtOnce = writtenAtOnce;
  }

  /**
   * Takes the dictionaries as they are for a batch.
   *
   * @return those to write before the batch; unless they are written at once, later calls may still
   *     replace them by longer ones
   * @throws IllegalArgumentException if a dictionary is missing or its vectors do not fit together
   */
  Map<Long, BatchPlan> follow(DictionaryProvider provider) {
    Map<Long, BatchPlan> messages = new LinkedHashMap<>();
    boolean replaced = false;
    for (Map.Entry<Long, ColumnLayout> entry : layouts.entrySet()) {
      long id = entry.getKey();
      ColumnLayout layout = entry.getValue();
      BatchPlan plan = BatchPlan.of(vector(provider, id), layout);
      Current before = current.get(id);
      boolean affected = replaced && refersToOthers(layout);
      if (before == null) {
        write(id, plan, messages);
      } else if (affected) {
        replace(id, before, plan, messages);
      } else if (!before.plan.isOfSameMemory(plan)) {
        boolean extended = isExtended(before.plan, plan, layout);
        if (extended && !writtenAtOnce) {
          drop(before);
          write(id, plan, before.messages);
        } else if (!extended || plan.rowCount() > before.plan.rowCount()) {
          replace(id, before, plan, messages);
          replaced |= !extended;
        }
      }
    }
    return messages;
  }

  @Override
  public void close() {
    current.clear();
    held.forEach(BatchPlan::release);
    held.clear();
  }

  private static FieldVector vector(DictionaryProvider provider, long id) {
    Dictionary dictionary = provider.lookup(id);
    if (dictionary == null) {
      throw new IllegalArgumentException("a dictionary is gone: dictionary=" + id);
    }
    return dictionary.getVector();
  }

  private void replace(long id, Current before, BatchPlan plan, Map<Long, BatchPlan> messages) {
    if (writtenAtOnce) {
      drop(before);
    }
    write(id, plan, messages);
  }

  private void drop(Current before) {
    before.plan.release();
    held.remove(before.plan);
  }

  private void write(long id, BatchPlan plan, Map<Long, BatchPlan> messages) {
    plan.retain();
    held.add(plan);
    messages.put(id, plan);
    current.put(id, new Current(messages, plan));
  }

  /** Whether values start with the values before, as far as that is told by comparing bytes. */
  private static boolean isExtended(BatchPlan before, BatchPlan after, ColumnLayout layout) {
    int count = before.rowCount();
    if (count == 0) {
      return true;
    }
    if (count > after.rowCount()) {
      return false;
    }
    return switch (layout.kind()) {
      case FIXED ->
          startsWith(before, after, 0, count)
              && startsWith(before, after, 1, (long) count * layout.width());
      case VARIABLE ->
          startsWith(before, after, 0, count)
              && startsWith(before, after, 1, (count + 1L) * layout.width() * Byte.SIZE)
              && startsWith(before, after, 2, before.buffer(2).size() * Byte.SIZE);
      default -> false;
    };
  }

  /** Whether the first bits of two buffers are the same. */
  private static boolean startsWith(BatchPlan before, BatchPlan after, int buffer, long bitCount) {
    if (!(before.buffer(buffer) instanceof BodyBuffer.Copied one)
        || !(after.buffer(buffer) instanceof BodyBuffer.Copied two)) {
      return before.buffer(buffer).size() == 0 && after.buffer(buffer).size() == 0;
    }
    long size = bitCount / Byte.SIZE;
    int rest = (int) (bitCount % Byte.SIZE);
    if (two.size() < size + (rest == 0 ? 0 : 1)) {
      return false;
    }
    long first = one.start();
    long second = two.start();
    return ByteFunctionHelpers.equal(
                one.source(), first, first + size, two.source(), second, second + size)
            != 0
        && (rest == 0
            || ((one.source().getByte(first + size) ^ two.source().getByte(second + size))
                    & ((1 << rest) - 1))
                == 0);
  }

  private static boolean refersToOthers(ColumnLayout layout) {
    return layout.field().getDictionary() != null
        || layout.children().stream().anyMatch(DictionaryHistory::refersToOthers);
  }
}
