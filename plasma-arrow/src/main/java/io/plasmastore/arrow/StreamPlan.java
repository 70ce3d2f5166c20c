package io.plasmastore.arrow;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A dataframe's stream before it is written: every message with its metadata encoded and its body
 * planned, so that the size is known to the byte and writing it is one copy of each buffer. See
 * {@link StreamLayout} for the form.
 *
 * <p>A plan holds the memory of the buffers from when it is made until it is closed. It belongs to
 * one thread.
 */
final class StreamPlan implements AutoCloseable {
  private final List<PlannedMessage> messages = new ArrayList<>();

  /** Room for messages of dictionaries that are not to take what they need and no more, by id. */
  private Map<Long, Long> rooms = Map.of();

  /** A batch, if there is one, and the dictionaries that come before it. */
  private record Step(Map<Long, BatchPlan> dictionaries, @Nullable BatchPlan batch) {}

  private final List<BatchPlan> held = new ArrayList<>();
  private @Nullable DictionaryHistory history;
  private long size = StreamLayout.END_SIZE;
  private long rowCount;
  private int batchCount;

  private StreamPlan() {}

  /**
   * Plans a dataframe of one batch.
   *
   * @throws UnsupportedOperationException if a column's type is not supported
   * @throws IllegalArgumentException if the vectors do not fit together, or a dictionary is missing
   */
  static StreamPlan of(VectorSchemaRoot root, DictionaryProvider provider) {
    PlannedSchema schema = PlannedSchema.of(root.getSchema(), provider);
    return of(schema, provider, Map.of(), BatchPlan.of(root, schema.messages().columns()));
  }

  /**
   * Plans a dataframe of one batch that is planned already.
   *
   * @param rooms by id of a dictionary what its message is to take, whatever it needs; others take
   *     what they need
   * @throws IllegalArgumentException if the vectors of a dictionary do not fit together, or it
   *     needs more than its room
   */
  static StreamPlan of(
      MessageSchema schema, DictionaryProvider provider, Map<Long, Long> rooms, BatchPlan batch) {
    return of(PlannedSchema.of(schema.schema(), schema), provider, rooms, batch);
  }

  private static StreamPlan of(
      PlannedSchema schema, DictionaryProvider provider, Map<Long, Long> rooms, BatchPlan batch) {
    StreamPlan plan = new StreamPlan();
    plan.rooms = rooms;
    try {
      Map<Long, BatchPlan> dictionaries = new LinkedHashMap<>();
      schema
          .messages()
          .dictionaries()
          .forEach(
              (id, layout) ->
                  dictionaries.put(id, plan.hold(BatchPlan.of(vector(provider, id), layout))));
      plan.assemble(schema, List.of(new Step(dictionaries, plan.hold(batch))));
      return plan;
    } catch (Throwable e) {
      plan.close();
      throw e;
    }
  }

  /**
   * Reads all batches and plans a dataframe of them. The memory of each batch is held, and the
   * reader's root cleared, so that a reader that fills its vectors in place can't overwrite a batch
   * that is not written yet.
   *
   * @throws IOException if the reader fails
   * @throws UnsupportedOperationException if a column's type is not supported
   * @throws IllegalArgumentException if the vectors do not fit together, or a dictionary is missing
   */
  static StreamPlan of(ArrowReader reader) throws IOException {
    StreamPlan plan = new StreamPlan();
    try {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      Schema vectors = root.getSchema();
      MessageSchema schema = MessageSchema.of(vectors, reader);
      DictionaryHistory history = new DictionaryHistory(schema.dictionaries(), false);
      plan.history = history;
      List<Step> steps = new ArrayList<>();
      while (reader.loadNextBatch()) {
        BatchPlan batch = plan.hold(BatchPlan.of(root, schema.columns()));
        steps.add(new Step(history.follow(reader), batch));
        root.clear();
      }
      // A stream without batches may have dictionaries all the same.
      if (steps.isEmpty()) {
        steps.add(new Step(history.follow(reader), null));
      }
      plan.assemble(PlannedSchema.of(vectors, schema), steps);
      return plan;
    } catch (Throwable e) {
      plan.close();
      throw e;
    }
  }

  /** Size of the whole stream in bytes. */
  long size() {
    return size;
  }

  /** Where the body of the last batch starts. */
  long lastBodyOffset() {
    BatchPlan last = held.getLast();
    return size - StreamLayout.END_SIZE - last.bodySize();
  }

  /** What the object's metadata is to say. */
  ArrowMetadata metadata() {
    return new ArrowMetadata(rowCount, batchCount);
  }

  /**
   * Writes the stream.
   *
   * @param segment native memory of exactly {@link #size()} bytes, with any contents; its address
   *     is a multiple of 64
   */
  void writeTo(MemorySegment segment) {
    if (segment.byteSize() != size) {
      throw new IllegalArgumentException(
          "a stream fills its memory exactly: size=" + size + " found=" + segment.byteSize());
    }
    StreamTarget target = new StreamTarget(segment);
    long offset = 0;
    for (PlannedMessage message : messages) {
      message.writeTo(target, offset);
      offset += message.size();
    }
    PlannedMessage.writeEnd(target, offset);
    target.finish();
  }

  /** Gives up the memory of the buffers. */
  @Override
  public void close() {
    held.forEach(BatchPlan::release);
    held.clear();
    if (history != null) {
      history.close();
      history = null;
    }
  }

  private BatchPlan hold(BatchPlan plan) {
    plan.retain();
    held.add(plan);
    return plan;
  }

  private static FieldVector vector(DictionaryProvider provider, long id) {
    return provider.lookup(id).getVector();
  }

  private void assemble(PlannedSchema schema, List<Step> steps) {
    add(schema.message());
    for (Step step : steps) {
      step.dictionaries().forEach((id, body) -> add(dictionaryMessage(id, body)));
      BatchPlan batch = step.batch();
      if (batch != null) {
        add(schema.message(batch));
        rowCount += batch.rowCount();
        batchCount++;
      }
    }
  }

  private PlannedMessage dictionaryMessage(long id, BatchPlan body) {
    Long room = rooms.get(id);
    if (room == null) {
      return dictionaryOf(id, body);
    }
    // Whatever the size of a body, its metadata have the same, unless there is none.
    long bodyRoom = room - dictionaryOf(id, body.padded(room)).headSize();
    if (body.bodySize() > bodyRoom) {
      throw new IllegalArgumentException(
          "a dictionary needs more than its room: dictionary=%d size=%d room=%d"
              .formatted(id, body.bodySize() + room - bodyRoom, room));
    }
    return dictionaryOf(id, body.padded(bodyRoom));
  }

  private static PlannedMessage dictionaryOf(long id, BatchPlan body) {
    return new PlannedMessage(MessageEncoder.dictionaryBatch(id, body), body);
  }

  private void add(PlannedMessage message) {
    messages.add(message);
    size += message.size();
  }
}
