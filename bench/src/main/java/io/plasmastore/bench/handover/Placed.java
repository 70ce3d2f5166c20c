package io.plasmastore.bench.handover;

import io.plasmastore.ObjectId;
import io.plasmastore.bench.data.Orders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Through a place that both processes see, under a key: key and size are sent. */
abstract class Placed implements Way {
  /** Of what this end sends, one after the other. */
  private final long key = ByteBuffer.wrap(ObjectId.random().toBytes()).getLong();

  private final ByteBuffer sent = ByteBuffer.allocate(2 * Long.BYTES);
  private final ByteBuffer received = ByteBuffer.allocate(2 * Long.BYTES);

  /**
   * Puts the rows there, in the place of what this end put there before.
   *
   * @return what {@link #get} is to know beside the key: the size, in most
   */
  abstract long put(long key, Orders orders) throws Exception;

  /** Has the rows that were put. */
  abstract Received get(long key, long size) throws Exception;

  /** Removes them. */
  abstract void remove(long key) throws Exception;

  @Override
  public final void send(Orders orders, SocketChannel out) throws Exception {
    long size = put(key, orders);
    Wire.write(out, sent.clear().putLong(key).putLong(size).flip());
  }

  @Override
  public final void afterwards() throws Exception {
    remove(key);
  }

  @Override
  public final void await(SocketChannel in) throws IOException {
    ByteBuffer unused = Wire.read(in, received.clear());
  }

  @Override
  public final Received open(SocketChannel in) throws Exception {
    return get(received.getLong(0), received.getLong(Long.BYTES));
  }

  @Override
  public boolean opensAgain() {
    return true;
  }
}
