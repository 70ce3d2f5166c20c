package io.plasmastore.arrow;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** What OtherProcessTest runs in a JVM of its own. Prints one line. */
final class OtherProcess {
  private OtherProcess() {}

  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) throws Exception {
    Path place = Path.of(arguments[1]);
    System.out.println(
        switch (arguments[0]) {
          case "sum" -> sum(place, ObjectId.fromHex(arguments[2]));
          case "copy" ->
              copy(place, ObjectId.fromHex(arguments[2]), ObjectId.fromHex(arguments[3]));
          case "copyAll" -> copyAll(place, arguments);
          case "hold" -> hold(place, ObjectId.fromHex(arguments[2]));
          case "leak" -> Leaks.leak(place, ObjectId.fromHex(arguments[2]));
          case "build" -> build(place, ObjectId.fromHex(arguments[2]));
          case "write" -> write(place, ObjectId.fromHex(arguments[2]));
          case "stock" -> stock(place);
          case "stock-file" -> stockFile(place);
          default -> throw new IllegalArgumentException(arguments[0]);
        });
  }

  /** Waits for a dataframe and sums its first column. */
  private static String sum(Path socket, ObjectId id) throws Exception {
    try (PlasmaClient client = PlasmaClient.connect(socket);
        BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root =
            ArrowClient.over(client, allocator).get(id, Duration.ofSeconds(30))) {
      return "sum=" + sum((BigIntVector) root.getVector(0));
    }
  }

  /** Gets a dataframe and puts it under another id. */
  private static String copy(Path socket, ObjectId id, ObjectId copyId) {
    try (PlasmaClient client = PlasmaClient.connect(socket);
        BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = ArrowClient.over(client, allocator).get(id)) {
      ArrowClient.over(client, allocator).put(copyId, root);
      return "rows=" + root.getRowCount();
    }
  }

  /**
   * Checks each dataframe and puts all its batches and dictionaries under the id behind its own.
   */
  private static String copyAll(Path socket, String... arguments) {
    try (PlasmaClient client = PlasmaClient.connect(socket);
        BufferAllocator allocator = new RootAllocator()) {
      ArrowClient dataframes = ArrowClient.over(client, allocator);
      long rows = 0;
      for (int i = 2; i < arguments.length; i += 2) {
        try (ArrowObject object = dataframes.open(ObjectId.fromHex(arguments[i]));
            ArrowReader reader = object.reader()) {
          object.validate();
          dataframes.put(ObjectId.fromHex(arguments[i + 1]), reader);
          rows += object.rowCount();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return "rows=" + rows;
    }
  }

  /** Gets a dataframe, says so, and never lets go of it. */
  private static String hold(Path socket, ObjectId id) {
    PlasmaClient client = PlasmaClient.connect(socket);
    VectorSchemaRoot root = ArrowClient.over(client, new RootAllocator()).get(id);
    return "held=" + root.getRowCount();
  }

  /** Fills two batches in the store, and never seals nor closes anything. */
  private static String build(Path socket, ObjectId id) {
    PlasmaClient client = PlasmaClient.connect(socket);
    ArrowClient dataframes = ArrowClient.over(client, new RootAllocator());
    Schema schema = new Schema(List.of(Field.nullable("n", new ArrowType.Int(64, true))));
    ArrowBuilder builder = dataframes.build(id, schema, BuildOptions.DEFAULT.withCapacity(1));
    for (int batch = 0; batch < 2; batch++) {
      BigIntVector numbers = (BigIntVector) builder.root().getVector(0);
      for (int i = 0; i < 100_000; i++) {
        numbers.setSafe(i, i);
      }
      builder.root().setRowCount(100_000);
      if (batch == 0) {
        builder.endBatch();
      }
    }
    return "used=" + (client.stats().used() > 1_600_000) + " objects=" + client.list().count();
  }

  /** Writes through a vector of a sealed object, which ends this JVM. */
  private static String write(Path socket, ObjectId id) {
    PlasmaClient client = PlasmaClient.connect(socket);
    VectorSchemaRoot root = ArrowClient.over(client, new RootAllocator()).get(id);
    ArrowBuf values = root.getVector(0).getDataBuffer();
    values.setLong(0, 4711);
    return "written";
  }

  /** Reads a file with arrow-java's own reader and nothing of ours. */
  private static String stock(Path file) throws Exception {
    try (BufferAllocator allocator = new RootAllocator();
        InputStream in = new FileInputStream(file.toFile());
        ArrowReader reader = new ArrowStreamReader(in, allocator)) {
      long sum = 0;
      while (reader.loadNextBatch()) {
        sum += sum((BigIntVector) reader.getVectorSchemaRoot().getVector(0));
      }
      return "sum=" + sum;
    }
  }

  /**
   * Sums the first column of a file, with arrow-java's own reader, from the last batch to the
   * first.
   */
  private static String stockFile(Path file) throws Exception {
    try (BufferAllocator allocator = new RootAllocator();
        FileChannel in = FileChannel.open(file);
        ArrowFileReader reader = new ArrowFileReader(in, allocator)) {
      long sum = 0;
      for (ArrowBlock block : reader.getRecordBlocks().reversed()) {
        reader.loadRecordBatch(block);
        sum += sum((BigIntVector) reader.getVectorSchemaRoot().getVector(0));
      }
      return "sum=" + sum;
    }
  }

  private static long sum(BigIntVector vector) {
    long sum = 0;
    for (int i = 0; i < vector.getValueCount(); i++) {
      sum += vector.isNull(i) ? 0 : vector.get(i);
    }
    return sum;
  }
}
