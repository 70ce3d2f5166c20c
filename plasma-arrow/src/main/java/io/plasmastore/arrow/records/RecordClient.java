package io.plasmastore.arrow.records;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Lists of records in and out of a store, as dataframes that any Arrow library reads.
 *
 * <p><b>Cost.</b> A put takes each record apart into columns. Of a long list, from 65,536 records
 * on, these lie in the object; as many threads as there are cores, up to four, the caller's and
 * some of {@link io.plasmastore.SpareCores}, fill a few thousand rows each at a time, in a few
 * megabytes of the client's allocator. That is so for lists of the JDK with random access, such as
 * an ArrayList, of records without a list, a map or a record in them. Others are taken apart into
 * private columns from the client's allocator, by several threads where the list is one of these,
 * and copied into shared memory. A get makes no record and reads no value: it costs the same for
 * ten rows and for ten million, but for two things that another producer's columns may be. Where
 * they are declared nullable and the record allows no nulls, their validity bitmaps are looked
 * through, a bit a row. Numbers that are encoded by a dictionary or run ends are written out.
 *
 * <p><b>Threads.</b> Safe for any number of threads, as its {@link ArrowClient} is.
 *
 * @param <T> the class of the records
 */
public final class RecordClient<T extends Record> {
  private final RecordCodec<T> codec;
  private final ArrowClient dataframes;

  RecordClient(RecordCodec<T> codec, ArrowClient dataframes) {
    this.codec = Objects.requireNonNull(codec, "codec");
    this.dataframes = Objects.requireNonNull(dataframes, "dataframes");
  }

  /**
   * Stores records.
   *
   * @param id the new object's id
   * @param records which, none of them null; read once or, of a long list, some of them again; the
   *     caller's as before, not to be changed meanwhile
   * @throws IllegalArgumentException naming row and component of the first value that can't be
   *     stored; nothing is stored
   * @throws org.apache.arrow.memory.OutOfMemoryException if the allocator's limit does not allow
   *     the columns; nothing is stored
   * @throws io.plasmastore.PlasmaException if the id exists, the store is full or gone; nothing is
   *     stored
   */
  public void put(ObjectId id, List<? extends T> records) {
    Objects.requireNonNull(id, "id");
    try (RecordPut put = prepare(records)) {
      put.put(id);
    }
  }

  /**
   * The records of a dataframe that is sealed, of this process, another or another language's
   * producer. Columns that no component is named after are left alone.
   *
   * @param id the object's id
   * @return the records, for the caller to close
   * @throws SchemaMismatchException naming each difference, if the columns do not fit to the
   *     record, or have a null where it allows none
   * @throws io.plasmastore.arrow.InvalidArrowDataException if the object is not an Arrow stream
   * @throws UnsupportedOperationException naming the field, if a part of the stream is not
   *     supported
   * @throws IllegalArgumentException if there are more than 2^31 − 1 rows
   * @throws org.apache.arrow.memory.OutOfMemoryException if the allocator's limit does not allow
   *     the object's size, which counts while it is opened
   * @throws io.plasmastore.PlasmaException if there is no such object, it is not sealed, or the
   *     store is gone
   */
  public RecordList<T> get(ObjectId id) {
    return RecordList.open(codec, dataframes, dataframes.client().get(id));
  }

  /**
   * The records of a dataframe, once it is sealed. As {@link #get(ObjectId)} otherwise.
   *
   * @param id the object's id
   * @param timeout how long to wait for the seal; negative waits for ever
   * @return the records, for the caller to close
   * @throws InterruptedException if the thread is interrupted while it waits
   * @throws io.plasmastore.PlasmaException if the object is not sealed in time, or the store is
   *     gone
   */
  public RecordList<T> get(ObjectId id, Duration timeout) throws InterruptedException {
    return RecordList.open(codec, dataframes, dataframes.client().get(id, timeout));
  }

  /** Records to be put, for the caller to close. */
  RecordPut prepare(List<? extends T> records) {
    return new RecordPut(dataframes, codec, records);
  }
}
