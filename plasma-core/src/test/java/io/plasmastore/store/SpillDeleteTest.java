package io.plasmastore.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.memory.Counter;
import io.plasmastore.memory.ExtentAllocator;
import io.plasmastore.memory.IndexLayout;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.MappedFile;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.SealMarks;
import io.plasmastore.os.NativeCallException;
import io.plasmastore.protocol.Access;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import io.plasmastore.testing.TestStore;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * While the files of a deleted object are being removed the store may die, and the next one may
 * find them: until then nobody is told that the object is gone. The test is the event loop, and
 * says when the disk is heard.
 */
class SpillDeleteTest {
  private static final long CAPACITY = 1 << 20;
  private static final int MAX_SLOTS = 100;
  private static final int SIZE = 10_000;
  private static final ObjectId ID = ObjectId.named("spilled");

  @TempDir Path folder;
  private final LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private Path disk;
  private IndexWriter index;
  private StoreCore core;
  private Session client;

  @BeforeEach
  void open() throws Exception {
    disk = folder.resolve("disk");
    StoreDirectory directory =
        opened(StoreDirectory.open(TestStore.options(folder, CAPACITY).directory()));
    MappedFile file =
        opened(
            MappedFile.create(
                directory.file(StoreDirectory.INDEX), IndexLayout.fileSize(MAX_SLOTS)));
    AtomicReference<StoreCore> grown = new AtomicReference<>();
    Heap heap =
        opened(
            new Heap(
                MappedFile.create(directory.file(StoreDirectory.HEAP), CAPACITY),
                new ExtentAllocator(CAPACITY),
                loop::add,
                new Growth(grown)));
    MappedFile seals =
        opened(
            MappedFile.create(directory.file(StoreDirectory.SEALS), SealMarks.fileSize(MAX_SLOTS)));
    Sessions sessions = new Sessions(directory, seals, MAX_SLOTS, new Sessions.Rules(1, 0, false));
    opened.add(sessions::closeAll);
    index = new IndexWriter(file.segment(), file, MAX_SLOTS, CAPACITY, 1, 0);
    SpillDirectory spillDirectory = opened(SpillDirectory.open(disk));
    SpillDisk threads = new SpillDisk(loop::add);
    opened.add(threads::stop);
    Spill spill =
        Spill.to(
            new SpillFiles(spillDirectory, SpillFormats.installed()),
            threads,
            0,
            System::currentTimeMillis);
    core = new StoreCore(index, heap, sessions, spill, (delay, action) -> () -> {}, () -> 0);
    grown.set(core);
    core.adopt(List.of());
    client = core.open(new NewClient(1, 0, "client", Access.READ_WRITE));
    heap.growAhead();
    hear();
    assertEquals(
        List.of(new Reply.Done()),
        ask(
            new Request.CreateAndSeal(
                ID, ByteBuffer.allocate(0), null, ByteBuffer.allocate(SIZE), false, 0)));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  @Test
  void anObjectOnDiskAloneIsThereUntilItsFilesAreGone() throws Exception {
    spill();
    assertEquals(ObjectIndex.NOT_FOUND, index.index().find(ID));
    List<Reply> deleted = ask(delete());
    List<Reply> deletedAgain = ask(delete());
    List<Reply> got = ask(get());
    assertThereStill();
    assertEquals(List.of(), deleted);
    assertEquals(List.of(), deletedAgain);
    assertEquals(List.of(), got);

    // One removal for both: nobody is told that it is gone while another still waits for that.
    hear();
    assertEquals(List.of(done()), deleted);
    assertEquals(List.of(code(ErrorCode.OBJECT_NOT_FOUND)), deletedAgain);
    assertEquals(List.of(new Reply.Got(List.of(Reply.Got.Entry.NOT_SEALED))), got);
    assertGone();
  }

  @Test
  void anObjectWithACopyIsInMemoryUntilItsFilesAreGone() throws Exception {
    spill();
    List<Reply> got = ask(get());
    hear();
    assertInstanceOf(Reply.Got.class, got.getFirst());
    List<Reply> deleted = ask(delete());
    List<Reply> deletedAgain = ask(delete());
    assertThereStill();
    assertNotEquals(ObjectIndex.NOT_FOUND, index.index().find(ID));
    assertEquals(1, ask(get()).size());
    assertEquals(List.of(), deleted);

    // One removal for both: nobody is told that it is gone while another still waits for that.
    hear();
    assertEquals(List.of(done()), deleted);
    assertEquals(List.of(code(ErrorCode.OBJECT_NOT_FOUND)), deletedAgain);
    assertGone();
    assertEquals(0, index.index().counter(Counter.USED));
  }

  @Test
  void anObjectThatIsBeingWrittenIsInMemoryUntilThatHasEnded() throws Exception {
    List<Reply> evicted = ask(new Request.Evict(SIZE));
    List<Reply> deleted = ask(delete());
    assertThereStill();
    assertEquals(List.of(), deleted);
    hear();
    hear();
    assertEquals(List.of(done()), deleted);
    assertEquals(1, evicted.size());
    assertGone();
    assertEquals(0, index.index().counter(Counter.USED));
  }

  @Test
  void anObjectWhoseFilesCannotBeRemovedStays() throws Exception {
    spill();
    Path record;
    try (var files = Files.list(disk)) {
      record = files.filter(file -> file.toString().endsWith(".record")).findFirst().orElseThrow();
    }
    Files.move(record, folder.resolve("record"));
    Files.createDirectories(record.resolve("in the way"));
    List<Reply> deleted = ask(delete());
    List<Reply> got = ask(get());
    hear();
    assertEquals(List.of(code(ErrorCode.INTERNAL_ERROR)), deleted);
    assertThereStill();
    // The get goes on where it stood.
    hear();
    assertEquals(1, got.size());

    Files.delete(record.resolve("in the way"));
    Files.delete(record);
    List<Reply> deletedAgain = ask(delete());
    hear();
    assertEquals(List.of(done()), deletedAgain);
    assertGone();
  }

  private void spill() throws InterruptedException {
    List<Reply> evicted = ask(new Request.Evict(SIZE));
    hear();
    assertEquals(1, evicted.size());
    assertEquals(ObjectIndex.NOT_FOUND, index.index().find(ID));
  }

  private void assertThereStill() {
    assertEquals(List.of(new Reply.Answer(true)), ask(new Request.Contains(ID)));
    Reply refused =
        ask(new Request.Create(ID, 1, ByteBuffer.allocate(0), null, false, 0)).getFirst();
    assertEquals(ErrorCode.OBJECT_EXISTS, assertInstanceOf(Reply.Failure.class, refused).code());
  }

  private void assertGone() throws Exception {
    assertNull(loop.peek());
    assertEquals(List.of(new Reply.Answer(false)), ask(new Request.Contains(ID)));
    assertEquals(List.of(new Reply.Got(List.of(Reply.Got.Entry.NOT_SEALED))), ask(get()));
    assertEquals(List.of(code(ErrorCode.OBJECT_NOT_FOUND)), ask(delete()));
    try (var files = Files.list(disk)) {
      assertTrue(files.noneMatch(file -> file.toString().contains(ID.toHex())));
    }
  }

  /** The replies, which may still come. */
  private List<Reply> ask(Request request) {
    List<Reply> replies = new ArrayList<>();
    var unused = core.handle(client, request, replies::add);
    return replies;
  }

  private static Request delete() {
    return new Request.Delete(List.of(ID));
  }

  private static Request get() {
    return new Request.Get(List.of(ID), 0);
  }

  private static Reply done() {
    return new Reply.Outcomes(List.of(Reply.Outcomes.DONE));
  }

  private static Reply code(ErrorCode code) {
    return new Reply.Outcomes(List.of(code.code()));
  }

  /** Lets the loop hear of one thing that another thread has done. */
  private void hear() throws InterruptedException {
    loop.take().run();
  }

  private <T extends AutoCloseable> T opened(T resource) {
    opened.add(resource);
    return resource;
  }

  private record Growth(AtomicReference<StoreCore> core) implements Heap.GrowthListener {
    @Override
    public void grew() {
      core.get().grew();
    }

    @Override
    public void couldNotGrow(NativeCallException reason) {
      core.get().couldNotGrow(reason);
    }
  }
}
