package io.plasmastore.bench.handover;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/** Java serialisation over a socket, with a buffer on either side, as its documentation advises. */
abstract class Serialized implements Way {
  private static final int BUFFER_SIZE = 1 << 16;

  static void write(SocketChannel out, Object object) throws IOException {
    // Not closed, since the socket is used again.
    ObjectOutputStream stream =
        new ObjectOutputStream(
            new BufferedOutputStream(Channels.newOutputStream(out), BUFFER_SIZE));
    stream.writeObject(object);
    stream.flush();
  }

  @SuppressWarnings("BanSerializableRead") // From the process that this one was started by.
  static Object read(SocketChannel in) throws IOException, ClassNotFoundException {
    return new ObjectInputStream(new BufferedInputStream(Channels.newInputStream(in), BUFFER_SIZE))
        .readObject();
  }
}
