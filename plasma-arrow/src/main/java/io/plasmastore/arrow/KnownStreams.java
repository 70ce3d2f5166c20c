package io.plasmastore.arrow;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What was found in streams of one batch, by the bytes that it was found in. Dataframes that follow
 * one another, as messages do and batches of one length, have the same metadata to the byte: to
 * compare a kilobyte takes a small part of what it takes to parse and check it.
 *
 * <p>What is kept was parsed from a private copy, for a stream of exactly that size, so that who
 * can write a stream's memory gains nothing by changing it while it is read: the offsets that are
 * used are those that were checked, whatever the memory says by then.
 *
 * <p>Bounded: a slot for streams of some sizes keeps one, of at most 32 KB of metadata. A stream is
 * kept when one of its size comes for the second time in a row, so that streams that are all
 * different cost no more than before. For any thread.
 */
final class KnownStreams {
  private static final int SLOTS = 64;

  /** What is left of a hash of 64 bits is the number of a slot. */
  private static final int SLOT_SHIFT = Long.numberOfLeadingZeros(SLOTS - 1);

  /** More metadata takes long to compare, too, and is seldom the same. */
  static final long MAX_HEAD_SIZE = 32 << 10;

  /**
   * A stream without dictionaries and compression.
   *
   * @param head its bytes up to the body, a private copy
   * @param size of the stream
   * @param schemaMetadataOffset where the schema's metadata stand in the head
   * @param schemaMetadataSize of these, in bytes
   * @param schema parsed
   * @param batch where the only batch lies
   * @param buffers all of the batch
   */
  record Known(
      MemorySegment head,
      long size,
      long schemaMetadataOffset,
      int schemaMetadataSize,
      StreamSchema schema,
      StreamIndex.BatchPosition batch,
      BatchBuffers buffers) {
    private boolean isIn(MemorySegment data) {
      long headSize = head.byteSize();
      return data.byteSize() == size
          && MemorySegment.mismatch(data, 0, headSize, head, 0, headSize) < 0
          && endsBehind(data, batch)
          && schema.isCurrent();
    }
  }

  private final AtomicReferenceArray<@Nullable Known> known = new AtomicReferenceArray<>(SLOTS);

  /** The size of the last stream that was not known. */
  private final AtomicLongArray missed = new AtomicLongArray(SLOTS);

  /** What was found in the same bytes, or null. */
  @Nullable Known find(MemorySegment data) {
    Known found = known.get(slot(data.byteSize()));
    return found != null && found.isIn(data) ? found : null;
  }

  /** Whether a stream that was not known is to be kept. */
  boolean isWanted(long size) {
    // A race costs one more look at a stream.
    int slot = slot(size);
    boolean again = missed.get(slot) == size;
    missed.set(slot, size);
    return again;
  }

  void keep(Known stream) {
    known.set(slot(stream.size), stream);
  }

  /** Whether nothing but a well-formed end follows a batch. */
  static boolean endsBehind(MemorySegment data, StreamIndex.BatchPosition batch) {
    long rest = data.byteSize() - batch.endOffset();
    return rest == 0
        || (rest >= StreamLayout.END_SIZE
            && data.get(StreamLayout.INT, batch.endOffset()) == StreamLayout.CONTINUATION
            && data.get(StreamLayout.INT, batch.endOffset() + StreamLayout.METADATA_SIZE_OFFSET)
                == 0);
  }

  private static int slot(long size) {
    // Sizes are multiples of 64 and an end mark of 8.
    return (int) (((size >>> 3) * 0x9E3779B97F4A7C15L) >>> SLOT_SHIFT);
  }
}
