package io.plasmastore.arrow;

import io.plasmastore.ObjectId;
import io.plasmastore.ObjectOptions;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Dataframes in and out of a store. What a get returns lies in memory that all processes of the
 * machine share, and <b>that memory is read-only: a write through a vector or an {@link
 * org.apache.arrow.memory.ArrowBuf} of a root got from here ends this JVM with a SIGSEGV, while the
 * data stays whole.</b> {@link #copyOf(VectorSchemaRoot) copyOf} gives what may be changed.
 *
 * <pre>{@code
 * try (PlasmaClient client = PlasmaClient.connect(socket);
 *     BufferAllocator allocator = new RootAllocator()) {
 *   ArrowClient dataframes = ArrowClient.over(client, allocator);
 *   dataframes.put(ObjectId.named("trades"), root);
 *   // in another process
 *   try (VectorSchemaRoot trades = dataframes.get(ObjectId.named("trades"))) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p><b>Cost.</b> A put copies each buffer once, into shared memory; from 4 MB on {@link
 * io.plasmastore.SpareCores} that have time help its caller. A get copies nothing, touches no
 * value, and costs the same for a thousand rows and for a hundred million; there is no round trip
 * to the store when the object is sealed.
 *
 * <p><b>Form.</b> An object is a plain Arrow IPC stream of the columnar format's version 1.0 and
 * later (metadata V5), its buffers aligned to 64 bytes: any Arrow library reads its bytes as they
 * lie. What other producers write is read as well: metadata V4, any alignment, validity bitmaps
 * left out.
 *
 * <p><b>Types.</b> All that arrow-java has vectors for, nested in any way and dictionary-encoded at
 * any depth; registered extension types as their own vectors, others as their storage. Decimals of
 * 32 and 64 bits, fixed-size lists of unions, unions and maps with two fields of one name, and
 * big-endian data are refused with an {@link UnsupportedOperationException}: on put before anything
 * is stored, on get before any vector is handed out. Batches that another producer compressed by
 * LZ4 or ZSTD are decompressed when they are loaded.
 *
 * <p><b>Memory.</b> A root that was got holds a pin on its object until the root, and every buffer
 * retained from it, is closed. Until then the whole object counts against the allocator's limit.
 * The allocator must not be closed before. Neither the client nor the allocator is owned by this;
 * close them yourself, the client last.
 *
 * <p><b>Threads.</b> Safe for any number of threads, as its client and allocator are. Roots and
 * readers belong to one thread at a time.
 */
public final class ArrowClient {
  /** What the core takes along in one message. */
  private static final long SMALL = 64 << 10;

  static final DictionaryProvider NO_DICTIONARIES = new DictionaryProvider.MapDictionaryProvider();

  private final PlasmaClient client;
  private final BufferAllocator allocator;
  private final boolean keep;
  private final SchemaCache schemas = new SchemaCache();

  private ArrowClient(PlasmaClient client, BufferAllocator allocator, boolean keep) {
    this.keep = keep;
    this.client = Objects.requireNonNull(client, "client");
    this.allocator = Objects.requireNonNull(allocator, "allocator");
  }

  /**
   * Dataframes over a client.
   *
   * @param client the connection, not owned
   * @param allocator counts the memory of what is got, not owned
   * @return a new object, cheap to make; keep it, since it remembers the schemas that it has parsed
   */
  public static ArrowClient over(PlasmaClient client, BufferAllocator allocator) {
    return new ArrowClient(client, allocator, false);
  }

  /**
   * The same, whose dataframes are never dropped to make room, only deleted.
   *
   * @return another object over the same client and allocator
   */
  public ArrowClient keeping() {
    return new ArrowClient(client, allocator, true);
  }

  /**
   * Stores a dataframe of one batch.
   *
   * @param id the new object's id
   * @param root the dataframe, without dictionary-encoded columns; not changed, and the caller's as
   *     before
   * @throws UnsupportedOperationException naming the field, if a column's type is not supported;
   *     nothing is stored
   * @throws IllegalArgumentException if a vector's value count is not the root's row count, a
   *     vector's buffers are too short, or a column is dictionary-encoded; nothing is stored
   * @throws io.plasmastore.PlasmaException if the id exists, the store is full or gone; nothing is
   *     stored, unless the store died before it could answer
   */
  public void put(ObjectId id, VectorSchemaRoot root) {
    put(id, root, NO_DICTIONARIES);
  }

  /**
   * Stores a dataframe of one batch with its dictionaries.
   *
   * @param id the new object's id
   * @param root the dataframe; not changed, and the caller's as before
   * @param dictionaries has the dictionary of each dictionary-encoded column, those within
   *     dictionaries included; it may have others, which are not stored
   * @throws UnsupportedOperationException naming the field, if a column's type is not supported;
   *     nothing is stored
   * @throws IllegalArgumentException if a dictionary is missing, a vector's value count is not the
   *     root's row count, or a vector's buffers are too short; nothing is stored
   * @throws io.plasmastore.PlasmaException if the id exists, the store is full or gone; nothing is
   *     stored, unless the store died before it could answer
   */
  public void put(ObjectId id, VectorSchemaRoot root, DictionaryProvider dictionaries) {
    Objects.requireNonNull(id, "id");
    try (StreamPlan plan = StreamPlan.of(root, dictionaries)) {
      store(id, plan);
    }
  }

  /**
   * Stores a dataframe whose size was asked for first.
   *
   * @param id the new object's id
   * @param stream what to store; stays open
   * @throws io.plasmastore.PlasmaException if the id exists, the store is full or gone; nothing is
   *     stored, unless the store died before it could answer
   */
  public void put(ObjectId id, DataframeStream stream) {
    store(Objects.requireNonNull(id, "id"), stream.plan());
  }

  /**
   * Stores a dataframe of all batches that a reader still has, with its dictionaries. The batches
   * are held in memory together, since an object's size must be known before it is created.
   *
   * @param id the new object's id
   * @param reader read to its end, its root left empty; not closed
   * @throws UnsupportedOperationException naming the field, if a column's type is not supported;
   *     nothing is stored
   * @throws IllegalArgumentException if the vectors of a batch do not fit together; nothing is
   *     stored
   * @throws UncheckedIOException if the reader fails; nothing is stored
   * @throws io.plasmastore.PlasmaException if the id exists, the store is full or gone; nothing is
   *     stored, unless the store died before it could answer
   */
  public void put(ObjectId id, ArrowReader reader) {
    Objects.requireNonNull(id, "id");
    try (StreamPlan plan = StreamPlan.of(reader)) {
      store(id, plan);
    } catch (IOException e) {
      throw new UncheckedIOException("reading the dataframe failed: id=" + id, e);
    }
  }

  /**
   * Stores a dataframe of all batches that a reader still has, with its dictionaries, and waits for
   * room if there is none.
   *
   * @param id the new object's id
   * @param reader read to its end, its root left empty; not closed
   * @param timeout how long to wait for room; 0 not at all, negative for ever
   * @throws UnsupportedOperationException as {@link #put(ObjectId, ArrowReader)}
   * @throws IllegalArgumentException as {@link #put(ObjectId, ArrowReader)}
   * @throws UncheckedIOException as {@link #put(ObjectId, ArrowReader)}
   * @throws io.plasmastore.PlasmaException if the id exists, the store stays full or is gone;
   *     nothing is stored
   * @throws InterruptedException if this thread is interrupted while it waits; nothing is stored
   */
  public void put(ObjectId id, ArrowReader reader, Duration timeout) throws InterruptedException {
    Objects.requireNonNull(id, "id");
    try (StreamPlan plan = StreamPlan.of(reader);
        ObjectWriter writer =
            client.create(
                id,
                plan.size(),
                ObjectOptions.DEFAULT
                    .withMetadata(plan.metadata().toBytes())
                    .withKeep(keep)
                    .withTimeout(timeout))) {
      plan.writeTo(writer.data());
      writer.seal();
    } catch (IOException e) {
      throw new UncheckedIOException("reading the dataframe failed: id=" + id, e);
    }
  }

  /**
   * Stores a dataframe of all batches that a reader still has, with its dictionaries, and holds no
   * more than one batch in memory: each is copied once, into an object that grows.
   *
   * @param id the new object's id
   * @param reader read to its end; not closed
   * @param options how much room the object begins with, and how much it may take
   * @throws UnsupportedOperationException naming the field, if a column's type is not supported;
   *     nothing is stored
   * @throws IllegalArgumentException if the vectors of a batch do not fit together; nothing is
   *     stored
   * @throws UncheckedIOException if the reader fails; nothing is stored
   * @throws org.apache.arrow.memory.OutOfMemoryException if the maxCapacity does not suffice;
   *     nothing is stored
   * @throws io.plasmastore.PlasmaException if the id exists, the store is full or gone; nothing is
   *     stored, unless the store died before it could answer
   */
  public void put(ObjectId id, ArrowReader reader, BuildOptions options) {
    try {
      Schema schema = reader.getVectorSchemaRoot().getSchema();
      try (ArrowBuilder builder = build(id, schema, reader, options)) {
        while (reader.loadNextBatch()) {
          builder.append(reader.getVectorSchemaRoot());
        }
        builder.seal();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading the dataframe failed: id=" + id, e);
    }
  }

  /**
   * Begins a dataframe that is built inside the store.
   *
   * @param id the new object's id
   * @param schema of its vectors, without dictionary-encoded columns
   * @param options how much room it begins with, and how much it may take
   * @return what to fill and seal; the caller closes it
   * @throws UnsupportedOperationException naming the field, if a column's type is not supported
   * @throws IllegalArgumentException if a column is dictionary-encoded, or the metadata alone takes
   *     more than the maxCapacity
   * @throws io.plasmastore.PlasmaException if the id exists, the store is full or gone
   */
  public ArrowBuilder build(ObjectId id, Schema schema, BuildOptions options) {
    return build(id, schema, NO_DICTIONARIES, options);
  }

  /**
   * Begins a dataframe with dictionaries that is built inside the store.
   *
   * @param id the new object's id
   * @param schema of its vectors
   * @param dictionaries has the dictionary of each dictionary-encoded column; its values are taken
   *     when a batch ends
   * @param options how much room it begins with, and how much it may take
   * @return what to fill and seal; the caller closes it
   * @throws UnsupportedOperationException naming the field, if a column's type is not supported
   * @throws IllegalArgumentException if a dictionary is missing, or metadata and dictionaries alone
   *     take more than the maxCapacity
   * @throws io.plasmastore.PlasmaException if the id exists, the store is full or gone
   */
  public ArrowBuilder build(
      ObjectId id, Schema schema, DictionaryProvider dictionaries, BuildOptions options) {
    Objects.requireNonNull(id, "id");
    return ArrowBuilder.begin(client, allocator, id, schema, dictionaries, options, keep);
  }

  /**
   * Begins a dataframe that is built inside the store, of the schema of another and with room for
   * as much. Its vectors are not allocated, but told how much to allocate.
   *
   * @param id the new object's id
   * @param like a dataframe of one batch, without dictionary-encoded columns; not changed
   * @return what to fill and seal; the caller closes it
   * @throws UnsupportedOperationException as {@link #build(ObjectId, Schema, BuildOptions)}
   * @throws IllegalArgumentException as {@link #put(ObjectId, VectorSchemaRoot)}
   * @throws io.plasmastore.PlasmaException if the id exists, the store is full or gone
   */
  public ArrowBuilder createLike(ObjectId id, VectorSchemaRoot like) {
    long size;
    try (StreamPlan plan = StreamPlan.of(like, NO_DICTIONARIES)) {
      size = plan.size();
    }
    ArrowBuilder builder =
        build(id, like.getSchema(), BuildOptions.DEFAULT.withCapacity(InitialCapacity.room(size)));
    try {
      InitialCapacity.copy(like, builder.root());
      return builder;
    } catch (Throwable e) {
      builder.close();
      throw e;
    }
  }

  /**
   * The one batch of a dataframe that is sealed. Dictionary-encoded columns are vectors of indices;
   * {@link #open} gives the dictionaries too. A dataframe without batches is a root without rows.
   *
   * @param id the object's id
   * @return a new root over the object's memory; closing it releases the pin
   * @throws IllegalStateException if the object has several batches, which {@link #open} is for
   * @throws InvalidArrowDataException if the object is not an Arrow stream
   * @throws UnsupportedOperationException naming the field, if a part of the stream is not
   *     supported
   * @throws org.apache.arrow.memory.OutOfMemoryException if the allocator's limit does not allow
   *     the object's size
   * @throws io.plasmastore.PlasmaException if there is no such object, it is not sealed, or the
   *     store is gone
   */
  public VectorSchemaRoot get(ObjectId id) {
    return onlyBatch(client.get(id), null);
  }

  /**
   * The one batch of a dataframe, once it is sealed. As {@link #get(ObjectId)} otherwise.
   *
   * @param id the object's id
   * @param timeout how long to wait for the seal; negative waits for ever
   * @return a new root over the object's memory; closing it releases the pin
   * @throws InterruptedException if the thread is interrupted while it waits
   * @throws io.plasmastore.PlasmaException if the object is not sealed in time, or the store is
   *     gone
   */
  public VectorSchemaRoot get(ObjectId id, Duration timeout) throws InterruptedException {
    return onlyBatch(client.get(id, timeout), null);
  }

  /**
   * Opens a dataframe that is sealed, for access batch by batch.
   *
   * @param id the object's id
   * @return the opened object, for the caller to close
   * @throws InvalidArrowDataException if the object is not an Arrow stream
   * @throws UnsupportedOperationException naming the field, if a part of the stream is not
   *     supported
   * @throws org.apache.arrow.memory.OutOfMemoryException if the allocator's limit does not allow
   *     the object's size
   * @throws io.plasmastore.PlasmaException if there is no such object, it is not sealed, or the
   *     store is gone
   */
  public ArrowObject open(ObjectId id) {
    return ArrowObject.open(client.get(id), null, allocator, schemas);
  }

  /**
   * Opens a dataframe, once it is sealed. As {@link #open(ObjectId)} otherwise.
   *
   * @param id the object's id
   * @param timeout how long to wait for the seal; negative waits for ever
   * @return the opened object, for the caller to close
   * @throws InterruptedException if the thread is interrupted while it waits
   * @throws io.plasmastore.PlasmaException if the object is not sealed in time, or the store is
   *     gone
   */
  public ArrowObject open(ObjectId id, Duration timeout) throws InterruptedException {
    return ArrowObject.open(client.get(id, timeout), null, allocator, schemas);
  }

  /**
   * Opens a dataframe that lies in memory of the caller's, as {@link DataframeStream#writeTo} left
   * it there.
   *
   * @param id what to call it; no object need have this id
   * @param stream the bytes of an Arrow stream, native memory that does not change meanwhile
   * @param release called when nothing refers to the memory any more, also when this throws; it may
   *     be called twice then, by any thread
   * @return the opened dataframe, for the caller to close
   * @throws InvalidArrowDataException if it is not an Arrow stream
   * @throws UnsupportedOperationException naming the field, if a part of the stream is not
   *     supported
   * @throws org.apache.arrow.memory.OutOfMemoryException if the allocator's limit does not allow
   *     the size
   */
  public ArrowObject open(ObjectId id, MemorySegment stream, Runnable release) {
    return ArrowObject.open(id, stream, null, allocator, schemas, release);
  }

  /**
   * Some columns of the one batch of a dataframe that is sealed, as {@link #get(ObjectId)}
   * otherwise. Costs what these columns cost, however many there are.
   *
   * @param id the object's id
   * @param columns which, in the order that the root is to have
   * @return a new root over the object's memory; closing it releases the pin
   * @throws IllegalArgumentException if there is no such column, or more than one of a name
   */
  public VectorSchemaRoot get(ObjectId id, Columns columns) {
    return onlyBatch(client.get(id), Objects.requireNonNull(columns, "columns"));
  }

  /**
   * Opens some columns of a dataframe that is sealed, as {@link #open(ObjectId)} otherwise. To wait
   * for it, open it with a timeout and {@linkplain ArrowObject#select select} of it.
   *
   * @param id the object's id
   * @param columns which, in the order that the roots are to have
   * @return the opened object, for the caller to close
   * @throws IllegalArgumentException if there is no such column, or more than one of a name
   */
  public ArrowObject open(ObjectId id, Columns columns) {
    Objects.requireNonNull(columns, "columns");
    return ArrowObject.open(client.get(id), columns, allocator, schemas);
  }

  /**
   * Loads the one batch of a dataframe that is sealed into a root that was got before, in the place
   * of what it has, which is released: {@link #get(ObjectId)} and a close in half to three quarters
   * of their time, since the vectors are used again. See {@link ArrowObject#load} for batches.
   *
   * @param id the object's id
   * @param root got from a store, of all columns or of some, and not in use by another thread. When
   *     this throws, it is as before or empty
   * @throws IllegalArgumentException if the object has other columns, by name or type, or the root
   *     was not got from a store
   * @throws IllegalStateException if the object has several batches
   * @throws InvalidArrowDataException as {@link #get(ObjectId)}
   * @throws UnsupportedOperationException as {@link #get(ObjectId)}
   * @throws org.apache.arrow.memory.OutOfMemoryException if the root's allocator does not allow the
   *     object's size, beside that of what the root has
   * @throws io.plasmastore.PlasmaException as {@link #get(ObjectId)}
   */
  public void load(ObjectId id, VectorSchemaRoot root) {
    LoadedRoot target = LoadedRoot.require(root);
    SealedObject sealed = client.get(id);
    OnlyBatch.load(id, sealed.data(), target, schemas, sealed::close);
  }

  /**
   * A private copy of a root, for those who want to write: of every type, in memory of this
   * client's allocator, each buffer on its own, so that the vectors can be set, grown and moved
   * like any others. What the vectors show is copied, nulls and all; dictionaries are not, since
   * the root does not have them; put a dictionary's vector into a root to copy it.
   *
   * @param root got from a store, or any other; not changed
   * @return a new root with the same schema and values, for the caller to close
   * @throws UnsupportedOperationException naming the field, if a column's type is not supported
   * @throws IllegalArgumentException if the vectors and the row count do not fit together
   * @throws org.apache.arrow.memory.OutOfMemoryException if the allocator's limit does not allow it
   */
  public VectorSchemaRoot copyOf(VectorSchemaRoot root) {
    return PrivateCopy.of(root, allocator);
  }

  /**
   * What a dataframe consists of, from its metadata: no value is touched, no allocator counts it,
   * and nothing is held afterwards.
   *
   * @param id the object's id
   * @return its schema and its counts
   * @throws InvalidArrowDataException if the object is not an Arrow stream
   * @throws UnsupportedOperationException naming the field, if a part of its schema is not
   *     supported
   * @throws io.plasmastore.PlasmaException if there is no such object, it is not sealed, or the
   *     store is gone
   */
  public DataframeInfo describe(ObjectId id) {
    try (SealedObject sealed = client.get(id)) {
      return DataframeInfo.of(id, StreamIndex.ofObject(sealed.data(), schemas));
    }
  }

  /**
   * The connection.
   *
   * @return the client that this was made over
   */
  public PlasmaClient client() {
    return client;
  }

  /**
   * Counts the memory of what is got.
   *
   * @return the allocator that this was made over
   */
  public BufferAllocator allocator() {
    return allocator;
  }

  /** Creates the object of a stream, to be written. */
  ObjectWriter create(ObjectId id, StreamPlan plan) {
    return client.create(id, plan.size(), plan.metadata().toBytes(), keep);
  }

  void store(ObjectId id, StreamPlan plan) {
    if (plan.size() <= SMALL) {
      // One copy more takes less than a second round trip.
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment stream = arena.allocate(plan.size(), StreamLayout.ALIGNMENT);
        plan.writeTo(stream);
        client.createAndSeal(id, stream, plan.metadata().toBytes(), keep);
      }
      return;
    }
    // Closing a writer that is not sealed aborts it, whatever was thrown.
    try (ObjectWriter writer = create(id, plan)) {
      plan.writeTo(writer.data());
      writer.seal();
    }
  }

  private VectorSchemaRoot onlyBatch(SealedObject sealed, @Nullable Columns columns) {
    return OnlyBatch.get(sealed.id(), sealed.data(), columns, allocator, schemas, sealed::close);
  }
}
