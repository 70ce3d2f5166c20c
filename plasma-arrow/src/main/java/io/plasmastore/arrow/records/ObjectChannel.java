package io.plasmastore.arrow.records;

import io.plasmastore.arrow.ArrowClient;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;

/**
 * What takes the place of an {@code ObjectOutputStream} and an {@code ObjectInputStream} between
 * two processes: dataframes and lists of records travel by reference. Over the stream, whatever it
 * is, go 21 bytes for each; the data lies in the store that both are connected to.
 *
 * <pre>{@code
 * // one process
 * try (ObjectSender out = ObjectChannel.sender(dataframes, socket)) {
 *   out.send(codec, trades);
 * }
 * // the other
 * try (ObjectReceiver in = ObjectChannel.receiver(dataframes, socket)) {
 *   while (true) {
 *     try (RecordList<Trade> trades = in.receive(codec)) {
 *       if (trades == null) {
 *         break;
 *       }
 *       ...
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p><b>Who owns what.</b> The sender holds a pin on what it has sent until the receiver has taken
 * it. To receive is to take over: the receiver pins the object and deletes its id in the same call,
 * so that the memory is free as soon as the receiver closes what it got, or dies. What nobody takes
 * the sender deletes when it is closed. A sender that dies leaves objects that are not pinned: what
 * it had sent can still be received, until the store needs the room. So whatever dies, nothing
 * stays for good, unless the sender's {@link ArrowClient} is a {@linkplain ArrowClient#keeping
 * keeping} one, which this is not for. An object goes to one receiver; to share one with many, put
 * it under an id of its own and send that.
 *
 * <p><b>Back-pressure.</b> A send waits while too many objects are on their way, and while the
 * store is full.
 *
 * <p><b>The bytes</b>, all there is on the stream:
 *
 * <pre>
 *   "PLASMA\0\1"                8 bytes, once
 *   1, id                      1 + 20 bytes for each object
 *   0                          1 byte: nothing follows
 * </pre>
 */
public final class ObjectChannel {
  /** How many objects may be on their way, unless said otherwise. */
  public static final int DEFAULT_LIMIT = 64;

  /** How long a send and a close wait, unless said otherwise. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(1);

  /** What each stream starts with: the name of the format and its version. */
  static final byte[] HEADER = {'P', 'L', 'A', 'S', 'M', 'A', 0, 1};

  /** Before an id. */
  static final int OBJECT = 1;

  /** At the end. */
  static final int END = 0;

  private ObjectChannel() {}

  /**
   * The sending end over a stream.
   *
   * @param dataframes the store, not owned
   * @param out to the receiver; closed with the sender
   * @return a new sender, for the caller to close before the store's client
   */
  public static ObjectSender sender(ArrowClient dataframes, OutputStream out) {
    return sender(dataframes, out, DEFAULT_LIMIT, DEFAULT_TIMEOUT);
  }

  /**
   * The sending end over a channel, such as a socket's.
   *
   * @param dataframes the store, not owned
   * @param out to the receiver, blocking; closed with the sender
   * @return a new sender, for the caller to close before the store's client
   */
  public static ObjectSender sender(ArrowClient dataframes, WritableByteChannel out) {
    return sender(dataframes, Channels.newOutputStream(out));
  }

  /**
   * The sending end over a stream, with limits of its own.
   *
   * @param dataframes the store, not owned
   * @param out to the receiver; closed with the sender
   * @param limit how many objects may be on their way, 1 or more
   * @param timeout how long a send waits for room, and a close until all is taken; negative for
   *     ever
   * @return a new sender, for the caller to close before the store's client
   * @throws IllegalArgumentException if the limit is less than 1
   */
  public static ObjectSender sender(
      ArrowClient dataframes, OutputStream out, int limit, Duration timeout) {
    return new ObjectSender(dataframes, out, limit, timeout);
  }

  /**
   * The receiving end over a stream.
   *
   * @param dataframes the same store's, not owned
   * @param in from the sender; closed with the receiver
   * @return a new receiver, for the caller to close
   */
  public static ObjectReceiver receiver(ArrowClient dataframes, InputStream in) {
    return new ObjectReceiver(dataframes, in);
  }

  /**
   * The receiving end over a channel, such as a socket's.
   *
   * @param dataframes the same store's, not owned
   * @param in from the sender, blocking; closed with the receiver
   * @return a new receiver, for the caller to close
   */
  public static ObjectReceiver receiver(ArrowClient dataframes, ReadableByteChannel in) {
    return receiver(dataframes, Channels.newInputStream(in));
  }
}
