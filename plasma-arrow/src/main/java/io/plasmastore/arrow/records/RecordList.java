package io.plasmastore.arrow.records;

import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.ArrowObject;
import java.lang.foreign.MemorySegment;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.Consumer;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * The records of a dataframe in the store, each made of the columns when it is asked for. A list
 * that can't change, with random access. The records themselves, and all that is in them, are
 * ordinary Java objects: they stay valid when this is closed.
 *
 * <p><b>Hot loops.</b> Where only some components are needed, {@link #longColumn}, {@link
 * #intColumn} and {@link #doubleColumn} read them like an array, with no record made; {@link
 * #column} does so for any component.
 *
 * <p><b>Lifetime.</b> The object stays pinned until this is closed. Afterwards every access, also
 * through iterators and columns, is an {@link IllegalStateException}. To close while another thread
 * reads is a mistake, which ends nobody's JVM, but the other thread may get values of whatever the
 * memory holds next before it gets the exception. Close what is got before the client.
 *
 * <p><b>Threads.</b> Any number may read.
 *
 * @param <T> the class of the records
 */
public final class RecordList<T extends Record> extends AbstractList<T>
    implements RandomAccess, AutoCloseable {
  private final RecordCodec<T> codec;
  private final HeldObject held;
  private final int size;

  /** The only batch, if there is one. */
  private final @Nullable Reader only;

  private final List<Batch> batches;

  /** For each batch the number of the row after its last. */
  private final int[] ends;

  /** A batch, and a reader for each component. */
  private record Batch(int rows, Reader[] components, Reader records) {}

  private RecordList(RecordCodec<T> codec, HeldObject held, List<Batch> batches) {
    this.codec = codec;
    this.held = held;
    this.batches = batches;
    this.only = batches.size() == 1 ? batches.getFirst().records : null;
    this.ends = new int[batches.size()];
    int end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += batches.get(i).rows;
      ends[i] = end;
    }
    this.size = end;
  }

  /** Reads the records of a pinned object and takes over the pin, also when it fails. */
  static <T extends Record> RecordList<T> open(
      RecordCodec<T> codec, ArrowClient dataframes, SealedObject sealed) {
    return open(codec, dataframes, sealed.id(), sealed.data(), sealed::close);
  }

  /**
   * Reads the records of a stream; {@code release} is called when this is closed, also when this
   * fails. It must be harmless to call again.
   */
  static <T extends Record> RecordList<T> open(
      RecordCodec<T> codec,
      ArrowClient dataframes,
      ObjectId id,
      MemorySegment data,
      Runnable release) {
    // What is held by the release outlives the look at the metadata.
    try (ArrowObject object = dataframes.open(id, data, () -> {})) {
      return of(codec, object, data, new HeldObject(id, release));
    } catch (Throwable e) {
      release.run();
      throw e;
    }
  }

  private static <T extends Record> RecordList<T> of(
      RecordCodec<T> codec, ArrowObject object, MemorySegment data, HeldObject held) {
    ObjectColumns columns =
        new ObjectColumns(data, object.batchCount() == 0 ? object : object.dictionaries(0));
    List<String> differences = new ArrayList<>();
    codec.columns().check(object.schema().getFields(), columns, "", differences);
    if (!differences.isEmpty()) {
      throw new SchemaMismatchException(
          "the dataframe is not one of " + codec.type().getName() + ", id=" + object.id(),
          differences);
    }
    if (object.rowCount() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "more rows than a list can have: id="
              + object.id()
              + " rows="
              + object.rowCount()
              + " limit="
              + Integer.MAX_VALUE);
    }
    List<Batch> batches = new ArrayList<>(object.batchCount());
    for (int i = 0; i < object.batchCount(); i++) {
      // Another producer may replace a dictionary between two batches.
      columns = new ObjectColumns(data, object.dictionaries(i));
      try (VectorSchemaRoot root = object.batch(i)) {
        batches.add(batch(codec, root, columns));
      }
    }
    return new RecordList<>(codec, held, List.copyOf(batches));
  }

  private static Batch batch(RecordCodec<?> codec, VectorSchemaRoot root, ObjectColumns columns) {
    RecordType type = codec.columns();
    List<FieldVector> vectors = root.getFieldVectors();
    Reader[] components = new Reader[type.components().size()];
    for (int i = 0; i < components.length; i++) {
      components[i] = type.componentReader(i, vectors, columns, "", true);
    }
    return new Batch(root.getRowCount(), components, type.reader(components));
  }

  /**
   * The object that the records lie in.
   *
   * @return its id
   */
  public ObjectId id() {
    return held.id();
  }

  /**
   * The number of record batches that the rows lie in: 1 for what is put here, unless a column is
   * larger than a gigabyte.
   *
   * @return 0 or more
   */
  public int batchCount() {
    return batches.size();
  }

  /**
   * The record of a row, made anew each time.
   *
   * @param index its number, from 0
   * @return the record
   * @throws IndexOutOfBoundsException if there is no such row
   * @throws IllegalStateException if this is closed
   * @throws SchemaMismatchException if a nested value is null where the record allows none, or an
   *     enum has no such constant
   * @throws io.plasmastore.arrow.InvalidArrowDataException if offsets or indices lead outside of
   *     the data
   */
  @Override
  @SuppressWarnings("unchecked") // The reader calls the constructor of T.
  public T get(int index) {
    held.requireOpen();
    Objects.checkIndex(index, size);
    Reader records = only;
    if (records != null) {
      return (T) Objects.requireNonNull(records.get(index));
    }
    int batch = batchOf(index);
    return (T) Objects.requireNonNull(batches.get(batch).records.get(index - start(batch)));
  }

  /**
   * The rows of all batches together.
   *
   * @return 0 or more, also when this is closed
   */
  @Override
  public int size() {
    return size;
  }

  /**
   * A component of type {@code long} or {@code Long} in all rows.
   *
   * @param component its name
   * @return the values, over the object's memory; invalid when this is closed
   * @throws IllegalArgumentException if the record has no such component of that type
   * @throws IllegalStateException if this is closed, or there are several batches, which {@link
   *     #longColumn(String, int)} is for
   */
  public LongColumn longColumn(String component) {
    return new LongColumn(held, values(component, Long.class, onlyBatch(component)), size);
  }

  /**
   * A component of type {@code long} or {@code Long} in the rows of one batch.
   *
   * @param component its name
   * @param batch the batch's number, from 0
   * @return the values, over the object's memory; invalid when this is closed
   * @throws IllegalArgumentException if the record has no such component of that type
   * @throws IndexOutOfBoundsException if there is no such batch
   * @throws IllegalStateException if this is closed
   */
  public LongColumn longColumn(String component, int batch) {
    Batch rows = batches.get(batch);
    return new LongColumn(held, values(component, Long.class, rows), rows.rows);
  }

  /**
   * A component of type {@code int} or {@code Integer} in all rows.
   *
   * @param component its name
   * @return the values, over the object's memory; invalid when this is closed
   * @throws IllegalArgumentException if the record has no such component of that type
   * @throws IllegalStateException if this is closed, or there are several batches, which {@link
   *     #intColumn(String, int)} is for
   */
  public IntColumn intColumn(String component) {
    return new IntColumn(held, values(component, Integer.class, onlyBatch(component)), size);
  }

  /**
   * A component of type {@code int} or {@code Integer} in the rows of one batch.
   *
   * @param component its name
   * @param batch the batch's number, from 0
   * @return the values, over the object's memory; invalid when this is closed
   * @throws IllegalArgumentException if the record has no such component of that type
   * @throws IndexOutOfBoundsException if there is no such batch
   * @throws IllegalStateException if this is closed
   */
  public IntColumn intColumn(String component, int batch) {
    Batch rows = batches.get(batch);
    return new IntColumn(held, values(component, Integer.class, rows), rows.rows);
  }

  /**
   * A component of type {@code double} or {@code Double} in all rows.
   *
   * @param component its name
   * @return the values, over the object's memory; invalid when this is closed
   * @throws IllegalArgumentException if the record has no such component of that type
   * @throws IllegalStateException if this is closed, or there are several batches, which {@link
   *     #doubleColumn(String, int)} is for
   */
  public DoubleColumn doubleColumn(String component) {
    return new DoubleColumn(held, values(component, Double.class, onlyBatch(component)), size);
  }

  /**
   * A component of type {@code double} or {@code Double} in the rows of one batch.
   *
   * @param component its name
   * @param batch the batch's number, from 0
   * @return the values, over the object's memory; invalid when this is closed
   * @throws IllegalArgumentException if the record has no such component of that type
   * @throws IndexOutOfBoundsException if there is no such batch
   * @throws IllegalStateException if this is closed
   */
  public DoubleColumn doubleColumn(String component, int batch) {
    Batch rows = batches.get(batch);
    return new DoubleColumn(held, values(component, Double.class, rows), rows.rows);
  }

  /**
   * A component of any type in all rows, each value made when it is asked for.
   *
   * @param <V> the component's type, or its box
   * @param component its name
   * @param type the component's type, or its box
   * @return a list that can't change, with random access; null where the component is. Invalid when
   *     this is closed
   * @throws IllegalArgumentException if the record has no such component of that type
   */
  public <V> List<@Nullable V> column(String component, Class<V> type) {
    int index = component(component, type);
    return new ColumnList<>(index);
  }

  /**
   * The rows in their order. The fastest way to all of them.
   *
   * @return an iterator that removes nothing, for one thread
   */
  @Override
  @SuppressWarnings("unchecked") // The reader calls the constructor of T.
  public Iterator<T> iterator() {
    return only instanceof RowReader rows
        ? (Iterator<T>) (Iterator<?>) rows.iterator(held, size)
        : new Rows();
  }

  /**
   * Gives each record to an action, in their order.
   *
   * @param action what to do with it
   * @throws IllegalStateException if this is closed, also on the way
   */
  @Override
  public void forEach(Consumer<? super T> action) {
    for (T each : this) {
      action.accept(each);
    }
  }

  /** Lets go of the object. Idempotent. Records that were got stay valid, all else does not. */
  @Override
  public void close() {
    held.close();
  }

  /** What it is, not what is in it. */
  @Override
  public String toString() {
    return "RecordList[id=" + id() + " type=" + codec.type().getName() + " rows=" + size + "]";
  }

  private Reader values(String component, Class<?> box, Batch batch) {
    held.requireOpen();
    return batch.components[component(component, box)];
  }

  private int component(String component, Class<?> type) {
    int index = codec.indexOf(component);
    Class<?> box = codec.boxOf(index);
    if (box != type && !(type.isPrimitive() && Primitive.of(type) == Primitive.of(box))) {
      throw new IllegalArgumentException(
          "the component has another type: record=%s component=%s type=%s wanted=%s"
              .formatted(codec.type().getName(), component, box.getName(), type.getName()));
    }
    return index;
  }

  private Batch onlyBatch(String component) {
    if (batches.size() > 1) {
      throw new IllegalStateException(
          "several batches, ask for the column of each: id=%s component=%s batches=%d"
              .formatted(id(), component, batches.size()));
    }
    return batches.isEmpty() ? noRows(codec.columns().components().size()) : batches.getFirst();
  }

  private static Batch noRows(int components) {
    Reader[] readers = new Reader[components];
    Arrays.fill(readers, NullableReader.ALL_NULL);
    return new Batch(0, readers, NullableReader.ALL_NULL);
  }

  private int batchOf(int row) {
    int found = Arrays.binarySearch(ends, row + 1);
    if (found < 0) {
      return -found - 1;
    }
    // Batches without rows end where the one before them ends.
    while (found > 0 && ends[found - 1] == ends[found]) {
      found--;
    }
    return found;
  }

  private int start(int batch) {
    return ends[batch] - batches.get(batch).rows;
  }

  private final class Rows implements Iterator<T> {
    private int next;

    @Override
    public boolean hasNext() {
      return next < size;
    }

    @Override
    public T next() {
      if (next >= size) {
        throw new NoSuchElementException("rows=" + size);
      }
      return get(next++);
    }
  }

  private final class ColumnList<V> extends AbstractList<@Nullable V> implements RandomAccess {
    private final int component;

    ColumnList(int component) {
      this.component = component;
    }

    @Override
    @SuppressWarnings("unchecked") // The type was checked when the column was asked for.
    public @Nullable V get(int index) {
      held.requireOpen();
      Objects.checkIndex(index, size);
      int batch = batchOf(index);
      return (V) batches.get(batch).components[component].get(index - start(batch));
    }

    @Override
    public int size() {
      return size;
    }
  }
}
