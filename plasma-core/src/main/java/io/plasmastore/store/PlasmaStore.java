package io.plasmastore.store;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import io.plasmastore.memory.ExtentAllocator;
import io.plasmastore.memory.IndexLayout;
import io.plasmastore.memory.IndexWriter;
import io.plasmastore.memory.MappedFile;
import io.plasmastore.memory.SealMarks;
import io.plasmastore.os.NativeCallException;
import io.plasmastore.protocol.FrameHeader;
import io.plasmastore.protocol.Limits;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteOrder;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A running store: a socket to ask it, and shared memory that its clients read without asking. Any
 * process of the same user may connect, this one included, and those that {@link StoreAccess}
 * admits.
 *
 * <p>{@link #close} ends it and removes its files; so does the end of the JVM, unless it is killed.
 * Objects that clients still hold stay readable to them until they let go.
 */
public final class PlasmaStore implements AutoCloseable {
  private static final Logger LOG = System.getLogger(PlasmaStore.class.getName());

  private static final long STOP_SECONDS = 30;

  private StoreOptions options;
  // What was opened, the newest first: closed in this order, at the end or when the start fails in
  // the middle.
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread exitHook = new Thread(this::close, "plasma-exit");
  private boolean serving;
  // What makes a start that fails leave the objects that it was about to take over.
  private Runnable leaveToTheNext = () -> {};

  private PlasmaStore(StoreOptions options) {
    this.options = options;
  }

  /**
   * Starts a store in this JVM. It serves when this returns.
   *
   * @param options what it is to be
   * @return the store; the caller closes it
   * @throws IllegalArgumentException that names every fault of the options
   * @throws PlasmaException STORE_FULL if the mount can't hold the capacity; ACCESS_DENIED if
   *     another store serves from the socket or the directory, or they can't be used; nothing is
   *     left behind then
   */
  public static PlasmaStore launch(StoreOptions options) {
    PlasmaStore store = new PlasmaStore(options.check());
    // Before the start, so that a signal in the middle of it leaves nothing either.
    Runtime.getRuntime().addShutdownHook(store.exitHook);
    boolean started = false;
    try {
      store.start();
      started = true;
      return store;
    } catch (IOException e) {
      throw new PlasmaException(ErrorCode.INTERNAL_ERROR, "store can't start: reason=" + e, e);
    } finally {
      if (!started) {
        store.leaveToTheNext.run();
        store.close();
      }
    }
  }

  /**
   * What this store was launched with.
   *
   * @return the options, checked
   */
  public StoreOptions options() {
    return options;
  }

  /**
   * Waits until the store is closed.
   *
   * @throws InterruptedException if this thread is interrupted first
   */
  public void awaitClose() throws InterruptedException {
    closed.await();
  }

  /**
   * Stops serving, disconnects the clients and removes the socket and the files. Waits until that
   * is done, also when another thread does it; idempotent; from any thread.
   */
  @Override
  public void close() {
    RuntimeException failure = null;
    // Whoever comes second waits here: the end of the JVM must not overtake the first.
    synchronized (this) {
      if (closed.getCount() > 0) {
        failure = closeOpened();
        closed.countDown();
      }
    }
    if (Thread.currentThread() != exitHook) {
      try {
        Runtime.getRuntime().removeShutdownHook(exitHook);
      } catch (IllegalStateException e) {
        // The JVM is on its way out, and the hook finds nothing left to do.
        assert e.getMessage() != null;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private synchronized void start() throws IOException {
    if (closed.getCount() == 0) {
      throw new IOException("this JVM is ending");
    }
    StoreDirectory directory = open(StoreDirectory.open(options.directory()));
    Path spillPath = options.spillDirectory();
    SpillDirectory spillDirectory = spillPath == null ? null : open(SpillDirectory.open(spillPath));
    SocketPath.makeFolder(options.socket(), made -> open(() -> removeUnlessServed(made)));
    SocketPath.clear(options.socket());
    @Nullable Takeover takeover = null;
    if (options.fresh() || !directory.holdsStore()) {
      directory.clear();
      directory.checkRoom(options.capacity());
    } else {
      Takeover found = Takeover.check(directory);
      takeover = found;
      options = options.adopting(found.heapFile().size(), found.index().maxSlots());
      leaveToTheNext =
          () -> {
            found.keepFiles();
            directory.disown();
          };
    }
    directory.own();
    MultiThreadIoEventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("plasma-store", true), EpollIoHandler.newFactory());
    AutoCloseable stopLoop = () -> stop(group);
    open(stopLoop);
    EventLoop loop = group.next();
    GrowthRelay relay = new GrowthRelay();
    Memory memory = takeover == null ? create(directory) : adopted(takeover);
    Heap heap = open(new Heap(memory.heap(), memory.extents(), loop, relay));
    Spill spill = spillDirectory == null ? Spill.off() : spill(spillDirectory, loop);
    List<SpillCopy> spilled = spillDirectory == null ? List.of() : spill.recover(spillDirectory);
    Sessions sessions =
        new Sessions(directory, memory.seals(), options.maxObjects(), Sessions.Rules.of(options));
    open(sessions::closeAll);
    // A second time, as the loop must have ended before the memory that it uses is unmapped.
    open(stopLoop);
    StoreCore core =
        new StoreCore(
            memory.writer(),
            heap,
            sessions,
            spill,
            (delayMillis, action) -> {
              Future<?> timeout = loop.schedule(action, delayMillis, TimeUnit.MILLISECONDS);
              return () -> timeout.cancel(false);
            },
            System::currentTimeMillis);
    relay.core = core;
    open(() -> stop(core, loop));
    if (takeover != null) {
      Takeover found = takeover;
      await(loop.submit(() -> core.adopt(found)));
    }
    await(loop.submit(() -> core.adopt(spilled)));
    await(loop.submit(heap::growAhead));
    Admission admission = new Admission(uid(), options.access());
    serve(group, new Lanes(core, admission, memory.index(), memory.seals(), memory.heap()));
    serving = true;
  }

  /** A folder of a socket that was served stays: its user may have let others in. */
  private void removeUnlessServed(Path folder) throws IOException {
    if (serving) {
      return;
    }
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException _) {
      LOG.log(Level.DEBUG, "somebody else uses the folder of the socket by now: path={0}", folder);
    }
  }

  private Spill spill(SpillDirectory directory, EventLoop loop) throws IOException {
    if (options.fresh()) {
      directory.clear();
    }
    SpillDisk disk = new SpillDisk(loop);
    open(disk::stop);
    SpillFiles files = new SpillFiles(directory, SpillFormats.installed());
    return Spill.to(files, disk, options.spillLimit(), System::currentTimeMillis);
  }

  private void stop(StoreCore core, EventLoop loop) {
    if (serving) {
      await(loop.submit(core::stop));
    }
  }

  /** The files of a store, mapped, with what they hold. */
  private record Memory(
      MappedFile index,
      MappedFile seals,
      MappedFile heap,
      IndexWriter writer,
      ExtentAllocator extents) {}

  private Memory create(StoreDirectory directory) throws IOException {
    // The index last but for the heap, as these two are what a takeover begins with.
    MappedFile seals =
        open(
            MappedFile.create(
                directory.file(StoreDirectory.SEALS), SealMarks.fileSize(options.maxObjects())));
    MappedFile index =
        open(
            MappedFile.create(
                directory.file(StoreDirectory.INDEX), IndexLayout.fileSize(options.maxObjects())));
    MappedFile heap = MappedFile.create(directory.file(StoreDirectory.HEAP), options.capacity());
    IndexWriter writer =
        new IndexWriter(
            index.segment(),
            index,
            options.maxObjects(),
            options.capacity(),
            ProcessHandle.current().pid(),
            System.currentTimeMillis());
    return new Memory(index, seals, heap, writer, new ExtentAllocator(heap.size()));
  }

  private Memory adopted(Takeover takeover) throws IOException {
    MappedFile seals = open(takeover.sealsFile());
    MappedFile index = open(takeover.indexFile());
    MappedFile heap = takeover.heapFile();
    if (takeover.extents().limit() > 0) {
      // All of it has its pages already, unless the dead store was at just that when it died.
      heap.commit(0, takeover.extents().limit());
    }
    IndexWriter writer =
        new IndexWriter(
            takeover.index(),
            index.segment(),
            index,
            takeover.keptCount(),
            ProcessHandle.current().pid());
    return new Memory(index, seals, heap, writer, takeover.extents());
  }

  private void serve(MultiThreadIoEventLoopGroup group, Lanes lanes) throws IOException {
    ChannelGroup channels = new DefaultChannelGroup(group.next());
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerDomainSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channels.add(channel);
                    channel.pipeline().addLast(frameDecoder(), new LaneHandler(lanes));
                  }
                });
    ChannelFuture bound =
        bootstrap.bind(new DomainSocketAddress(options.socket().toFile())).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw SocketPath.unusable(options.socket(), bound.cause());
    }
    Channel server = bound.channel();
    open(
        () -> {
          await(server.close());
          await(channels.close());
          Files.deleteIfExists(options.socket());
        });
    SocketPath.admit(options.socket(), options.access());
  }

  private static LengthFieldBasedFrameDecoder frameDecoder() {
    int afterLength = FrameHeader.LENGTH - FrameHeader.TABLE_LENGTH_OFFSET - Integer.BYTES;
    return new LengthFieldBasedFrameDecoder(
        ByteOrder.LITTLE_ENDIAN,
        Limits.MAX_FRAME,
        FrameHeader.TABLE_LENGTH_OFFSET,
        Integer.BYTES,
        afterLength,
        0,
        true);
  }

  private static long uid() throws IOException {
    return Integer.toUnsignedLong((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  private static void stop(MultiThreadIoEventLoopGroup group) {
    await(group.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS));
  }

  private static <F extends Future<?>> F await(F future) {
    if (!future.awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS)) {
      throw new PlasmaException(
          ErrorCode.INTERNAL_ERROR, "the event loop does not answer: seconds=" + STOP_SECONDS);
    }
    if (future.cause() != null) {
      throw new PlasmaException(
          ErrorCode.INTERNAL_ERROR,
          "the event loop failed: reason=" + future.cause(),
          future.cause());
    }
    return future;
  }

  private <T extends AutoCloseable> T open(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Closes everything; returns the first failure, with the others added. */
  private @Nullable RuntimeException closeOpened() {
    RuntimeException failure = null;
    for (AutoCloseable resource : opened) {
      try {
        resource.close();
      } catch (Exception e) {
        if (failure == null) {
          failure =
              new PlasmaException(
                  ErrorCode.INTERNAL_ERROR, "store can't stop cleanly: reason=" + e, e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    opened.clear();
    return failure;
  }

  /** Joins the heap, which is made first, to the core, which needs it. */
  private static final class GrowthRelay implements Heap.GrowthListener {
    private @Nullable StoreCore core;

    @Override
    public void grew() {
      if (core != null) {
        core.grew();
      }
    }

    @Override
    public void couldNotGrow(NativeCallException reason) {
      if (core != null) {
        core.couldNotGrow(reason);
      }
    }
  }
}
