package io.plasmastore.fault;

import io.plasmastore.fault.Operation.Kind;
import io.plasmastore.fault.Operation.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a client writes down before and after each call, in a file that outlives it: the kernel has
 * each record as soon as it is written, whatever becomes of the writer. One record:
 *
 * <pre>
 *   call 8 | nanos 8 | version 8 | object 4 | kind 2 | outcome 2 (0: begins)
 * </pre>
 */
final class Journal implements AutoCloseable {
  private static final int RECORD_SIZE = 32;
  private static final char BEGINS = 0;

  private final FileChannel channel;
  private final ByteBuffer record = ByteBuffer.allocateDirect(RECORD_SIZE);
  private long calls;

  private Journal(FileChannel channel) {
    this.channel = channel;
  }

  static Journal create(Path file) throws IOException {
    return new Journal(
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND));
  }

  /** A call begins; returns its number. */
  synchronized long begin(Kind kind, int object, long version) {
    write(++calls, version, object, kind, BEGINS);
    return calls;
  }

  /** A call has returned. */
  synchronized void end(long call, Kind kind, int object, long version, Outcome outcome) {
    write(call, version, object, kind, outcome.code());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void write(long call, long version, int object, Kind kind, char outcome) {
    record.clear();
    record.putLong(call).putLong(System.nanoTime()).putLong(version).putInt(object);
    record.putChar(kind.code()).putChar(outcome).flip();
    try {
      while (record.hasRemaining()) {
        channel.write(record);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a client did, in the order in which it began; a record cut off at the end is none. */
  static List<Operation> read(Path file, int client) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    Map<Long, Operation> byCall = new LinkedHashMap<>();
    while (bytes.remaining() >= RECORD_SIZE) {
      long call = bytes.getLong();
      long nanos = bytes.getLong();
      long version = bytes.getLong();
      int object = bytes.getInt();
      Kind kind = Kind.of(bytes.getChar());
      char outcome = bytes.getChar();
      if (outcome == BEGINS) {
        byCall.put(
            call,
            new Operation(client, kind, object, version, Outcome.UNKNOWN, nanos, Operation.OPEN));
      } else {
        long began = byCall.get(call).begin();
        byCall.put(
            call, new Operation(client, kind, object, version, Outcome.of(outcome), began, nanos));
      }
    }
    return new ArrayList<>(byCall.values());
  }
}
