package io.plasmastore.arrow;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which dictionary batches make up the dictionaries of a stream. A stream may append to a
 * dictionary between two record batches (a delta), or replace it. What is appended leaves the
 * indices valid that refer to the values before; so a dictionary with all that was ever appended to
 * it serves all record batches up to the one before which it is replaced.
 */
final class DictionaryIndex {
  /**
   * The values of a dictionary, up to where it is replaced.
   *
   * @param id of the dictionary
   * @param firstBatch number of the first record batch that they are for
   * @param parts the batches that the values are in, one behind the other
   */
  record Values(long id, int firstBatch, List<StreamIndex.BatchPosition> parts) {
    /** How many values there are. */
    long count() {
      return parts.stream().mapToLong(StreamIndex.BatchPosition::rowCount).sum();
    }
  }

  private final Map<Long, List<Values>> values = new HashMap<>();
  private final List<StreamIndex.BatchPosition> positions = new ArrayList<>();
  private boolean replaced;

  /**
   * Adds the next batch of a dictionary.
   *
   * @param delta whether it appends to the values that there are
   * @param batchCount record batches that come before it
   * @throws InvalidArrowDataException if it appends to a dictionary that is not there
   */
  void add(long id, boolean delta, StreamIndex.BatchPosition position, int batchCount) {
    positions.add(position);
    List<Values> all = values.computeIfAbsent(id, ignored -> new ArrayList<>(1));
    if (delta) {
      if (all.isEmpty()) {
        throw new InvalidArrowDataException(
            "values are appended to a dictionary that is not there: dictionary="
                + id
                + " offset="
                + position.metadataOffset());
      }
      all.getLast().parts().add(position);
      return;
    }
    if (!all.isEmpty() && all.getLast().firstBatch() == batchCount) {
      // No record batch came in between to refer to the values before.
      all.removeLast();
    }
    List<StreamIndex.BatchPosition> parts = new ArrayList<>(1);
    parts.add(position);
    all.add(new Values(id, batchCount, parts));
    replaced |= all.size() > 1;
  }

  /** The batches of all dictionaries, in the order of the stream. */
  List<StreamIndex.BatchPosition> positions() {
    return Collections.unmodifiableList(positions);
  }

  /** All values of all dictionaries. */
  List<Values> all() {
    return values.values().stream().flatMap(List::stream).toList();
  }

  /** Whether any dictionary is replaced between record batches. */
  boolean isAnyReplaced() {
    return replaced;
  }

  /** Whether a dictionary is replaced between record batches. */
  boolean isReplaced(long id) {
    return values.getOrDefault(id, List.of()).size() > 1;
  }

  /**
   * The values of a dictionary that a record batch refers to; null if the stream has none of that
   * id.
   */
  @Nullable Values at(long id, int batch) {
    Values found = null;
    for (Values next : values.getOrDefault(id, List.of())) {
      if (found == null || next.firstBatch() <= batch) {
        found = next;
      }
    }
    return found;
  }
}
