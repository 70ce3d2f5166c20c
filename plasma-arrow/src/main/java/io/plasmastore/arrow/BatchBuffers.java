package io.plasmastore.arrow;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * The counts and buffers of a batch that lies in an object, read from its metadata and checked:
 * every buffer lies within the batch's body, and is as large as the values need that it is said to
 * have. What the buffers hold is not looked at.
 *
 * <p>Each number is read once and kept, so that nobody can change it after it was checked.
 */
final class BatchBuffers {
  private final int[] valueCounts;
  private final int[] nullCounts;
  private final long[] offsets;
  private final long[] sizes;

  private BatchBuffers(StreamSchema.BatchShape shape) {
    valueCounts = new int[shape.nodeCount()];
    nullCounts = new int[shape.nodeCount()];
    offsets = new long[shape.bufferCount()];
    sizes = new long[shape.bufferCount()];
  }

  /**
   * Reads and checks the metadata of a batch.
   *
   * @param data the bytes of the object
   * @param position where the batch lies in it
   * @param shape what the batch must consist of
   * @throws InvalidArrowDataException if a count, an offset or a size does not fit
   * @throws UnsupportedOperationException if the batch is compressed
   */
  static BatchBuffers read(
      MemorySegment data, StreamIndex.BatchPosition position, StreamSchema.BatchShape shape) {
    BatchBuffers buffers = new BatchBuffers(shape);
    try {
      Message message =
          Message.getRootAsMessage(
              StreamIndex.metadata(data, position.metadataOffset(), position.metadataSize()));
      buffers.read(StreamIndex.recordBatch(message), position);
    } catch (IndexOutOfBoundsException e) {
      throw StreamIndex.unreadable(position.metadataOffset(), position.metadataSize(), e);
    }
    buffers.new Check(position.rowCount()).columns(shape.columns());
    return buffers;
  }

  /** Values of the node, 0 or more. */
  int valueCount(int node) {
    return valueCounts[node];
  }

  /** Nulls of the node, or -1 where the producer did not count. */
  int nullCount(int node) {
    return nullCounts[node];
  }

  /** Offset of the buffer from the start of the object. */
  long offset(int buffer) {
    return offsets[buffer];
  }

  /**
   * Size of the buffer in bytes: what the values need, or for bytes of variable width what the
   * producer stated.
   */
  long size(int buffer) {
    return sizes[buffer];
  }

  private void read(RecordBatch batch, StreamIndex.BatchPosition position) {
    if (batch.compression() != null) {
      throw new UnsupportedOperationException(
          "compressed batches are not supported: codec="
              + batch.compression().codec()
              + " offset="
              + position.metadataOffset());
    }
    requireCount("field nodes", batch.nodesLength(), valueCounts.length);
    requireCount("buffers", batch.buffersLength(), offsets.length);
    FieldNode node = new FieldNode();
    for (int i = 0; i < valueCounts.length; i++) {
      batch.nodes(node, i);
      long values = node.length();
      long nulls = node.nullCount();
      if (values < 0 || values > Integer.MAX_VALUE || nulls < -1 || nulls > values) {
        throw new InvalidArrowDataException(
            "counts of a column out of range: node="
                + i
                + " values="
                + values
                + " nulls="
                + nulls
                + " limit="
                + Integer.MAX_VALUE);
      }
      valueCounts[i] = (int) values;
      nullCounts[i] = (int) nulls;
    }
    Buffer buffer = new Buffer();
    for (int i = 0; i < offsets.length; i++) {
      batch.buffers(buffer, i);
      long offset = buffer.offset();
      long size = buffer.length();
      if (offset < 0 || size < 0 || size > position.bodySize() - offset) {
        throw new InvalidArrowDataException(
            "a buffer does not lie within its body: buffer="
                + i
                + " offset="
                + offset
                + " size="
                + size
                + " limit="
                + position.bodySize());
      }
      offsets[i] = position.bodyOffset() + offset;
      sizes[i] = size;
    }
  }

  private static void requireCount(String what, int found, int wanted) {
    if (found != wanted) {
      throw new InvalidArrowDataException(
          "a batch with another number of " + what + ": found=" + found + " wanted=" + wanted);
    }
  }

  /** Walks the columns along nodes and buffers. */
  private final class Check {
    private final int rowCount;
    private int node;
    private int buffer;

    Check(int rowCount) {
      this.rowCount = rowCount;
    }

    void columns(List<ColumnLayout> columns) {
      for (int i = 0; i < columns.size(); i++) {
        if (valueCounts[node] != rowCount) {
          throw new InvalidArrowDataException(
              "a column has another number of values than there are rows: field="
                  + columns.get(i).field().getName()
                  + " values="
                  + valueCounts[node]
                  + " rows="
                  + rowCount);
        }
        column(columns.get(i));
      }
    }

    private void column(ColumnLayout layout) {
      int values = valueCounts[node];
      int nulls = nullCounts[node];
      node++;
      long childValues = 0;
      switch (layout.kind()) {
        case NULL -> {}
        case FIXED -> {
          validity(layout, values, nulls);
          sized(layout, layout.valuesSize(values));
        }
        case VARIABLE -> {
          validity(layout, values, nulls);
          offsets(layout, values);
          buffer++;
        }
        case LIST -> {
          validity(layout, values, nulls);
          offsets(layout, values);
        }
        case FIXED_SIZE_LIST -> {
          validity(layout, values, nulls);
          childValues = (long) values * layout.width();
        }
        case STRUCT -> {
          validity(layout, values, nulls);
          childValues = values;
        }
      }
      List<ColumnLayout> children = layout.children();
      for (int i = 0; i < children.size(); i++) {
        if (valueCounts[node] < childValues) {
          throw new InvalidArrowDataException(
              "a child column has fewer values than the one above refers to: field="
                  + layout.field().getName()
                  + " values="
                  + valueCounts[node]
                  + " wanted="
                  + childValues);
        }
        column(children.get(i));
      }
    }

    /** A validity bitmap may be left out where nothing is null. */
    private void validity(ColumnLayout layout, int values, int nulls) {
      if (sizes[buffer] == 0 && nulls <= 0) {
        buffer++;
        return;
      }
      sized(layout, ColumnLayout.validitySize(values));
    }

    /** Offsets are one more than values, but may be left out where there are no values. */
    private void offsets(ColumnLayout layout, int values) {
      if (sizes[buffer] == 0 && values == 0) {
        buffer++;
        return;
      }
      sized(layout, layout.offsetsSize(values));
    }

    private void sized(ColumnLayout layout, long wanted) {
      if (sizes[buffer] < wanted) {
        throw new InvalidArrowDataException(
            "a buffer is too short for its values: field="
                + layout.field().getName()
                + " buffer="
                + buffer
                + " size="
                + sizes[buffer]
                + " wanted="
                + wanted);
      }
      sizes[buffer++] = wanted;
    }
  }
}
