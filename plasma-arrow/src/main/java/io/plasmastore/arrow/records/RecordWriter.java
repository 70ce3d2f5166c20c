package io.plasmastore.arrow.records;

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

  /** Gives each component of the record to its writer. */
  abstract void writeComponents(Object value);

  /** Adds a record that is a row of the dataframe. */
  final void setRow(@Nullable Object value) {
    if (value == null) {
      throw unfit("null in the place of a record", null);
    }
    writeComponents(value);
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
