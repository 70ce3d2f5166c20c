package io.plasmastore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Frames that are broken in every way: each ends as a {@link MalformedFrameException} or as a valid
 * message, and within a bound of memory. A failure prints the seed and the frame.
 */
class MessageFuzzTest {
  private static final int FRAMES = 200_000;

  /** One in so many frames begins as one of the largest, which cost much more to copy. */
  private static final int LARGE_ONE_IN = 200;

  /** Reading a batch of as many named objects as can be costs 2.4 MB. */
  private static final long MAX_ALLOCATED = 4 << 20;

  private static final int[] NASTY = {
    0,
    1,
    3,
    4,
    5,
    -1,
    -2,
    -4,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    0x10000,
    1 << 20,
    (1 << 20) + 1,
    Integer.MAX_VALUE,
    Integer.MAX_VALUE - 3,
    Integer.MIN_VALUE,
    4096,
    4097,
    65_537
  };

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final MessageWriter writer = new MessageWriter();
  private final List<byte[]> small = frames(Samples.small());
  private final List<byte[]> large = frames(Samples.largest());
  private int valid;
  private int malformed;

  @Test
  void anyBytesEndAsAMessageOrAsAMalformedFrame() {
    long seed = Long.getLong("plasma.test.seed", 20_260_101);
    Random random = new Random(seed);
    for (int i = 0; i < FRAMES; i++) {
      byte[] frame = broken(random);
      try {
        read(frame);
      } catch (Throwable e) {
        String hex = HexFormat.of().formatHex(frame, 0, Math.min(frame.length, 4096));
        fail("seed=" + seed + " index=" + i + " length=" + frame.length + " frame=" + hex, e);
      }
    }
    assertTrue(valid > FRAMES / 20, () -> "seed=" + seed + " valid=" + valid);
    assertTrue(malformed > FRAMES / 4, () -> "seed=" + seed + " malformed=" + malformed);
  }

  @Test
  void everyTruncationOfEveryMessageIsHarmless() throws Exception {
    for (byte[] frame : small) {
      for (int length = FrameHeader.LENGTH; length <= frame.length; length++) {
        read(Arrays.copyOf(frame, length));
      }
    }
  }

  @Test
  void everyFlippedBitOfEveryMessageIsHarmless() throws Exception {
    for (byte[] frame : small) {
      for (int bit = 0; bit < frame.length * Byte.SIZE; bit++) {
        byte[] flipped = frame.clone();
        flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
        read(flipped);
      }
    }
  }

  @Test
  void everyNastyNumberAtEveryPlaceIsHarmless() throws Exception {
    for (byte[] frame : small) {
      for (int at = FrameHeader.LENGTH; at + Integer.BYTES <= frame.length; at += Short.BYTES) {
        for (int number : NASTY) {
          byte[] changed = frame.clone();
          littleEndian(changed).putInt(at, number);
          read(changed);
        }
      }
    }
  }

  /** Reads one frame as a peer would, and what was read is a message like any other. */
  private void read(byte[] frame) throws MalformedFrameException {
    ByteBuffer buffer = ByteBuffer.wrap(frame);
    long before = threads.getCurrentThreadAllocatedBytes();
    Message message;
    try {
      FrameHeader header = FrameHeader.read(buffer);
      // A peer waits for the stated length; here the frame ends where it ends.
      buffer.limit(Math.min(buffer.limit(), FrameHeader.LENGTH + header.tableLength()));
      message = Samples.read(header, buffer);
    } catch (MalformedFrameException e) {
      malformed++;
      return;
    } finally {
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(allocated < MAX_ALLOCATED, () -> "allocated=" + allocated);
    }
    valid++;
    assertEquals(message, Samples.read(writer.write(1, message)));
  }

  private byte[] broken(Random random) {
    List<byte[]> corpus = random.nextInt(LARGE_ONE_IN) == 0 ? large : small;
    byte[] frame = corpus.get(random.nextInt(corpus.size())).clone();
    return switch (random.nextInt(9)) {
      case 0 -> Arrays.copyOf(frame, FrameHeader.LENGTH + random.nextInt(frame.length));
      case 1 -> flipped(frame, random, 1);
      case 2 -> flipped(frame, random, 1 + random.nextInt(32));
      case 3 -> {
        for (int i = random.nextInt(3); i >= 0; i--) {
          int number = NASTY[random.nextInt(NASTY.length)];
          littleEndian(frame).putInt(random.nextInt(frame.length - 3), number);
        }
        yield frame;
      }
      case 4 -> {
        byte[] noise = new byte[1 + random.nextInt(8)];
        random.nextBytes(noise);
        int at = random.nextInt(frame.length - noise.length);
        System.arraycopy(noise, 0, frame, at, noise.length);
        yield frame;
      }
      case 5 -> {
        byte[] noise = new byte[FrameHeader.LENGTH + random.nextInt(300)];
        random.nextBytes(noise);
        yield headed(noise, random);
      }
      case 6 -> {
        byte[] uniform = new byte[FrameHeader.LENGTH + random.nextInt(300)];
        Arrays.fill(uniform, random.nextBoolean() ? 0 : (byte) 0xff);
        yield random.nextInt(4) == 0 ? uniform : headed(uniform, random);
      }
      // The table of one message under the type of another.
      case 7 -> headed(frame, random);
      default -> {
        byte[] other = small.get(random.nextInt(small.size()));
        int at = random.nextInt(Math.min(frame.length, other.length));
        System.arraycopy(other, at, frame, at, Math.min(frame.length, other.length) - at);
        yield frame;
      }
    };
  }

  private static byte[] flipped(byte[] frame, Random random, int bits) {
    for (int i = 0; i < bits; i++) {
      frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }
    return frame;
  }

  /** Puts a header before a table that no header check refuses, of any type. */
  private static byte[] headed(byte[] frame, Random random) {
    MessageType[] types = MessageType.values();
    FrameHeader.write(
        littleEndian(frame),
        0,
        frame.length - FrameHeader.LENGTH,
        types[random.nextInt(types.length)],
        random.nextLong());
    return frame;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static List<byte[]> frames(List<Message> messages) {
    MessageWriter writer = new MessageWriter();
    List<byte[]> frames = new ArrayList<>();
    for (Message message : messages) {
      ByteBuffer frame = writer.write(1, message);
      byte[] bytes = new byte[frame.remaining()];
      frame.get(bytes);
      frames.add(bytes);
    }
    return frames;
  }
}
