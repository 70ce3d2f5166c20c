package io.plasmastore.arrow.records;

import io.plasmastore.arrow.BatchWriter;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * Takes records apart into their components' columns. {@link RecordClasses} makes a subclass for
 * each record class.
 */
abstract class RecordWriter extends Writer {
  private final Writer[] components;

  RecordWriter(Place place, Writer[] components) {
    super(place);
    this.components = components;
  }

  /** Records that are taken apart component by component: they stay in the processor's cache. */
  static final int ROWS = 256;

  /** Gives each component of the record to its writer. */
  abstract void writeComponents(Object value);

  /**
   * Gives the first component of all records to its writer, then the next: each loop does little,
   * and does it fast.
   *
   * @param values records
   * @param many of them, the first; no more than {@link #ROWS}
   */
  abstract void writeColumns(@Nullable Object[] values, int many);

  /** Adds a record that is a row of the dataframe. */
  final void setRow(@Nullable Object value) {
    if (value == null) {
      throw unfit("null in the place of a record", null);
    }
    writeComponents(value);
  }

  /**
   * Adds records that are rows of the dataframe, as {@link #writeColumns} does. Where this throws,
   * columns are of different lengths, and which row was the first is not known.
   */
  final void setRows(@Nullable Object[] values, int many) {
    for (int i = 0; i < many; i++) {
      if (values[i] == null) {
        setRow(null);
      }
    }
    writeColumns(values, many);
  }

  /** Gives the components of the rows so far to the columns. */
  final void finishColumns(List<FieldVector> vectors) {
    for (int i = 0; i < components.length; i++) {
      components[i].finish(vectors.get(i));
    }
  }

  /** Adds the rows of another writer of the same records, which is no longer needed. */
  final void appendRows(RecordWriter other) {
    for (int i = 0; i < components.length; i++) {
      components[i].append(other.components[i]);
    }
  }

  /** Whether all components of rows can be {@linkplain #moveRows moved}. */
  final boolean hasFlatRows() {
    return Arrays.stream(components).allMatch(Writer::isFlat);
  }

  /** Has the dictionaries of all components {@linkplain Writer#reserveDictionary reckon}. */
  final boolean reserveDictionaries(int rows) {
    return Arrays.stream(components).allMatch(each -> each.reserveDictionary(rows));
  }

  /** For each component the {@linkplain Writer#dataSize size} of what the rows so far have. */
  final long[] dataSizes() {
    return Arrays.stream(components).mapToLong(Writer::dataSize).toArray();
  }

  /** For each component the nulls of the rows that were moved. */
  final int[] nullsOfMovedRows() {
    return Arrays.stream(components).mapToInt(Writer::movedNulls).toArray();
  }

  /**
   * Moves the components of the rows so far to where they are to lie, and begins anew.
   *
   * @param columns take them
   * @param row the first, a multiple of 64
   * @param starts of the bytes of each column
   */
  final void moveRows(List<BatchWriter.Column> columns, int row, long[] starts) {
    for (int i = 0; i < components.length; i++) {
      components[i].moveTo(columns.get(i), row, starts[i]);
    }
  }

  @Override
  final void appendValues(Writer other) {
    appendRows((RecordWriter) other);
  }

  @Override
  final void write(Object value) {
    writeComponents(value);
  }

  @Override
  final void writeNothing() {
    for (Writer component : components) {
      component.skip();
    }
  }

  @Override
  final void finish(FieldVector vector) {
    super.finish(vector);
    finishColumns(vector.getChildrenFromFields());
  }

  @Override
  public final void close() {
    super.close();
    for (Writer component : components) {
      component.close();
    }
  }
}
