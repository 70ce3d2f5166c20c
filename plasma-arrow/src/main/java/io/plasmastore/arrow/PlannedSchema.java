package io.plasmastore.arrow;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A schema that is checked and encoded, with the metadata of the last batch that was written of it:
 * who puts or sends one dataframe after the other has both again, while the counts of the batches
 * are the same. For any thread.
 */
final class PlannedSchema {
  private static final int SLOTS = 64;

  /** What is larger is encoded each time, so as not to hold much for one. */
  private static final int MAX_SIZE = 64 << 10;

  /**
   * By the identity of the vectors' schema, of which there are few, and which does not change. Not
   * those with dictionaries, whose types are their provider's to say.
   */
  private static final AtomicReferenceArray<@Nullable PlannedSchema> KNOWN =
      new AtomicReferenceArray<>(SLOTS);

  private final WeakReference<Schema> vectors;
  private final MessageSchema messages;
  private final ByteBuffer metadata;
  private volatile @Nullable EncodedBatch last;

  /** The metadata of a batch, and all numbers in it. */
  private record EncodedBatch(long[] numbers, ByteBuffer metadata) {}

  private PlannedSchema(Schema vectors, MessageSchema messages) {
    this.vectors = new WeakReference<>(vectors);
    this.messages = messages;
    this.metadata = MessageEncoder.schema(messages.schema());
  }

  /**
   * Converts the schema of vectors, or remembers it.
   *
   * @throws UnsupportedOperationException as {@link MessageSchema#of}
   * @throws IllegalArgumentException as {@link MessageSchema#of}
   */
  static PlannedSchema of(Schema vectors, DictionaryProvider provider) {
    int slot = System.identityHashCode(vectors) & (SLOTS - 1);
    PlannedSchema known = KNOWN.get(slot);
    if (known != null && known.vectors.refersTo(vectors)) {
      return known;
    }
    PlannedSchema planned = of(vectors, MessageSchema.of(vectors, provider));
    if (planned.messages.dictionaries().isEmpty() && planned.metadata.remaining() <= MAX_SIZE) {
      KNOWN.set(slot, planned);
    }
    return planned;
  }

  /** A schema that was converted already. */
  static PlannedSchema of(Schema vectors, MessageSchema messages) {
    return new PlannedSchema(vectors, messages);
  }

  /** The schema as a stream states it. */
  MessageSchema messages() {
    return messages;
  }

  /** The message that states it. */
  PlannedMessage message() {
    return new PlannedMessage(metadata, null);
  }

  /** The message of a batch of it. */
  PlannedMessage message(BatchPlan batch) {
    long[] numbers = batch.numbers();
    EncodedBatch before = last;
    if (before != null && Arrays.equals(before.numbers, numbers)) {
      return new PlannedMessage(before.metadata, batch);
    }
    ByteBuffer encoded = MessageEncoder.recordBatch(batch);
    if (encoded.remaining() <= MAX_SIZE) {
      last = new EncodedBatch(numbers, encoded);
    }
    return new PlannedMessage(encoded, batch);
  }
}
