package io.plasmastore.arrow;

import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A dataframe of one batch under construction in the store, for whoever knows all sizes before the
 * first value: the values are written where they are to lie, and nothing is copied.
 *
 * <pre>{@code
 * try (BatchWriter writer = BatchWriter.create(dataframes, id, schema, rows, new long[1])) {
 *   MemorySegment values = writer.columns().getFirst().data();
 *   ...
 *   writer.seal(new int[1]);
 * }
 * }</pre>
 *
 * <p>Columns are of fixed width, bool, utf8 or binary, none dictionary-encoded. The object is a
 * plain Arrow IPC stream, as {@link ArrowClient#put} makes it. Nobody sees it before it is sealed,
 * and closing it unsealed undoes it.
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
   * @param data the values, exactly as large as they need
   */
  public record Column(
      MemorySegment validity, @Nullable MemorySegment offsets, MemorySegment data) {}

  private final Schema schema;
  private final List<ColumnLayout> layouts;
  private final int rowCount;
  private final long[] dataSizes;
  private final ObjectWriter writer;
  private final List<Column> columns;

  private BatchWriter(
      Schema schema,
      List<ColumnLayout> layouts,
      int rowCount,
      long[] dataSizes,
      ObjectWriter writer,
      List<Column> columns) {
    this.schema = schema;
    this.layouts = layouts;
    this.rowCount = rowCount;
    this.dataSizes = dataSizes;
    this.writer = writer;
    this.columns = columns;
  }

  /**
   * Creates the object.
   *
   * @param dataframes the store
   * @param id the new object's id
   * @param schema of columns of fixed width, bool, utf8 and binary
   * @param rowCount 0 or more
   * @param dataSizes for each column of utf8 or binary how many bytes all its values have together;
   *     of no meaning for others
   * @return a writer, for the caller to seal and close
   * @throws UnsupportedOperationException naming the field, if a column has another layout or is
   *     dictionary-encoded; nothing is created
   * @throws IllegalArgumentException if a count or a size is negative or the sizes are not one a
   *     column; nothing is created
   * @throws io.plasmastore.PlasmaException if the id exists, the store is full or gone
   */
  public static BatchWriter create(
      ArrowClient dataframes, ObjectId id, Schema schema, int rowCount, long[] dataSizes) {
    List<ColumnLayout> layouts = ColumnLayout.of(schema.getFields());
    layouts.forEach(BatchWriter::requireFlat);
    requireSizes(layouts.size(), rowCount, dataSizes);
    long[] sizes = dataSizes.clone();
    BatchPlan batch = BatchPlan.inPlace(layouts, rowCount, sizes, new int[layouts.size()]);
    try (StreamPlan plan = StreamPlan.of(schema, batch)) {
      ObjectWriter writer = dataframes.create(id, plan);
      MemorySegment body = writer.data().asSlice(plan.lastBodyOffset(), batch.bodySize());
      return new BatchWriter(
          schema, layouts, rowCount, sizes, writer, columns(layouts, batch, body));
    }
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
   * @throws IllegalArgumentException if the counts are not one a column
   * @throws io.plasmastore.PlasmaException if the store is gone; the object is then undone
   */
  public void seal(int[] nullCounts) {
    if (nullCounts.length != layouts.size()) {
      throw new IllegalArgumentException(
          "one null count a column: columns=" + layouts.size() + " counts=" + nullCounts.length);
    }
    BatchPlan batch = BatchPlan.inPlace(layouts, rowCount, dataSizes, nullCounts);
    try (StreamPlan plan = StreamPlan.of(schema, batch)) {
      plan.writeTo(writer.data());
    }
    writer.seal();
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
    if (!flat || layout.field().getDictionary() != null) {
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
