package io.plasmastore.memory;

import io.plasmastore.ObjectId;
import io.plasmastore.memory.Findings.Rule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Where the objects lie in the heap, and what the counters say of that. */
final class ExtentCheck {
  private final IndexHeader header;
  private final SlotScan slots;
  private final Findings findings;

  ExtentCheck(IndexHeader header, SlotScan slots, Findings findings) {
    this.header = header;
    this.slots = slots;
    this.findings = findings;
  }

  /** No two overlap. */
  void checkPlaces() throws IOException {
    long end = 0;
    int last = -1;
    for (int slot : slots.byOffset()) {
      long from = slots.offset(slot);
      long to = from + slots.size(slot);
      if (from < end) {
        findings.fault(
            Rule.OVERLAP,
            "two objects overlap: offset=%d end=%d %s; %s",
            from,
            end,
            slots.what(last),
            slots.what(slot));
      }
      if (to > end) {
        end = to;
        last = slot;
      }
    }
  }

  /** Each name is one from which its id is made. O(named objects) reads of the heap. */
  void checkNames(FileBytes heap) throws IOException {
    for (int slot = 0; slot < slots.count(); slot++) {
      int size = slots.nameSize(slot);
      if (slots.size(slot) > 0 && size > 0 && !isNamed(heap, slot, size)) {
        findings.fault(Rule.NAME, "the name is not its id's: %s", slots.what(slot));
      }
    }
  }

  /** The gauges say what is there. Only of use where nothing changes meanwhile. */
  void checkCounters(boolean midStep) {
    long capacity = header.counter(Counter.CAPACITY);
    long used = header.counter(Counter.USED);
    long committed = header.counter(Counter.COMMITTED);
    long largest = header.counter(Counter.LARGEST_FREE);
    if (capacity != header.heapSize()) {
      findings.fault(
          Rule.COUNTERS, "capacity=%d, but the heap has %d bytes", capacity, header.heapSize());
    }
    if (committed < 0 || committed > header.heapSize()) {
      findings.fault(
          Rule.COUNTERS, "committed=%d, but the heap has %d bytes", committed, header.heapSize());
    }
    // Of a store that died between the two, used may be behind.
    long most = midStep ? capacity : capacity - used;
    if (largest < 0 || largest > most) {
      findings.fault(Rule.COUNTERS, "largest_free=%d, but no more than %d can be", largest, most);
    }
    long objects = (long) slots.count() - slots.count(SlotState.FREE);
    long bytes = slots.bytes();
    if (bytes > committed) {
      // Which bytes are committed only the store knows: a trim leaves holes.
      findings.passing(Rule.COUNTERS, "committed=%d, but objects take %d bytes", committed, bytes);
    }
    compare("objects", header.counter(Counter.OBJECTS), objects, midStep, 1);
    compare("used", used, bytes, midStep, hasSize(bytes - used) ? bytes - used : 0);
  }

  /**
   * Compares a gauge with what was counted. A store brings its gauges up to date after each object
   * that it makes, but only at the end of a step that frees many: where it died before that they
   * say too much, or too little by one object.
   */
  private void compare(String name, long said, long counted, boolean midStep, long oneObject) {
    if (midStep && (said > counted || (said < counted && counted - said == oneObject))) {
      findings.note(
          "it died before it brought a counter up to date: %s=%d counted=%d", name, said, counted);
    } else if (said != counted) {
      findings.fault(Rule.COUNTERS, "%s=%d, but there are %d", name, said, counted);
    }
  }

  private boolean isNamed(FileBytes heap, int slot, int size) throws IOException {
    byte[] utf8 = heap.bytes(slots.nameOffset(slot), size);
    try {
      String name = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      return ObjectId.named(name).equals(slots.id(slot));
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private boolean hasSize(long size) {
    for (int slot = 0; slot < slots.count(); slot++) {
      if (slots.size(slot) == size) {
        return true;
      }
    }
    return false;
  }
}
