package io.plasmastore.arrow.records;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;

/**
 * What takes the place of an {@code ObjectOutputStream} and an {@code ObjectInputStream} between
 * two processes: dataframes and lists of records as messages, which lie in shared memory. The
 * stream, whatever it is, says that there is something and where it ends.
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
 * <p><b>Small and large.</b> A message whose Arrow stream has at most 64 KiB lies in a block of
 * pages that the two ends share, and the store is not asked: to send is to write it there, to
 * receive is to read it there, and the stream carries one byte if the receiver sleeps, none if it
 * is awake. What is larger is an object of the store that passes from hand to hand, and so is what
 * is sent while the receiver holds all 16 blocks, and until the receiver has received its first
 * message. The order is that of the sends in any case.
 *
 * <p><b>Cost.</b> The pages take 1,152 KiB for each channel, which count against no capacity, and a
 * round trip to the store at either end, once, and another when the channel ends. Where the store
 * has no more of them to give, or the limit is over 1024, everything passes through the store. A
 * receiver looks for the next message for up to {@link #DEFAULT_SPIN} before it sleeps, while that
 * works. It sleeps in shared memory first, where its sender runs on the same core, and after 20 ms
 * in the stream: an interrupt, and the end of a sender that was not closed, are noticed in the
 * stream.
 *
 * <p><b>Who owns what.</b> What is sent is copied: the caller's memory is the caller's. What is
 * received belongs to the receiver until it is closed, with every root and buffer got from it, in
 * any order and by any thread: then the block is the sender's again, or the object's memory free.
 * The sender holds a pin on an object that it has sent until the receiver has taken it. To receive
 * one is to take it over: the receiver pins it and deletes its id in the same call. What nobody
 * takes the sender deletes when it is closed.
 *
 * <p><b>Who dies.</b> Whatever dies, nothing stays for good, unless the sender's {@link
 * ArrowClient} is a {@linkplain ArrowClient#keeping keeping} one, which this is not for. What a
 * sender had sent before it died is received: messages in blocks always, objects until the store
 * needs their room. When the store dies, small messages go on, and what is received already stays.
 * A message goes to one receiver; to share one with many, put it under an id of its own and send
 * that.
 *
 * <p><b>Who may write.</b> A receiver maps the sender's blocks for reading only: a write through
 * what it received ends its JVM. But unlike a sealed object a block is in memory that its sender
 * can write. A sender never does before it has the block back; who does not trust a process of the
 * same user to keep to that puts objects.
 *
 * <p><b>Back-pressure.</b> A send waits while too many messages are on their way, and while the
 * store is full. A receiver that holds what it received for long keeps nobody waiting.
 *
 * <p><b>The bytes</b>, all there is on the stream:
 *
 * <pre>
 *   "PLASMA\0\2"                8 bytes, once
 *   token                      20 bytes, once: of the shared pages; zeros without
 *   1, id                      1 + 20 bytes for each object, until the receiver has the pages
 *   2                          1 byte: every message that follows is in the queue of the pages
 *   3                          1 byte: there is something in the queue, or was
 *   0                          1 byte: nothing follows
 * </pre>
 */
public final class ObjectChannel {
  /** How many messages may be on their way, unless said otherwise. */
  public static final int DEFAULT_LIMIT = 64;

  /** How long a send and a close wait, unless said otherwise. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(1);

  /**
   * How long a receiver looks for a message before it sleeps, unless said otherwise: 50 µs. Never
   * longer, and only as long as that works.
   */
  public static final Duration DEFAULT_SPIN = Spinning.DEFAULT;

  /** What each stream starts with: the name of the format and its version. */
  static final byte[] HEADER = {'P', 'L', 'A', 'S', 'M', 'A', 0, 2};

  /** In the place of the token of shared pages where there are none. */
  static final ObjectId NO_PAGES = ObjectId.of(new byte[ObjectId.SIZE]);

  /** At the end. */
  static final int END = 0;

  /** Before an id. */
  static final int OBJECT = 1;

  /** Every message that follows is in the queue of the shared pages. */
  static final int QUEUE = 2;

  /** There is something in the queue, or was. */
  static final int WAKE = 3;

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
   * @param limit how many messages may be on their way, 1 or more
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
    return receiver(dataframes, in, DEFAULT_SPIN);
  }

  /**
   * The receiving end over a stream, with a limit of its own.
   *
   * @param dataframes the same store's, not owned
   * @param in from the sender; closed with the receiver
   * @param spin how long to look for a message, at most, before a sleep; 0 to sleep at once, which
   *     saves the processor's time and costs a wake-up for each message that is waited for
   * @return a new receiver, for the caller to close
   * @throws IllegalArgumentException if the time is negative
   */
  public static ObjectReceiver receiver(ArrowClient dataframes, InputStream in, Duration spin) {
    return new ObjectReceiver(dataframes, in, spin);
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
