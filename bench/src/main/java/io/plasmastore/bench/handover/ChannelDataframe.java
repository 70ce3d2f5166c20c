package io.plasmastore.bench.handover;

import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.ArrowObject;
import io.plasmastore.arrow.records.ObjectChannel;
import io.plasmastore.arrow.records.ObjectReceiver;
import io.plasmastore.arrow.records.ObjectSender;
import io.plasmastore.bench.data.Orders;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A dataframe by the store's own channel of objects, over the socket. */
final class ChannelDataframe implements Way {
  private final ArrowClient dataframes;
  private @Nullable ObjectSender sender;
  private @Nullable ObjectReceiver receiver;

  ChannelDataframe(ArrowClient dataframes) {
    this.dataframes = dataframes;
  }

  @Override
  public void send(Orders orders, SocketChannel out) throws IOException, InterruptedException {
    if (sender == null) {
      sender = ObjectChannel.sender(dataframes, out);
    }
    sender.send(orders.root());
  }

  @Override
  public Received open(SocketChannel in) throws IOException {
    if (receiver == null) {
      receiver = ObjectChannel.receiver(dataframes, in);
    }
    ArrowObject object = receiver.receive();
    if (object == null) {
      throw new EOFException("the other process sends no more");
    }
    return new Taken(object, new ReceivedRoot(object.batch(0)));
  }

  @Override
  public void close() throws IOException {
    try (ObjectReceiver _ = receiver) {
      if (sender != null) {
        sender.close();
      }
    }
  }

  private record Taken(ArrowObject object, ReceivedRoot root) implements Received {
    @Override
    public long sum() {
      return root.sum();
    }

    @Override
    public void close() {
      root.close();
      object.close();
    }
  }
}
