package io.plasmastore;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * How a store writes objects of one content type to disk so that other tools can read the files: a
 * few bytes before the object's own and a few after. Found by {@link java.util.ServiceLoader}; the
 * store itself knows of none, and writes what no format claims as raw bytes.
 *
 * <p>Implementations have a public constructor without parameters and are called from one thread of
 * the store, never the one that serves clients.
 */
public interface SpillFormat {
  /**
   * The content type that objects of this format state in their metadata.
   *
   * @return what the metadata must begin with, up to its end or a {@code ;}; ASCII
   */
  String contentType();

  /**
   * The extension of the files.
   *
   * @return 1 to 16 lower case letters and digits, without a dot; neither {@code bin}, {@code
   *     record} nor {@code partial}
   */
  String extension();

  /**
   * What goes around an object's bytes in its file.
   *
   * @param data the object's bytes, to read, valid during the call only
   * @return the bytes before and after; empty if the object is not what its metadata says, and is
   *     to be written as raw bytes. So is one for which this throws
   */
  Optional<Frame> frame(MemorySegment data);

  /**
   * The bytes around an object's own.
   *
   * @param before from position to limit, written first
   * @param after from position to limit, written last
   */
  record Frame(ByteBuffer before, ByteBuffer after) {}
}
