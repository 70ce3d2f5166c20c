package io.plasmastore.arrow;

import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A dataframe in the store, opened: its schema, dictionaries and record batches, over the object's
 * own memory. <b>That memory is read-only: a write through a vector or an {@link ArrowBuf} got from
 * here ends this JVM with a SIGSEGV, while the data stays whole.</b> {@link ArrowClient#copyOf}
 * gives what may be changed.
 *
 * <p><b>Cost.</b> Opening reads the metadata of each message. The data is not touched before a
 * value is read.
 *
 * <p><b>Lifetime.</b> The object stays pinned until this, every root that {@link #batch} gave,
 * every {@link #reader} and every buffer retained from them are closed, in any order. Until then
 * the whole object counts, once, against the limit of the allocator that it was opened with. The
 * dictionaries live as long as this is open.
 *
 * <p><b>Threads.</b> All methods may be called by any thread; a root or a reader belongs to one
 * thread at a time.
 */
public final class ArrowObject implements AutoCloseable, DictionaryProvider {
  private final ObjectId id;
  private final StreamIndex index;
  private final StreamSchema schema;
  private final @Nullable Columns columns;
  private final SchemaCache schemas;
  private final BufferAllocator allocator;
  private final ArrowBuf object;

  /**
   * Guards what follows, and that nobody takes a hold on the object once it may have been released.
   */
  private final Object lock = new Object();

  private final ObjectDictionaries dictionaries;
  private boolean closed;

  private ArrowObject(
      ObjectId id,
      StreamIndex index,
      StreamSchema schema,
      @Nullable Columns columns,
      SchemaCache schemas,
      BufferAllocator allocator,
      ArrowBuf object) {
    this.id = id;
    this.index = index;
    this.schema = schema;
    this.columns = columns;
    this.schemas = schemas;
    this.allocator = allocator;
    this.object = object;
    this.dictionaries = new ObjectDictionaries(index, schema, object, allocator);
  }

  /** Opens a pinned object and takes over the pin, also when it fails. */
  static ArrowObject open(
      SealedObject sealed,
      @Nullable Columns columns,
      BufferAllocator allocator,
      SchemaCache schemas) {
    return open(sealed.id(), sealed.data(), columns, allocator, schemas, sealed::close);
  }

  /**
   * Opens the bytes of an object; {@code release} is called when nothing refers to them any more,
   * also when this fails.
   */
  static ArrowObject open(
      ObjectId id,
      MemorySegment data,
      @Nullable Columns columns,
      BufferAllocator allocator,
      SchemaCache schemas,
      Runnable release) {
    try {
      StreamIndex index = StreamIndex.ofObject(data, schemas);
      StreamSchema schema = schemas.select(index.schema(), columns);
      ArrowBuf object = PinnedAllocation.wrap(id, data, allocator, release);
      return new ArrowObject(id, index, schema, columns, schemas, allocator, object);
    } catch (Throwable e) {
      release.run();
      throw e;
    }
  }

  /**
   * The object's id.
   *
   * @return the id that it was opened by
   */
  public ObjectId id() {
    return id;
  }

  /**
   * The schema of the roots that {@link #batch} gives: of all columns, or of those that this was
   * opened with. Dictionary-encoded columns have the type of their indices, and an encoding whose
   * id {@link #lookup} knows.
   *
   * @return the schema
   */
  public Schema schema() {
    return schema.schema();
  }

  /**
   * The number of record batches.
   *
   * @return 0 or more
   */
  public int batchCount() {
    return index.batches().size();
  }

  /**
   * The rows of all batches together.
   *
   * @return 0 or more
   */
  public long rowCount() {
    return index.rowCount();
  }

  /**
   * The rows of one batch.
   *
   * @param batch its number, from 0
   * @return 0 or more
   * @throws IndexOutOfBoundsException if there is no such batch
   */
  public long rowCount(int batch) {
    return index.batches().get(batch).rowCount();
  }

  /**
   * One batch as a root of its own, whose vectors lie in the object's memory. Any batch, in any
   * order, any number of times.
   *
   * @param index its number, from 0
   * @return a new root, for the caller to close; it may outlive this object
   * @throws IndexOutOfBoundsException if there is no such batch
   * @throws InvalidArrowDataException if the batch's metadata does not fit to its body or the
   *     schema
   * @throws UnsupportedOperationException if a part of the batch is not supported
   * @throws IllegalStateException if this is closed
   */
  public VectorSchemaRoot batch(int index) {
    StreamIndex.BatchPosition position = this.index.batches().get(index);
    try (ArrowBuf held = hold()) {
      return root(position, held, 0, position.rowCount());
    }
  }

  /**
   * Loads a batch into a root, in the place of what the root has: another batch of this object, or
   * any batch of another object with the same columns. For loops: the vectors are used again, so
   * that this takes half to three quarters of the time of {@link #batch} and a close, and leaves
   * half as much to the garbage collector. What is loaded has the lifetime of what {@link #batch}
   * gives.
   *
   * @param index the batch's number, from 0
   * @param root got from this or another object, by this or another client, and not in use by
   *     another thread; if it is of some columns, these are loaded. When this throws, it is as
   *     before or empty
   * @throws IndexOutOfBoundsException if there is no such batch
   * @throws IllegalArgumentException if the root has other columns, by name or type, or was not got
   *     from a store
   * @throws InvalidArrowDataException as {@link #batch}
   * @throws UnsupportedOperationException as {@link #batch}
   * @throws IllegalStateException if this is closed
   */
  public void load(int index, VectorSchemaRoot root) {
    LoadedRoot target = LoadedRoot.require(root);
    StreamIndex.BatchPosition position = this.index.batches().get(index);
    try (ArrowBuf held = hold()) {
      target.load(this.index, target.schemaIn(this.index.schema(), schemas), position, held);
    }
  }

  /**
   * Some rows as roots over the object's memory, one for each batch that has any of them. No value
   * is copied, and none is looked at but the ends of runs, however many rows there are; only where
   * the first row is not the first of eight, the bits of validity bitmaps with nulls and of flags
   * are, a bit a value, since the bits of a vector start with a byte. Text, list and union columns
   * refer to the whole of their bytes and members: their first offset need not be 0.
   *
   * @param from the first row, counted over all batches, from 0
   * @param length how many rows
   * @return new roots, for the caller to close, in order; they may outlive this object. None if
   *     there are no rows
   * @throws IndexOutOfBoundsException if there are not so many rows
   * @throws InvalidArrowDataException as {@link #batch}
   * @throws UnsupportedOperationException as {@link #batch}
   * @throws IllegalStateException if this is closed
   */
  public List<VectorSchemaRoot> slice(long from, long length) {
    Objects.checkFromIndexSize(from, length, rowCount());
    List<VectorSchemaRoot> roots = new ArrayList<>();
    long start = 0;
    try (ArrowBuf held = hold()) {
      for (StreamIndex.BatchPosition position : index.batches()) {
        long end = start + position.rowCount();
        int first = (int) (Math.max(from, start) - start);
        int count = (int) (Math.min(from + length, end) - start) - first;
        if (count > 0) {
          roots.add(root(position, held, first, count));
        }
        start = end;
      }
      return roots;
    } catch (Throwable e) {
      roots.forEach(VectorSchemaRoot::close);
      throw e;
    }
  }

  /**
   * The same object with some of its columns: its schema, batches, readers and dictionaries are
   * those of these columns, and cost what these columns cost.
   *
   * @param chosen which of all columns of the object, whichever this one has
   * @return another opened object, for the caller to close, which may outlive this one
   * @throws IllegalArgumentException if there is no such column, or more than one of a name
   * @throws IllegalStateException if this is closed
   */
  public ArrowObject select(Columns chosen) {
    StreamSchema selected = schemas.select(index.schema(), chosen);
    return new ArrowObject(id, index, selected, chosen, schemas, allocator, hold());
  }

  /**
   * A reader over all batches, for whatever takes an {@link ArrowReader}: its root is loaded with
   * one batch after the other, each over the object's memory, nothing copied. Its dictionaries are
   * its own.
   *
   * @return a new reader, for the caller to close; it may outlive this object
   * @throws InvalidArrowDataException if a dictionary's metadata does not fit to its body or the
   *     schema
   * @throws UnsupportedOperationException if a part of a dictionary is not supported
   * @throws IllegalStateException if this is closed
   */
  public ArrowReader reader() {
    ArrowBuf held = hold();
    try {
      return new ArrowObjectReader(index, schema, columns, held, allocator);
    } catch (Throwable e) {
      held.close();
      throw e;
    }
  }

  /**
   * A dictionary that columns refer to. Its vector lies in the object's memory and is closed with
   * this. A dictionary that the stream appends to between batches has all values that were ever
   * appended, in memory of the allocator: what any batch refers to is among them.
   *
   * @param id the id in the column's encoding
   * @return the dictionary, or null if no column refers to the id
   * @throws InvalidArrowDataException if the dictionary's metadata does not fit to its body or the
   *     schema
   * @throws UnsupportedOperationException if a part of the dictionary is not supported
   * @throws IllegalStateException if the stream replaces the dictionary between batches, which
   *     {@link #dictionaries(int)} is for, or if this is closed
   */
  @Override
  public @Nullable Dictionary lookup(long id) {
    synchronized (lock) {
      requireOpen();
      if (index.dictionaries().isReplaced(id)) {
        throw new IllegalStateException(
            "the dictionary is replaced between batches, ask for the dictionaries of a batch: id="
                + this.id
                + " dictionary="
                + id);
      }
      return dictionaries.lookup(id, 0);
    }
  }

  /**
   * The dictionaries as one batch refers to them. They are the same for all batches, unless the
   * stream replaces a dictionary on the way. Their vectors are closed with this.
   *
   * @param batch its number, from 0
   * @return the dictionaries, for as long as this is open; looking one up throws what {@link
   *     #lookup} throws
   * @throws IndexOutOfBoundsException if there is no such batch
   */
  public DictionaryProvider dictionaries(int batch) {
    Objects.checkIndex(batch, batchCount());
    return new DictionaryProvider() {
      @Override
      public @Nullable Dictionary lookup(long id) {
        synchronized (lock) {
          requireOpen();
          return dictionaries.lookup(id, batch);
        }
      }

      @Override
      public Set<Long> getDictionaryIds() {
        return dictionaries.ids();
      }
    };
  }

  /**
   * Reads all data and checks that everything in it that refers to other data refers to what is
   * there: offsets, sizes, views, type ids, run ends and dictionary indices; and that there are as
   * many nulls as stated. For objects of producers that are not trusted: every other method checks
   * the metadata alone, and a value that refers to nothing then throws, or is nonsense, when it is
   * read. What the values mean is not checked, such as whether a text is UTF-8.
   *
   * @throws InvalidArrowDataException naming batch, field and value of the first that does not fit
   * @throws UnsupportedOperationException if a part of the object is not supported
   * @throws IllegalStateException if this is closed
   */
  public void validate() {
    try (ArrowBuf held = hold()) {
      ObjectCheck check = new ObjectCheck(index, schema, held, allocator);
      check.dictionaries();
      check.batches();
    }
  }

  /**
   * Whether the producer compressed any batch or dictionary. These are decompressed when they are
   * loaded, into memory of the allocator; all others are read where they lie.
   *
   * @return whether reading the object makes copies
   */
  public boolean isCompressed() {
    return index.isCompressed();
  }

  /**
   * The ids of the dictionaries that columns refer to.
   *
   * @return the ids, which can't be changed
   */
  @Override
  public Set<Long> getDictionaryIds() {
    return dictionaries.ids();
  }

  /**
   * Closes the dictionaries and gives up this hold on the object. Roots and readers got from it
   * stay valid. Idempotent.
   */
  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      try (object) {
        dictionaries.close();
      }
    }
  }

  @Override
  public String toString() {
    return "ArrowObject[id=" + id + " rows=" + rowCount() + " batches=" + batchCount() + "]";
  }

  private VectorSchemaRoot root(
      StreamIndex.BatchPosition position, ArrowBuf held, int from, int rowCount) {
    return LoadedRoot.of(index, schema, columns, position, held, allocator, from, rowCount);
  }

  /** A buffer that keeps the object until it is closed. */
  private ArrowBuf hold() {
    synchronized (lock) {
      requireOpen();
      object.getReferenceManager().retain();
      return object;
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the object was closed: id=" + id);
    }
  }
}
