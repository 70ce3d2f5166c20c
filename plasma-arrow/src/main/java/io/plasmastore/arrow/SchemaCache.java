package io.plasmastore.arrow;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Parsed schemas by the bytes that they were parsed from. Parsing one costs as much as the rest of
 * a get several times over, and the objects of an application have few schemas.
 *
 * <p>Bounded: a slot holds one schema, and a new one replaces what was in its slot; all together
 * are of at most 16 MB of metadata. Thread-safe without locks: entries are immutable, and losing a
 * race costs parsing once more. A schema that names an extension type is parsed again when that
 * type has been registered since, or no more is.
 */
final class SchemaCache {
  private static final int SLOTS = 256;
  private static final int HASHED_WORDS = 32;
  // Greater schemas are parsed each time, so as not to hold much for one.
  private static final long MAX_SIZE = 1 << 20;
  private static final long MAX_TOTAL_SIZE = 16 << 20;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private record Entry(long hash, MemorySegment metadata, StreamSchema schema) {}

  private record Selection(StreamSchema whole, Columns columns, StreamSchema schema) {
    @SuppressWarnings("ReferenceEquality") // quicker; an equal one is selected from again
    boolean isOf(StreamSchema other, Columns wanted) {
      return whole == other && columns.equals(wanted);
    }
  }

  private final AtomicReferenceArray<@Nullable Entry> entries = new AtomicReferenceArray<>(SLOTS);
  private final AtomicLong totalSize = new AtomicLong();
  private final AtomicReferenceArray<@Nullable Selection> selections =
      new AtomicReferenceArray<>(SLOTS);
  private final KnownStreams streams = new KnownStreams();

  /**
   * The schema of a message, parsed or remembered.
   *
   * @param metadata the metadata of a schema message
   * @throws InvalidArrowDataException if it can't be read
   * @throws UnsupportedOperationException if a part of it is not supported
   */
  StreamSchema schema(MemorySegment metadata) {
    long hash = hash(metadata);
    int slot = (int) (hash >>> 32) & (SLOTS - 1);
    Entry entry = entries.get(slot);
    if (entry != null
        && entry.hash == hash
        && entry.metadata.mismatch(metadata) < 0
        && entry.schema.isCurrent()) {
      return entry.schema;
    }
    // From a copy: what is parsed twice must not change in between, whoever else has the memory.
    MemorySegment copy = MemorySegment.ofArray(metadata.toArray(ValueLayout.JAVA_BYTE));
    StreamSchema schema = StreamSchema.parse(copy.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
    if (copy.byteSize() <= MAX_SIZE) {
      keep(slot, new Entry(hash, copy.asReadOnly(), schema));
    }
    return schema;
  }

  /** Whole streams of these schemas, by their metadata. */
  KnownStreams streams() {
    return streams;
  }

  /** Bytes of metadata that are kept. */
  long totalSize() {
    return totalSize.get();
  }

  private void keep(int slot, Entry entry) {
    long total = totalSize.addAndGet(entry.metadata.byteSize());
    drop(entries.getAndSet(slot, entry));
    for (int i = 1; i < SLOTS && total > MAX_TOTAL_SIZE; i++) {
      drop(entries.getAndSet((slot + i) % SLOTS, null));
      total = totalSize.get();
    }
  }

  private void drop(@Nullable Entry entry) {
    if (entry != null) {
      totalSize.addAndGet(-entry.metadata.byteSize());
    }
  }

  /**
   * Some columns of a schema, found or remembered.
   *
   * @param whole the schema, as {@link #schema} gives it
   * @param columns which, or null for all
   * @throws IllegalArgumentException if there is no such column, or more than one
   */
  StreamSchema select(StreamSchema whole, @Nullable Columns columns) {
    if (columns == null) {
      return whole;
    }
    int hash = 31 * System.identityHashCode(whole) + columns.hashCode();
    int slot = (hash ^ hash >>> 16) & (SLOTS - 1);
    Selection selection = selections.get(slot);
    if (selection != null && selection.isOf(whole, columns)) {
      return selection.schema;
    }
    StreamSchema schema = whole.select(columns);
    selections.set(slot, new Selection(whole, columns, schema));
    return schema;
  }

  /**
   * Of some words alone, so that it costs the same for any schema; the last ones are among them.
   * Equality is decided by all bytes.
   */
  private static long hash(MemorySegment metadata) {
    long size = metadata.byteSize();
    long hash = size;
    long step = Math.max(1, size / Long.BYTES / HASHED_WORDS) * Long.BYTES;
    for (long i = size - Long.BYTES; i >= 0; i -= step) {
      hash = (hash ^ metadata.get(LONG, i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return hash;
  }
}
