package io.plasmastore;

import java.time.Duration;

/** How an object is to be created. Immutable. */
public final class ObjectOptions {
  /** No metadata, may be dropped to make room, fails at once when there is none. */
  public static final ObjectOptions DEFAULT = new ObjectOptions(new byte[0], false, Duration.ZERO);

  private final byte[] metadata;
  private final boolean keep;
  private final Duration timeout;

  private ObjectOptions(byte[] metadata, boolean keep, Duration timeout) {
    this.metadata = metadata;
    this.keep = keep;
    this.timeout = timeout;
  }

  /**
   * The same with metadata.
   *
   * @param metadata at most 64 KiB that go along with the data; copied
   * @return other options
   */
  public ObjectOptions withMetadata(byte[] metadata) {
    return new ObjectOptions(metadata.clone(), keep, timeout);
  }

  /**
   * The same for an object that is never dropped to make room, only deleted.
   *
   * @param keep whether to keep it
   * @return other options
   */
  public ObjectOptions withKeep(boolean keep) {
    return new ObjectOptions(metadata, keep, timeout);
  }

  /**
   * The same, waiting for room in a fair queue when there is none.
   *
   * @param timeout how long to wait; 0 not at all, negative for ever
   * @return other options
   */
  public ObjectOptions withTimeout(Duration timeout) {
    return new ObjectOptions(metadata, keep, timeout);
  }

  /**
   * What goes along with the data.
   *
   * @return a copy
   */
  public byte[] metadata() {
    return metadata.clone();
  }

  /**
   * Whether the object is never dropped to make room.
   *
   * @return true if it is only deleted
   */
  public boolean keep() {
    return keep;
  }

  /**
   * How long to wait for room.
   *
   * @return the time; 0 not at all, negative for ever
   */
  public Duration timeout() {
    return timeout;
  }
}
