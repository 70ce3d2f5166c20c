package io.plasmastore.arrow;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Forgets to close what it got, in every way, in a process of its own. */
final class Leaks {
  private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(40);

  private Leaks() {}

  /** Says for each way whether it was told where the object was got. */
  static String leak(Path socket, ObjectId id) throws Exception {
    boolean warned = losesOne(socket, id);
    PlasmaClient client = PlasmaClient.connect(socket);
    BufferAllocator allocator = new RootAllocator();
    VectorSchemaRoot root = gotByMistake(client, allocator, id);
    String ofAllocator = "";
    String ofClient = "";
    try {
      allocator.close();
    } catch (IllegalStateException e) {
      ofAllocator = e.getMessage();
    }
    try {
      client.close();
    } catch (IllegalStateException e) {
      ofClient =
          e.getSuppressed()[0].getMessage() + Arrays.toString(e.getSuppressed()[0].getStackTrace());
    }
    root.close();
    return "allocator=%s client=%s log=%s"
        .formatted(
            ofAllocator.contains(id.toString()) && ofAllocator.contains("gotByMistake"),
            ofClient.contains(id.toString()) && ofClient.contains("gotByMistake"),
            warned);
  }

  private static boolean losesOne(Path socket, ObjectId id) throws InterruptedException {
    CountDownLatch warned = new CountDownLatch(1);
    Logger logger = Logger.getLogger("io.plasmastore.OpenObjects");
    logger.addHandler(
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            if (record.getThrown() != null
                && Arrays.toString(record.getThrown().getStackTrace()).contains("gotByMistake")) {
              warned.countDown();
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        });
    PlasmaClient client = PlasmaClient.connect(socket);
    int rows = gotByMistake(client, new RootAllocator(), id).getRowCount();
    long start = System.nanoTime();
    while (rows > 0
        && !warned.await(10, TimeUnit.MILLISECONDS)
        && System.nanoTime() - start < DEADLINE_NANOS) {
      System.gc();
    }
    return warned.getCount() == 0;
  }

  private static VectorSchemaRoot gotByMistake(
      PlasmaClient client, BufferAllocator allocator, ObjectId id) {
    return ArrowClient.over(client, allocator).get(id);
  }
}
