package io.plasmastore.arrow.cdata;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.ArrowObject;
import io.plasmastore.arrow.BuildOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.vector.ipc.ArrowReader;

/**
 * Dataframes as streams of the Arrow C data interface: what another Arrow library in this process
 * produces is copied once, into the store, batch by batch; what is in the store it reads where it
 * lies.
 *
 * <pre>{@code
 * CDataClient streams = CDataClient.over(dataframes);
 * try (ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
 *   streams.export(ObjectId.named("trades"), stream);
 *   duckdb.registerArrowStream("trades", stream); // one scan
 *   ...
 * }
 * }</pre>
 *
 * <p>Any thread may call any method.
 */
public final class CDataClient {
  private final ArrowClient dataframes;

  private CDataClient(ArrowClient dataframes) {
    this.dataframes = Objects.requireNonNull(dataframes, "dataframes");
  }

  /**
   * Streams over a client.
   *
   * @param dataframes the client, not owned
   * @return a new object, cheap to make
   */
  public static CDataClient over(ArrowClient dataframes) {
    return new CDataClient(dataframes);
  }

  /**
   * Stores all that a stream produces. No more than one batch is held outside of the store at a
   * time.
   *
   * @param id the new object's id
   * @param stream a stream that was produced and not read; it is taken over, and released when this
   *     returns or throws. The struct itself stays the caller's to close
   * @param options how much room the object begins with, and how much it may take
   * @throws UnsupportedOperationException naming the field, if a column's type is not supported;
   *     nothing is stored
   * @throws UncheckedIOException if the producer fails; nothing is stored
   * @throws org.apache.arrow.memory.OutOfMemoryException if the maxCapacity does not suffice;
   *     nothing is stored
   * @throws io.plasmastore.PlasmaException if the id exists, the store is full or gone; nothing is
   *     stored
   */
  public void put(ObjectId id, ArrowArrayStream stream, BuildOptions options) {
    try (ArrowReader reader = Data.importArrayStream(dataframes.allocator(), stream)) {
      dataframes.put(id, reader, options);
    } catch (IOException e) {
      throw new UncheckedIOException("releasing the stream failed: id=" + id, e);
    }
  }

  /**
   * Offers the batches of a dataframe that is sealed to another library, with its dictionaries.
   * Nothing is copied. The object stays pinned until the consumer has released the stream and every
   * batch that it took from it.
   *
   * @param id the object's id
   * @param stream a struct that has no stream yet
   * @throws io.plasmastore.arrow.InvalidArrowDataException if the object is not an Arrow stream
   * @throws UnsupportedOperationException naming the field, if a part of the object is not
   *     supported
   * @throws io.plasmastore.PlasmaException if there is no such object, it is not sealed, or the
   *     store is gone
   */
  public void export(ObjectId id, ArrowArrayStream stream) {
    try (ArrowObject object = dataframes.open(id)) {
      // Closed by the consumer, who may outlive this call and the opened object.
      Data.exportArrayStream(dataframes.allocator(), object.reader(), stream);
    }
  }
}
