package io.plasmastore.bench.handover;

import io.plasmastore.bench.data.Orders;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

/**
 * Dataframes as Arrow streams in LMDB, in a file in shared memory, as fast as it documents: a
 * writable map without syncs, in which room is reserved and the stream is written; read where it
 * lies, in a read transaction that is kept and renewed.
 */
final class Lmdb implements Medium {
  /** Room for a few of the largest: what a transaction frees is there for the next but one. */
  private static final long MAP_SIZE = 2L << 30;

  private final BufferAllocator allocator;
  private final Env<ByteBuffer> env;
  private final Dbi<ByteBuffer> dataframes;

  Lmdb(Place place) {
    this.allocator = place.dataframes().allocator();
    Path folder = place.folder().resolve("lmdb");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    this.env =
        Env.create()
            .setMapSize(MAP_SIZE)
            .open(folder.toFile(), EnvFlags.MDB_WRITEMAP, EnvFlags.MDB_NOSYNC, EnvFlags.MDB_NOTLS);
    this.dataframes = env.openDbi("dataframes", DbiFlags.MDB_CREATE);
  }

  @Override
  public Way way() {
    return new LmdbWay();
  }

  @Override
  public void close() {
    env.close();
  }

  private final class LmdbWay extends Placed {
    private final ByteBuffer keyBuffer = ByteBuffer.allocateDirect(Long.BYTES);
    private @Nullable Txn<ByteBuffer> reading;

    @Override
    long put(long key, Orders orders) throws IOException {
      VectorSchemaRoot root = orders.root();
      int size = Math.toIntExact(StreamWriter.size(root));
      try (Txn<ByteBuffer> writing = env.txnWrite()) {
        ByteBuffer room = dataframes.reserve(writing, buffer(key), size);
        StreamWriter.write(root, MemorySegment.ofBuffer(room));
        writing.commit();
      }
      return size;
    }

    @Override
    Received get(long key, long size) throws IOException {
      Txn<ByteBuffer> txn = reading;
      if (txn == null) {
        txn = env.txnRead();
        reading = txn;
      } else {
        txn.renew();
      }
      MemorySegment stream = MemorySegment.ofBuffer(dataframes.get(txn, buffer(key)));
      return new ReceivedRoot(WrappedStream.of(stream, allocator, txn::reset));
    }

    @Override
    void remove(long key) {
      try (Txn<ByteBuffer> writing = env.txnWrite()) {
        boolean unused = dataframes.delete(writing, buffer(key));
        writing.commit();
      }
    }

    @Override
    public void close() {
      if (reading != null) {
        reading.close();
      }
    }

    private ByteBuffer buffer(long key) {
      return keyBuffer.clear().putLong(key).flip();
    }
  }
}
