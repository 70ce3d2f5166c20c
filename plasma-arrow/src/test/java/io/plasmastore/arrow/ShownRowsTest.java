package io.plasmastore.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A put writes what the vectors show, and nothing else of what they refer to. */
class ShownRowsTest {
  private static final int ROWS = 4000;

  private final BufferAllocator allocator = new RootAllocator();

  static Stream<Field> fields() {
    return Stream.of(
            Dataframes.flatFields(),
            Dataframes.nestedFields(),
            Dataframes.unionFields(),
            Dataframes.oddFields())
        .flatMap(List::stream);
  }

  @AfterEach
  void closesTheAllocator() {
    allocator.close();
  }

  /** Of each type, and of what is cut out of the store as well as of what arrow-java cuts. */
  @ParameterizedTest
  @MethodSource("fields")
  void aRowCostsARow(Field field) {
    try (VectorSchemaRoot root =
        new Dataframes(allocator, 9, 0.1).root(Dataframes.schema(field), ROWS)) {
      StoredStream whole = StoredStream.of(root);
      try (ArrowObject object = whole.open(allocator)) {
        for (int[] rows : new int[][] {{0, 3}, {1600, 1}, {1603, 1}, {1604, 29}, {ROWS - 1, 1}}) {
          VectorSchemaRoot slice = object.slice(rows[0], rows[1]).getFirst();
          StoredStream some = StoredStream.of(slice);
          // Metadata, and for a list or a view here and there some more values than rows.
          long limit = 6_000 + 600L * rows[1];
          // A list view's are those from the first to the last that it refers to.
          if (rows[1] == 1 || !field.toString().contains("ListView")) {
            assertTrue(
                some.data().byteSize() < limit,
                () -> field + " rows=" + rows[1] + " size=" + some.data().byteSize());
          }
          try (ArrowObject again = some.open(allocator);
              VectorSchemaRoot got = again.batch(0)) {
            Values.assertSlice(root, rows[0], got, "rows=" + rows[1]);
            if (!field.getName().equals("no sparse")) {
              again.validate();
            }
          }
          slice.close();
        }
      }
      assertEquals(0, whole.pins());
    }
  }

  /** What a list view does not refer to is not written, also where nobody has cut it. */
  @Test
  void aListViewCostsWhatItRefersTo() {
    Field numbers = Field.nullable("n", new ArrowType.Int(64, true));
    Field field = Dataframes.nested("views", ArrowType.ListView.INSTANCE, numbers);
    try (VectorSchemaRoot root =
        new Dataframes(allocator, 9, 0.1).root(Dataframes.schema(field), ROWS)) {
      FieldVector list = root.getVector(0);
      // All but one are of none.
      ArrowBuf sizes = Values.sizes(list);
      sizes.setZero(0, 4L * ROWS);
      list.getOffsetBuffer().setInt(4L * 1700, 3000);
      sizes.setInt(4L * 1700, 2);
      StoredStream stored = StoredStream.of(root);
      assertTrue(stored.data().byteSize() < 8L * ROWS + 3_000, () -> "" + stored.data().byteSize());
      try (ArrowObject object = stored.open(allocator);
          VectorSchemaRoot got = object.batch(0)) {
        object.validate();
        Values.assertSame(root, got, "");
      }
    }
  }

  /**
   * The parent is a file of a gigabyte without a single block, mapped read-only: what is not read
   * of it stays that way.
   */
  @Test
  void nothingElseOfAGigabyteIsRead(@TempDir Path folder) throws Exception {
    long size = 1L << 30;
    int rows = (int) (size / 8) - 1;
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve("parent"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      channel.position(size - 1).write(java.nio.ByteBuffer.allocate(1));
      MemorySegment parent = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      long before = residentPages(parent);
      try (ArrowBuf zeros = PinnedAllocation.wrap("parent", parent, allocator, () -> {})) {
        for (ArrowType type : List.of(new ArrowType.Int(64, true), ArrowType.LargeUtf8.INSTANCE)) {
          Field field = Field.nullable("column", type);
          FieldVector vector = NewVectors.of(ColumnLayout.of(field), allocator);
          List<ArrowBuf> buffers =
              type instanceof ArrowType.Int ? List.of(zeros, zeros) : List.of(zeros, zeros, zeros);
          vector.loadFieldBuffers(new ArrowFieldNode(rows, -1), buffers);
          try (VectorSchemaRoot root = new VectorSchemaRoot(List.of(vector));
              VectorSchemaRoot row = root.slice(rows / 2 + 1, 1)) {
            assertTrue(StoredStream.of(row).data().byteSize() < 1_000);
          }
        }
      }
      long read = residentPages(parent) - before;
      // Some pages around each of the places that were looked at, as the kernel maps them.
      assertTrue(read < 2_000, () -> "pages read: " + read);
    }
  }

  /** Pages of the file that this process has mapped, as the kernel counts them. */
  private static long residentPages(MemorySegment segment) throws Exception {
    String start = Long.toHexString(segment.address());
    boolean found = false;
    for (String line : java.nio.file.Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        found = line.startsWith(start + "-");
      } else if (found && line.startsWith("Rss:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 4;
      }
    }
    throw new IllegalStateException("not mapped: address=" + start);
  }
}
