package io.plasmastore.sort;

import io.plasmastore.arrow.ArrowInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.TransferPair;
import org.jspecify.annotations.Nullable;

/** The rows of some files, one after the other, whatever their batches. One thread. */
final class FileRows implements AutoCloseable {
  /**
   * An open file.
   *
   * @param input its bytes
   * @param reader of its batches, also has its dictionaries
   */
  private record OpenFile(ArrowInput input, ArrowReader reader) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      try (input) {
        reader.close();
      }
    }
  }

  private final BufferAllocator allocator;
  private final List<OpenFile> files = new ArrayList<>();
  private Schema schema = new Schema(List.of());
  private long count;
  private long size;
  private int nextFile;

  /** The batch of which some rows are still to come. */
  private OpenRows.@Nullable Part current;

  private FileRows(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /**
   * Opens files.
   *
   * @throws IllegalArgumentException naming the file, if its columns are others than the first
   *     one's
   */
  static FileRows open(List<Path> paths, BufferAllocator allocator) throws IOException {
    FileRows rows = new FileRows(allocator);
    try {
      for (Path path : paths) {
        rows.add(path);
      }
      rows.schema.getFields().forEach(ColumnShape::requireAll);
      return rows;
    } catch (Throwable e) {
      rows.close();
      throw e;
    }
  }

  /** The rows of all files. */
  long count() {
    return count;
  }

  /** The bytes of all files. */
  long size() {
    return size;
  }

  /**
   * The next rows.
   *
   * @return a new root of columns by value, for the caller to close
   */
  VectorSchemaRoot take(int rows) throws IOException {
    List<OpenRows.Part> parts = new ArrayList<>();
    try {
      int taken = 0;
      while (taken < rows) {
        OpenRows.Part batch = current == null ? nextBatch() : current;
        int end = Math.min(batch.to(), batch.from() + rows - taken);
        parts.add(new OpenRows.Part(batch.root(), batch.dictionaries(), batch.from(), end));
        taken += end - batch.from();
        boolean finished = end == batch.to();
        current =
            finished
                ? null
                : new OpenRows.Part(batch.root(), batch.dictionaries(), end, batch.to());
      }
      return new RowScatter(parts, allocator).all(schema, IntStream.range(0, rows).toArray(), rows);
    } finally {
      OpenRows.Part open = current;
      Closing.all(
          parts.stream()
              .map(OpenRows.Part::root)
              .filter(root -> open == null || root != open.root())
              .toList());
    }
  }

  @Override
  public void close() {
    List<AutoCloseable> open = new ArrayList<>();
    if (current != null) {
      open.add(current.root());
      current = null;
    }
    open.addAll(files);
    files.clear();
    Closing.all(open);
  }

  private void add(Path path) throws IOException {
    ArrowInput input = ArrowInput.open(path);
    ArrowReader reader;
    try {
      reader = input.reader(allocator);
    } catch (Throwable e) {
      input.close();
      throw e;
    }
    files.add(new OpenFile(input, reader));
    count += input.rowCount();
    size += input.size();
    Schema byValue = ValueSchema.of(input.schema(), reader);
    schema = files.size() == 1 ? byValue : ValueSchema.common(schema, byValue, "file=" + path);
  }

  /** The next batch that has rows, taken over from its reader. */
  private OpenRows.Part nextBatch() throws IOException {
    while (true) {
      ArrowReader reader = files.get(nextFile).reader();
      if (!reader.loadNextBatch()) {
        nextFile++;
      } else if (reader.getVectorSchemaRoot().getRowCount() > 0) {
        VectorSchemaRoot root = takeOver(reader.getVectorSchemaRoot());
        return new OpenRows.Part(root, reader, 0, root.getRowCount());
      }
    }
  }

  private VectorSchemaRoot takeOver(VectorSchemaRoot loaded) {
    List<FieldVector> vectors = new ArrayList<>();
    for (FieldVector vector : loaded.getFieldVectors()) {
      TransferPair transfer = vector.getTransferPair(allocator);
      transfer.transfer();
      vectors.add((FieldVector) Objects.requireNonNull(transfer.getTo()));
    }
    return new VectorSchemaRoot(loaded.getSchema(), vectors, loaded.getRowCount());
  }
}
