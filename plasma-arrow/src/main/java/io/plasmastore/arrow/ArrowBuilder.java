package io.plasmastore.arrow;

import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A dataframe that is built inside the store: vectors filled through arrow-java's own methods lie
 * in the object from the first value on, and {@link #seal} writes metadata alone. Or batches that
 * lie elsewhere are {@linkplain #append appended}, each copied once, until it is sealed.
 *
 * <pre>{@code
 * try (ArrowBuilder builder = dataframes.build(id, schema, options)) {
 *   VectorSchemaRoot root = builder.root();
 *   BigIntVector time = (BigIntVector) root.getVector("time");
 *   time.allocateNew(rows);
 *   ...
 *   root.setRowCount(rows);
 *   builder.seal();
 * }
 * }</pre>
 *
 * <p><b>Room.</b> The object begins with the capacity of its {@link BuildOptions}, grows where it
 * lies as long as the memory behind it is free, and is else moved to a larger place at the end of a
 * batch; what does not fit until then lies in private memory. Room for both places must be there
 * for the move. What vectors leave that have grown is used again for others; if a batch is still
 * more than 1.3 times as long as what is read of it, it is copied together. What is not used behind
 * the last batch is given back. A capacity that suffices, and vectors that are allocated once, make
 * all of that unnecessary.
 *
 * <p><b>Nulls.</b> They are counted when a batch ends, which reads the validity bitmaps: about 0.05
 * ms for ten million values. Columns whose fields say that they may not have nulls are taken at
 * their word.
 *
 * <p><b>Memory.</b> What vectors hold counts against the limit of the client's allocator. Once a
 * batch has ended its memory is the object's: the root is cleared, and nothing may write there any
 * more. Buffers of {@link #allocator} must be released before the seal, which otherwise throws; so
 * a sealed object can't be changed by a vector that was forgotten. Without a seal the object is
 * gone when this and the last of them is closed, or when this process ends.
 *
 * <p><b>Dictionaries.</b> They are copied in before the first batch, and again before a batch for
 * which they have changed. Make their vectors with another allocator. The room for them is that of
 * their values when the builder was made; where they have grown more the first batch is moved.
 *
 * <p><b>Threads.</b> For one thread at a time; but vectors may be allocated and filled by many at a
 * time, as long as all are done before a batch ends.
 */
public final class ArrowBuilder implements AutoCloseable {
  /** Of a batch's metadata, apart from its nodes and buffers. */
  private static final long METADATA_SIZE = 256;

  /** Of a node, and of a buffer, in a batch's metadata. */
  private static final long ENTRY_SIZE = 16;

  /** Data buffers of a column of views that room is kept for. */
  private static final long VIEW_BUFFERS = 64;

  private final ObjectId id;
  private final Schema vectors;
  private final MessageSchema schema;
  private final DictionaryProvider provider;
  private final DictionaryHistory dictionaries;
  private final BuildMemory memory;
  private final BufferAllocator allocator;
  private final VectorSchemaRoot root;
  private final long metadataRoom;
  private final @Nullable BatchTemplate template;
  private long rowCount;
  private int batchCount;
  private boolean sealed;
  private boolean closed;
  private boolean broken;

  private ArrowBuilder(
      ObjectWriter writer,
      BufferAllocator counting,
      Schema vectors,
      MessageSchema schema,
      DictionaryProvider provider,
      long maxCapacity) {
    this.id = writer.id();
    this.vectors = vectors;
    this.schema = schema;
    this.provider = provider;
    this.dictionaries = new DictionaryHistory(schema.dictionaries(), true);
    this.memory = new BuildMemory(writer, maxCapacity);
    this.allocator = new BuildAllocator(counting, memory, AlignedRounding.of(schema.columns()));
    this.root = new VectorSchemaRoot(vectors, NewVectors.of(schema.columns(), allocator), 0);
    this.metadataRoom = metadataRoom(schema);
    this.template = BatchTemplate.of(schema.columns());
  }

  /** Creates the object. {@link ArrowClient#build} says the rest. */
  static ArrowBuilder begin(
      PlasmaClient client,
      BufferAllocator counting,
      ObjectId id,
      Schema vectors,
      DictionaryProvider provider,
      BuildOptions options,
      boolean keep) {
    MessageSchema schema = MessageSchema.of(vectors, provider);
    PlannedMessage first = new PlannedMessage(MessageEncoder.schema(schema.schema()), null);
    long region = first.size() + metadataRoom(schema);
    for (Map.Entry<Long, ColumnLayout> entry : schema.dictionaries().entrySet()) {
      BatchPlan plan = BatchPlan.of(provider.lookup(entry.getKey()).getVector(), entry.getValue());
      region += dictionary(entry.getKey(), plan).size();
    }
    long least = region + BuildSpace.TAIL;
    if (least > options.maxCapacity()) {
      throw new IllegalArgumentException(
          "no room for the metadata and the dictionaries: wanted=%d maxCapacity=%d id=%s"
              .formatted(least, options.maxCapacity(), id));
    }
    byte[] metadata = new ArrowMetadata(0, 0).toBytes();
    ObjectWriter writer = client.create(id, Math.max(options.capacity(), least), metadata, keep);
    try {
      first.writeTo(new StreamTarget(writer.data()), 0);
      ArrowBuilder builder =
          new ArrowBuilder(writer, counting, vectors, schema, provider, options.maxCapacity());
      builder.memory.space().begin(first.size(), region);
      return builder;
    } catch (Throwable e) {
      writer.close();
      throw e;
    }
  }

  /**
   * The id that the object will have.
   *
   * @return the id
   */
  public ObjectId id() {
    return id;
  }

  /**
   * Vectors for each column, over the object's memory once they are allocated. To be filled, given
   * its row count, and ended or sealed.
   *
   * @return the same root each time, which is closed with this
   */
  public VectorSchemaRoot root() {
    return root;
  }

  /**
   * An allocator whose buffers lie in the object, for vectors other than the {@link #root}'s: a
   * root of such vectors is {@linkplain #append appended} without a copy.
   *
   * @return the allocator; closing it does nothing
   */
  public BufferAllocator allocator() {
    return allocator;
  }

  /**
   * The rows of all batches that have ended.
   *
   * @return 0 or more
   */
  public long rowCount() {
    return rowCount;
  }

  /**
   * The batches that have ended.
   *
   * @return 0 or more
   */
  public int batchCount() {
    return batchCount;
  }

  /**
   * Ends a batch of the {@link #root}'s rows, also if there are none; the root is cleared, and to
   * be allocated anew for the next.
   *
   * @throws IllegalArgumentException as {@link #append}
   * @throws OutOfMemoryException as {@link #append}
   * @throws io.plasmastore.PlasmaException as {@link #append}
   * @throws IllegalStateException if it is sealed or closed
   */
  public void endBatch() {
    append(root);
    root.clear();
  }

  /**
   * Adds a batch. Of vectors that lie elsewhere each buffer is copied, of slices what they show;
   * the root is the caller's as before. Of vectors made with {@link #allocator} the buffers stay
   * where they are, and the root is cleared.
   *
   * @param batch the rows, of the same fields as the schema
   * @throws IllegalArgumentException if it has other fields, or its vectors do not fit together;
   *     nothing has changed
   * @throws OutOfMemoryException if the object would have to be larger than its maxCapacity;
   *     nothing has changed
   * @throws io.plasmastore.PlasmaException STORE_FULL, LIMIT_EXCEEDED, OBJECT_TOO_LARGE if the
   *     store has no room; CLIENT_CLOSED, STORE_GONE
   * @throws IllegalStateException if it is sealed or closed; if other vectors have memory of the
   *     object and this batch has none, and nothing has changed; or if a batch before failed in the
   *     middle, after its dictionaries had changed
   */
  public void append(VectorSchemaRoot batch) {
    add(batch, false);
  }

  /**
   * Ends a last batch if the {@link #root} has rows, and makes the object complete: visible to
   * everybody, and never to change again. Vectors that have values where the root's row count was
   * not set are refused, and nothing has changed.
   *
   * @throws IllegalStateException if it is sealed or closed; or if vectors other than the root's
   *     still have memory of the object: close them, and seal again
   * @throws IllegalArgumentException as {@link #append}
   * @throws OutOfMemoryException as {@link #append}
   * @throws io.plasmastore.PlasmaException as {@link #append}
   */
  public void seal() {
    requireOpen();
    // Values that no row count was set for would be gone without a word: they are refused.
    if (root.getRowCount() > 0 || hasValues()) {
      add(root, true);
    }
    root.clear();
    synchronized (memory) {
      if (batchCount == 0) {
        // A stream without batches may have dictionaries all the same.
        dictionaries
            .follow(provider)
            .forEach((dictionary, plan) -> write(dictionary(dictionary, plan)));
      }
      dictionaries.close();
      BuildSpace space = memory.space();
      if (space.pieceCount() > 0) {
        throw new IllegalStateException(
            "vectors other than the root's have memory of the object, close them first: buffers=%d bytes=%d id=%s"
                .formatted(space.pieceCount(), space.pieceBytes(), id));
      }
      PlannedMessage.writeEnd(space.target(), space.base());
      space
          .writer()
          .seal(
              space.base() + StreamLayout.END_SIZE,
              new ArrowMetadata(rowCount, batchCount).toBytes());
      sealed = true;
      memory.end();
    }
  }

  /**
   * Closes the root, and undoes the object unless it is sealed. Idempotent. Where other vectors
   * still have memory of it, it is undone when they are closed.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    root.close();
    dictionaries.close();
    if (!sealed) {
      memory.abandon();
    }
  }

  @Override
  public String toString() {
    return "ArrowBuilder[id=" + id + " rows=" + rowCount + " batches=" + batchCount + "]";
  }

  private void add(VectorSchemaRoot batch, boolean last) {
    requireOpen();
    if (batch != root && !batch.getSchema().getFields().equals(vectors.getFields())) {
      throw new IllegalArgumentException(
          "a batch of other fields: wanted=" + vectors + " found=" + batch.getSchema());
    }
    BatchPlan plan = BatchPlan.trusting(batch, schema.columns());
    synchronized (memory) {
      boolean inPlace = BatchPlacement.isInPlace(memory.space(), plan);
      if (!inPlace && plan.rowCount() == 0 && memory.space().pieceCount() > 0) {
        // Vectors without a value may have been allocated in the object all the same.
        batch.clear();
      }
      if (!inPlace) {
        requireNoPieces();
      }
      Map<Long, BatchPlan> changed = dictionaries.follow(provider);
      broken = !changed.isEmpty();
      if (!inPlace) {
        changed.forEach((dictionary, values) -> write(dictionary(dictionary, values)));
        write(recordBatch(plan));
      } else if (!endInPlace(batch, plan, changed, false)) {
        endInAnotherPlace(batch, plan, changed, last);
      }
      broken = false;
      BuildSpace space = memory.space();
      space.begin(space.base(), space.base() + metadataRoom);
    }
    rowCount += plan.rowCount();
    batchCount++;
  }

  /**
   * Ends a batch where it lies.
   *
   * @param anyhow whether it may be much longer than it has to be
   * @return false, with nothing changed, if it must be moved
   */
  private boolean endInPlace(
      VectorSchemaRoot batch, BatchPlan plan, Map<Long, BatchPlan> changed, boolean anyhow) {
    BuildSpace space = memory.space();
    BatchPlacement placement = BatchPlacement.of(space, plan, memory.maxCapacity());
    if (placement == null) {
      return false;
    }
    long dictionarySize = size(changed);
    long least = dictionarySize + metadataRoom + plan.bodySize();
    long head = metadataRoom(schema.columns(), plan.buffers().size());
    if (space.base() + dictionarySize + head > space.region()
        || (!anyhow && placement.isWasteful(least))) {
      placement.giveBack();
      return false;
    }
    StreamTarget target = target();
    placement.copy(target);
    long offset = space.base();
    for (Map.Entry<Long, BatchPlan> entry : changed.entrySet()) {
      PlannedMessage dictionary = dictionary(entry.getKey(), entry.getValue());
      dictionary.writeTo(target, offset);
      offset += dictionary.size();
    }
    target.finish();
    space.endRegion();
    batch.clear();
    long end = placement.end();
    while (space.clear(end, end + metadataRoom) > end) {
      // Somebody else's vector lies where the next message would.
      end = space.clear(end, end + metadataRoom);
    }
    if (template != null) {
      long bodySize = end - space.region();
      template.writeTo(target, plan, placement.places(), bodySize, offset, space.region());
    } else {
      recordBatch(placement.placed(end)).writeTo(target, offset, space.region());
    }
    space.begin(end, end);
    return true;
  }

  /** Ends a batch in a larger object, or one with fewer gaps. */
  private void endInAnotherPlace(
      VectorSchemaRoot batch, BatchPlan plan, Map<Long, BatchPlan> changed, boolean last) {
    PlannedMessage message = recordBatch(plan);
    BuildSpace space = memory.space();
    long wanted = space.base() + size(changed) + message.size();
    try {
      move(last ? wanted : Math.max(wanted, space.end()));
    } catch (PlasmaException | OutOfMemoryException e) {
      // What is only longer than it has to be can stay.
      if (!endInPlace(batch, plan, changed, true)) {
        throw e;
      }
      return;
    }
    changed.forEach((dictionary, values) -> write(dictionary(dictionary, values)));
    write(message);
    batch.clear();
  }

  /** Writes a message behind the others. No vector may have memory there. */
  private void write(PlannedMessage message) {
    BuildSpace space = memory.space();
    long end = space.base() + message.size();
    if (!space.growTo(end, memory.maxCapacity())) {
      move(Math.max(end, Math.min(2 * space.end(), memory.maxCapacity() - slack())));
      space = memory.space();
    }
    StreamTarget target = target();
    message.writeTo(target, space.base());
    target.finish();
    space.begin(end, end);
  }

  /** Goes on in another object that has so much usable room. */
  private void move(long end) {
    BuildSpace space = memory.space();
    long size = end + slack();
    if (size > memory.maxCapacity()) {
      throw new OutOfMemoryException(
          "the object may not grow so far: wanted=%d capacity=%d maxCapacity=%d id=%s"
              .formatted(size, space.writer().size(), memory.maxCapacity(), id));
    }
    ObjectWriter larger = space.writer().another(size);
    try {
      MemorySegment from = space.writer().data();
      for (long done = 0; done < space.base(); done += StreamTarget.STEP_SIZE) {
        long step = Math.min(StreamTarget.STEP_SIZE, space.base() - done);
        MemorySegment.copy(from, done, larger.data(), done, step);
      }
    } catch (Throwable e) {
      larger.close();
      throw e;
    }
    memory.moveTo(larger);
  }

  private static long slack() {
    return BuildSpace.TAIL + StreamLayout.ALIGNMENT;
  }

  private StreamTarget target() {
    return memory.space().target();
  }

  private boolean hasValues() {
    return root.getFieldVectors().stream().anyMatch(vector -> vector.getValueCount() > 0);
  }

  private void requireNoPieces() {
    BuildSpace space = memory.space();
    if (space.pieceCount() > 0) {
      throw new IllegalStateException(
          "other vectors have memory of the object where the batch is to be written: buffers=%d bytes=%d id=%s"
              .formatted(space.pieceCount(), space.pieceBytes(), id));
    }
  }

  private void requireOpen() {
    if (sealed || closed || broken) {
      throw new IllegalStateException(
          (sealed ? "the object is sealed" : closed ? "the builder was closed" : "a batch failed")
              + ": id="
              + id);
    }
  }

  private static PlannedMessage recordBatch(BatchPlan plan) {
    return new PlannedMessage(MessageEncoder.recordBatch(plan), plan);
  }

  private static PlannedMessage dictionary(long id, BatchPlan values) {
    return new PlannedMessage(MessageEncoder.dictionaryBatch(id, values), values);
  }

  private static long size(Map<Long, BatchPlan> changed) {
    long size = 0;
    for (Map.Entry<Long, BatchPlan> entry : changed.entrySet()) {
      size += dictionary(entry.getKey(), entry.getValue()).size();
    }
    return size;
  }

  private static long metadataRoom(MessageSchema schema) {
    long views = ColumnLayout.count(schema.columns(), kind -> kind == ColumnLayout.Kind.VIEW);
    return metadataRoom(
        schema.columns(), ColumnLayout.bufferCount(schema.columns()) + views * VIEW_BUFFERS);
  }

  /** What prefix, metadata and padding of a batch take at most. */
  private static long metadataRoom(List<ColumnLayout> columns, long buffers) {
    // Each column of views has a count besides.
    return StreamLayout.align(
        METADATA_SIZE + (2L * ColumnLayout.nodeCount(columns) + buffers) * ENTRY_SIZE);
  }
}
