package io.plasmastore.bench.handover;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.bench.data.Orders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Through the store: only the object's id is sent. Where one message follows another, what was
 * taken is deleted {@value #TAKEN_AT_ONCE} at a time.
 */
abstract class Stored implements Way {
  private static final int TAKEN_AT_ONCE = 32;

  private final PlasmaClient client;

  /** The numbers of this end's objects follow it. */
  private final byte[] prefix = ObjectId.random().toBytes();

  private final List<ObjectId> taken = new ArrayList<>(TAKEN_AT_ONCE);
  private final ByteBuffer received = ByteBuffer.allocate(ObjectId.SIZE);
  private int number;
  private @Nullable ObjectId sent;

  Stored(PlasmaClient client) {
    this.client = client;
  }

  /** Puts the rows. */
  abstract void put(ObjectId object, Orders orders);

  /** Gets them. */
  abstract Received get(ObjectId object);

  @Override
  public final void send(Orders orders, SocketChannel out) throws IOException {
    ObjectId id = following();
    number++;
    put(id, orders);
    sent = id;
    Wire.write(out, ByteBuffer.wrap(id.toBytes()));
  }

  @Override
  public final void afterwards() {
    taken();
    deleteTaken();
  }

  @Override
  public final void taken() {
    if (sent != null) {
      taken.add(sent);
      sent = null;
      if (taken.size() == TAKEN_AT_ONCE) {
        deleteTaken();
      }
    }
  }

  @Override
  public final void await(SocketChannel in) throws IOException {
    ByteBuffer unused = Wire.read(in, received.clear());
  }

  @Override
  public final Received open(SocketChannel in) {
    return get(ObjectId.of(received.array()));
  }

  @Override
  public final boolean opensAgain() {
    return true;
  }

  @Override
  public void close() {
    afterwards();
  }

  /** The id of what is put next. */
  final ObjectId following() {
    byte[] bytes = prefix.clone();
    ByteBuffer.wrap(bytes).putInt(number);
    return ObjectId.of(bytes);
  }

  private void deleteTaken() {
    List<@Nullable ErrorCode> errors = client.deleteAll(taken);
    if (!errors.stream().allMatch(java.util.Objects::isNull)) {
      throw new IllegalStateException("what was put is not there: ids=" + taken + " " + errors);
    }
    taken.clear();
  }
}
