package io.plasmastore.arrow;

import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A dataframe of one batch under construction in the store, for whoever knows all sizes before the
 * first value, or at least how large they may get: the values are written where they are to lie,
 * and nothing is copied.
 *
 * <pre>{@code
 * try (BatchWriter writer = BatchWriter.create(dataframes, id, schema, rows, new long[1])) {
 *   MemorySegment values = writer.columns().getFirst().data();
 *   ...
 *   writer.seal(new int[1]);
 * }
 * }</pre>
 *
 * <p>Columns are of fixed width, bool, utf8 or binary, or the indices of a dictionary. The object
 * is a plain Arrow IPC stream, as {@link ArrowClient#put} makes it. Nobody sees it before it is
 * sealed, and closing it unsealed undoes it.
 *
 * <p>Its methods are for one thread at a time; the memory may be written by many, all of whom must
 * be done before {@link #seal}, and is not to be touched after it.
 */
public final class BatchWriter implements AutoCloseable {
  /**
   * Where a column's values go, in the layout of the <a
   * href="https://arrow.apache.org/docs/format/Columnar.html">columnar format</a>. What is in the
   * memory at first is undefined, except for the validity.
   *
   * @param validity a bit a row, all set at first: clear that of a null
   * @param offsets of a column of bytes one more than rows, of 32 or 64 bits, the first 0 already;
   *     null for others
   * @param data the values, as large as they need; of a column of bytes as large as was asked for
   */
  public record Column(
      MemorySegment validity, @Nullable MemorySegment offsets, MemorySegment data) {}

  /** More than a message takes for the counts and places of one column and its three buffers. */
  private static final long DICTIONARY_HEAD_ROOM = 8L * StreamLayout.ALIGNMENT;

  private final MessageSchema schema;
  private final DictionaryProvider dictionaries;
  private final Map<Long, Long> dictionaryRooms;
  private final int rowCount;
  private final long[] rooms;
  private final ObjectWriter writer;
  private final List<Column> columns;

  private BatchWriter(
      MessageSchema schema,
      DictionaryProvider dictionaries,
      Map<Long, Long> dictionaryRooms,
      int rowCount,
      long[] rooms,
      ObjectWriter writer,
      List<Column> columns) {
    this.schema = schema;
    this.dictionaries = dictionaries;
    this.dictionaryRooms = dictionaryRooms;
    this.rowCount = rowCount;
    this.rooms = rooms;
    this.writer = writer;
    this.columns = columns;
  }

  /**
   * Creates the object of a dataframe without dictionary-encoded columns.
   *
   * @param dataframes the store
   * @param id the new object's id
   * @param schema of columns of fixed width, bool, utf8 and binary
   * @param rowCount 0 or more
   * @param dataSizes for each column of utf8 or binary how many bytes all its values have together;
   *     of no meaning for others
   * @return a writer, for the caller to seal and close
   * @throws UnsupportedOperationException naming the field, if a column has another layout; nothing
   *     is created
   * @throws IllegalArgumentException if a count or a size is negative, the sizes are not one a
   *     column, or a column is dictionary-encoded; nothing is created
   * @throws io.plasmastore.PlasmaException if the id exists, the store is full or gone
   */
  public static BatchWriter create(
      ArrowClient dataframes, ObjectId id, Schema schema, int rowCount, long[] dataSizes) {
    return create(dataframes, id, schema, ArrowClient.NO_DICTIONARIES, rowCount, dataSizes);
  }

  /**
   * Creates the object.
   *
   * @param dataframes the store
   * @param id the new object's id
   * @param schema of columns of fixed width, bool, utf8 and binary; dictionary-encoded ones have
   *     the type of their indices
   * @param dictionaries has the dictionary of each dictionary-encoded column; must stay as it is
   *     until the writer is sealed or closed
   * @param rowCount 0 or more
   * @param rooms for each column of utf8 or binary how many bytes all its values may have together;
   *     of no meaning for others
   * @return a writer, for the caller to seal and close
   * @throws UnsupportedOperationException naming the field, if a column has another layout; nothing
   *     is created
   * @throws IllegalArgumentException if a count or a size is negative, the sizes are not one a
   *     column, or a dictionary is missing; nothing is created
   * @throws io.plasmastore.PlasmaException if the id exists, the store is full or gone
   */
  public static BatchWriter create(
      ArrowClient dataframes,
      ObjectId id,
      Schema schema,
      DictionaryProvider dictionaries,
      int rowCount,
      long[] rooms) {
    return create(dataframes, id, schema, dictionaries, Map.of(), rowCount, rooms);
  }

  /**
   * Creates the object, with room for dictionaries that are not known before the rows are. As
   * {@link #create(ArrowClient, ObjectId, Schema, DictionaryProvider, int, long[])} otherwise.
   *
   * @param dataframes the store
   * @param id the new object's id
   * @param schema of columns of fixed width, bool, utf8 and binary; dictionary-encoded ones have
   *     the type of their indices
   * @param dictionaries has the dictionary of each dictionary-encoded column; those that room is
   *     kept for may have other values until the writer is sealed
   * @param dictionaryRooms by id of a dictionary the bytes to keep for it, see {@link
   *     #dictionaryRoom}; what it leaves stays a gap that no reader looks at
   * @param rowCount 0 or more
   * @param rooms for each column of utf8 or binary how many bytes all its values may have together;
   *     of no meaning for others
   * @return a writer, for the caller to seal and close
   * @throws IllegalArgumentException as there, and if a dictionary needs more than its room already
   * @throws io.plasmastore.PlasmaException if the id exists, the store is full or gone
   */
  public static BatchWriter create(
      ArrowClient dataframes,
      ObjectId id,
      Schema schema,
      DictionaryProvider dictionaries,
      Map<Long, Long> dictionaryRooms,
      int rowCount,
      long[] rooms) {
    MessageSchema messages = MessageSchema.of(schema, dictionaries);
    List<ColumnLayout> layouts = messages.columns();
    layouts.forEach(BatchWriter::requireFlat);
    requireSizes(layouts.size(), rowCount, rooms);
    Map<Long, Long> kept = Map.copyOf(dictionaryRooms);
    long[] sizes = rooms.clone();
    BatchPlan batch = BatchPlan.inPlace(layouts, rowCount, sizes, sizes, new int[layouts.size()]);
    try (StreamPlan plan = StreamPlan.of(messages, dictionaries, kept, batch)) {
      ObjectWriter writer = dataframes.create(id, plan);
      MemorySegment body = writer.data().asSlice(plan.lastBodyOffset(), batch.bodySize());
      return new BatchWriter(
          messages, dictionaries, kept, rowCount, sizes, writer, columns(layouts, batch, body));
    }
  }

  /**
   * What a dictionary of utf8 or binary takes of a stream, at most.
   *
   * @param count of its values
   * @param dataSize of all of them together, in bytes
   * @return bytes, its metadata included
   */
  public static long dictionaryRoom(long count, long dataSize) {
    return DICTIONARY_HEAD_ROOM
        + StreamLayout.align((count + Byte.SIZE - 1) / Byte.SIZE)
        + StreamLayout.align((count + 1) * Integer.BYTES)
        + StreamLayout.align(dataSize);
  }

  /**
   * The columns' memory.
   *
   * @return one for each column of the schema, in its order
   */
  public List<Column> columns() {
    return columns;
  }

  /**
   * Writes the metadata and makes the dataframe visible to everybody. One round trip.
   *
   * @param nullCounts for each column how many of its validity bits are clear
   * @throws IllegalStateException if it was sealed or closed already
   * @throws IllegalArgumentException if the counts are not one a column, or a dictionary needs more
   *     than its room
   * @throws io.plasmastore.PlasmaException if the store is gone; the object is then undone
   */
  public void seal(int[] nullCounts) {
    seal(nullCounts, rooms);
  }

  /**
   * Writes the metadata and makes the dataframe visible to everybody. What the last column has not
   * used of its room is given back; what others have not used stays a gap that no reader looks at.
   * One round trip.
   *
   * @param nullCounts for each column how many of its validity bits are clear
   * @param dataSizes for each column of utf8 or binary how many bytes all its values have together,
   *     no more than it has room for; of no meaning for others
   * @throws IllegalStateException if it was sealed or closed already
   * @throws IllegalArgumentException if the counts or sizes are not one a column, a size is out of
   *     range, or a dictionary needs more than its room
   * @throws io.plasmastore.PlasmaException if the store is gone; the object is then undone
   */
  public void seal(int[] nullCounts, long[] dataSizes) {
    List<ColumnLayout> layouts = schema.columns();
    if (nullCounts.length != layouts.size()) {
      throw new IllegalArgumentException(
          "one null count a column: columns=" + layouts.size() + " counts=" + nullCounts.length);
    }
    requireSizes(layouts.size(), rowCount, dataSizes);
    for (int i = 0; i < rooms.length; i++) {
      if (layouts.get(i).kind() == ColumnLayout.Kind.VARIABLE && dataSizes[i] > rooms[i]) {
        throw new IllegalArgumentException(
            "more bytes than there is room for: column=%d size=%d room=%d"
                .formatted(i, dataSizes[i], rooms[i]));
      }
    }
    BatchPlan batch = BatchPlan.inPlace(layouts, rowCount, rooms, dataSizes, nullCounts);
    try (StreamPlan plan = StreamPlan.of(schema, dictionaries, dictionaryRooms, batch)) {
      plan.writeTo(writer.data().asSlice(0, plan.size()));
      if (plan.size() < writer.size()) {
        writer.seal(plan.size(), plan.metadata().toBytes());
      } else {
        writer.seal();
      }
    }
  }

  /** Undoes the object unless it is sealed. Idempotent. */
  @Override
  public void close() {
    writer.close();
  }

  private static List<Column> columns(
      List<ColumnLayout> layouts, BatchPlan batch, MemorySegment body) {
    List<Column> columns = new ArrayList<>(layouts.size());
    int buffer = 0;
    for (ColumnLayout layout : layouts) {
      MemorySegment validity = slice(body, batch, buffer++);
      validity.fill((byte) 0xff);
      MemorySegment offsets = null;
      if (layout.kind() == ColumnLayout.Kind.VARIABLE) {
        offsets = slice(body, batch, buffer++);
        offsets.asSlice(0, layout.width()).fill((byte) 0);
      }
      columns.add(new Column(validity, offsets, slice(body, batch, buffer++)));
    }
    return List.copyOf(columns);
  }

  private static MemorySegment slice(MemorySegment body, BatchPlan batch, int buffer) {
    return body.asSlice(batch.bufferOffset(buffer), batch.buffer(buffer).size());
  }

  private static void requireFlat(ColumnLayout layout) {
    boolean flat =
        layout.kind() == ColumnLayout.Kind.FIXED || layout.kind() == ColumnLayout.Kind.VARIABLE;
    if (!flat) {
      throw new UnsupportedOperationException(
          "a column of this layout can't be written in place: field=" + layout.field());
    }
  }

  private static void requireSizes(int columns, int rowCount, long[] dataSizes) {
    if (rowCount < 0 || dataSizes.length != columns) {
      throw new IllegalArgumentException(
          "a count of rows and one size a column: rows=%d columns=%d sizes=%d"
              .formatted(rowCount, columns, dataSizes.length));
    }
    for (long size : dataSizes) {
      if (size < 0) {
        throw new IllegalArgumentException("sizes are 0 or more: size=" + size);
      }
    }
  }
}
