package io.plasmastore.arrow;

import io.plasmastore.ObjectId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageChannelReader;

/**
 * The bytes of a dataframe in memory, as they lie in a store, without one. Counts how often they
 * are released.
 */
final class StoredStream {
  private static final ObjectId ID = ObjectId.named("stored stream");

  private final MemorySegment data;
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger released = new AtomicInteger();
  private final SchemaCache schemas = new SchemaCache();

  private StoredStream(MemorySegment data) {
    this.data = data.asReadOnly();
  }

  static StoredStream of(VectorSchemaRoot root) {
    return of(root, new DictionaryProvider.MapDictionaryProvider());
  }

  static StoredStream of(VectorSchemaRoot root, DictionaryProvider dictionaries) {
    try (StreamPlan plan = StreamPlan.of(root, dictionaries)) {
      return of(plan);
    }
  }

  static StoredStream of(ArrowReader reader) throws IOException {
    try (StreamPlan plan = StreamPlan.of(reader)) {
      return of(plan);
    }
  }

  /** Bytes as some producer wrote them. */
  static StoredStream of(byte[] bytes) {
    MemorySegment data = Arena.ofAuto().allocate(bytes.length, StreamLayout.ALIGNMENT);
    MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return new StoredStream(data);
  }

  private static StoredStream of(StreamPlan plan) {
    MemorySegment data = Arena.ofAuto().allocate(plan.size(), StreamLayout.ALIGNMENT);
    // What lay there before must not shine through.
    data.fill((byte) 0x5A);
    plan.writeTo(data);
    return new StoredStream(data);
  }

  MemorySegment data() {
    return data;
  }

  byte[] bytes() {
    return data.toArray(ValueLayout.JAVA_BYTE);
  }

  ArrowObject open(BufferAllocator allocator) {
    opened.incrementAndGet();
    return ArrowObject.open(ID, data, null, allocator, schemas, new Pin());
  }

  VectorSchemaRoot get(BufferAllocator allocator) {
    opened.incrementAndGet();
    return OnlyBatch.get(ID, data, null, allocator, schemas, new Pin());
  }

  /** Holds not released yet: 0 when everything is closed, never negative. */
  int pins() {
    return opened.get() - released.get();
  }

  /**
   * arrow-java's own reader of the bytes. Its channel alone is ours: the stock one wraps buffers in
   * a way that needs a start-up flag, which OtherProcessTest gives to a process of its own.
   */
  ArrowStreamReader stockReader(BufferAllocator allocator) {
    ReadableByteChannel bytes = Channels.newChannel(new ByteArrayInputStream(bytes()));
    ReadChannel channel =
        new ReadChannel(bytes) {
          @Override
          public long readFully(ArrowBuf buffer, long length) throws IOException {
            ByteBuffer copy = ByteBuffer.allocate(Math.toIntExact(length));
            int read = readFully(copy);
            buffer.setBytes(buffer.writerIndex(), copy.flip());
            buffer.writerIndex(buffer.writerIndex() + read);
            return read;
          }
        };
    return new ArrowStreamReader(new MessageChannelReader(channel, allocator), allocator);
  }

  /** Every buffer, with those of the children, of the vectors that has any bytes. */
  static List<ArrowBuf> buffers(List<FieldVector> vectors) {
    List<ArrowBuf> buffers = new ArrayList<>();
    for (FieldVector fieldVector : vectors) {
      FieldVector vector = NewVectors.storage(fieldVector);
      // Not getFieldBuffers, which looks into the offsets, and may replace them; and not by field,
      // since arrow-java's unions do not say the type ids that they were given.
      switch (vector) {
        case NullVector _, RunEndEncodedVector _ -> {}
        case UnionVector union -> buffers.add(union.getTypeBuffer());
        case DenseUnionVector union -> {
          buffers.add(union.getTypeBuffer());
          buffers.add(union.getOffsetBuffer());
        }
        case BaseVariableWidthViewVector views -> {
          buffers.addAll(List.of(views.getValidityBuffer(), views.getDataBuffer()));
          buffers.addAll(views.getDataBuffers());
        }
        case ListViewVector _, LargeListViewVector _ ->
            buffers.addAll(
                List.of(
                    vector.getValidityBuffer(), vector.getOffsetBuffer(), Values.sizes(vector)));
        case StructVector _, FixedSizeListVector _ -> buffers.add(vector.getValidityBuffer());
        case ListVector _, LargeListVector _ ->
            buffers.addAll(List.of(vector.getValidityBuffer(), vector.getOffsetBuffer()));
        case BaseFixedWidthVector _ ->
            buffers.addAll(List.of(vector.getValidityBuffer(), vector.getDataBuffer()));
        default ->
            buffers.addAll(
                List.of(
                    vector.getValidityBuffer(), vector.getOffsetBuffer(), vector.getDataBuffer()));
      }
      buffers.addAll(buffers(vector.getChildrenFromFields()));
    }
    buffers.removeIf(buffer -> buffer.capacity() == 0);
    return buffers;
  }

  /** Whether all bytes of the buffer are bytes of the object. */
  boolean contains(ArrowBuf buffer) {
    long offset = buffer.memoryAddress() - data.address();
    return offset >= 0 && offset + buffer.capacity() <= data.byteSize();
  }

  /** Released at most once for each open, like a sealed object, whose close is idempotent. */
  private final class Pin implements Runnable {
    private boolean done;

    @Override
    public synchronized void run() {
      if (!done) {
        done = true;
        released.incrementAndGet();
      }
    }
  }
}
