package io.plasmastore.testing;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.plasmastore.ClientOptions;
import io.plasmastore.ObjectId;
import io.plasmastore.ObjectWriter;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.SealedObject;
import io.plasmastore.memory.MappedFile;
import io.plasmastore.os.NativeCallException;
import io.plasmastore.os.Posix;
import io.plasmastore.protocol.Descriptor;
import io.plasmastore.protocol.FrameHeader;
import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.MessageReader;
import io.plasmastore.protocol.MessageWriter;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import io.plasmastore.protocol.SessionToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.StringJoiner;

/**
 * A process that becomes another user and then does what its input says, line by line. Before that
 * it has run through all of it once, since the other user can't read its classes.
 */
public final class OtherUserMain {
  private final Path socket;
  private final Deque<SealedObject> held = new ArrayDeque<>();
  private PlasmaClient client;

  private OtherUserMain(Path socket) {
    this.socket = socket;
  }

  /** Arguments: the socket of a store that admits this process as it starts; any file. */
  public static void main(String[] arguments) throws Exception {
    OtherUserMain main = new OtherUserMain(Path.of(arguments[0]));
    main.rehearse(Path.of(arguments[1]));
    System.out.println("ready");
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      System.out.println(main.answer(line));
    }
    Runtime.getRuntime().halt(0);
  }

  private void rehearse(Path file) throws Exception {
    String id = ObjectId.random().toHex();
    for (String line :
        new String[] {
          "connect",
          "put " + id + " 100",
          "put " + id + " 100",
          "fresh 100",
          "get " + id,
          "sum",
          "try " + file,
          "descriptors untried",
          "join 1 2",
          "share " + id,
          "release",
          "delete " + id,
          "close",
          "connect read-only",
          "put " + id + " 100",
          "close"
        }) {
      var unused = answer(line);
    }
  }

  private String answer(String line) {
    try {
      return run(line.split(" ", -1));
    } catch (PlasmaException e) {
      return e.code() + " " + e.getMessage();
    } catch (Exception | Error e) {
      return "failed: " + e;
    }
  }

  private String run(String[] words) throws Exception {
    switch (words[0]) {
      case "become" -> {
        return "errno=" + EffectiveUser.become(Integer.parseInt(words[1]));
      }
      case "connect" ->
          client =
              PlasmaClient.connect(
                  ClientOptions.of(socket).withName("other").withReadOnly(words.length > 1));
      case "close" -> client.close();
      case "put" ->
          client.createAndSeal(ObjectId.fromHex(words[1]), new byte[Integer.parseInt(words[2])]);
      case "fresh" -> {
        return fresh(Integer.parseInt(words[1]));
      }
      case "get" -> held.push(client.get(ObjectId.fromHex(words[1])));
      case "release" -> held.pop().close();
      case "delete" -> {
        return Boolean.toString(client.delete(ObjectId.fromHex(words[1])));
      }
      case "sum" -> {
        return Long.toString(sum(held.element().data()));
      }
      case "descriptors" -> {
        return descriptors(words.length == 1);
      }
      case "share" -> client.sharedPages(ObjectId.fromHex(words[1]), 4096).close();
      case "join" -> {
        return join(new SessionToken(Long.parseLong(words[1]), Long.parseLong(words[2])));
      }
      case "try" -> {
        int fd = Posix.open(Path.of(words[1]), Posix.O_RDONLY);
        return attempts(fd, Files.size(Path.of(words[1])));
      }
      default -> throw new IllegalArgumentException("no such command: " + words[0]);
    }
    return "done";
  }

  /** What lies in a new object before anything was written there. */
  private String fresh(int size) {
    try (ObjectWriter writer = client.create(ObjectId.random(), size)) {
      return Long.toString(sum(writer.data()));
    }
  }

  private static long sum(MemorySegment bytes) {
    long sum = 0;
    for (long i = 0; i < bytes.byteSize(); i++) {
      sum += bytes.get(JAVA_BYTE, i);
    }
    return sum;
  }

  /** Says hello, and tries to come to write through each descriptor that follows. */
  private String descriptors(boolean trying) throws Exception {
    int lane = Posix.connect(socket);
    Reply.Welcome welcome =
        (Reply.Welcome) ask(lane, new Request.Hello(Limits.PROTOCOL_VERSION, 1, "raw", false));
    StringJoiner found = new StringJoiner("; ");
    for (Descriptor descriptor : Descriptor.of(welcome.access())) {
      int fd = Posix.receiveDescriptor(lane);
      long size =
          switch (descriptor) {
            case INDEX -> welcome.indexSize();
            case PAGE, SEALS -> welcome.pageSize();
            case HEAP_READ_ONLY, HEAP_READ_WRITE -> welcome.heapSize();
          };
      if (trying) {
        found.add(descriptor + ": " + attempts(fd, size));
      } else {
        // As the files' owner it would succeed, and the store be damaged.
        Posix.close(fd);
      }
    }
    Posix.close(lane);
    return found.toString();
  }

  /** Each way to come to write what a descriptor is of, with its error; closes the descriptor. */
  private static String attempts(int fd, long size) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int map = 0;
      try {
        var unused = MappedFile.map(fd, size, true, arena);
      } catch (NativeCallException e) {
        map = e.errno();
      }
      int protect = EffectiveUser.makeWritable(MappedFile.map(fd, size, false, arena));
      int reopen = 0;
      try {
        Posix.close(Posix.open(Path.of("/proc/self/fd/" + fd), Posix.O_RDWR));
      } catch (NativeCallException e) {
        reopen = e.errno();
      }
      return "map=%d protect=%d reopen=%d truncate=%d chmod=%d"
          .formatted(map, protect, reopen, EffectiveUser.truncate(fd), EffectiveUser.openToAll(fd));
    } finally {
      Posix.close(fd);
    }
  }

  private String join(SessionToken token) throws Exception {
    int lane = Posix.connect(socket);
    try {
      Reply reply = ask(lane, new Request.Join(Limits.PROTOCOL_VERSION, token));
      return reply instanceof Reply.Failure failure ? failure.code() + "" : "joined";
    } finally {
      Posix.close(lane);
    }
  }

  private static Reply ask(int lane, Request request) throws Exception {
    Posix.send(lane, MemorySegment.ofBuffer(new MessageWriter().write(1, request)));
    FrameHeader header = FrameHeader.read(receive(lane, FrameHeader.LENGTH));
    return MessageReader.readReply(header.type(), receive(lane, header.tableLength()));
  }

  private static ByteBuffer receive(int lane, int length) throws IOException {
    MemorySegment bytes = Arena.ofAuto().allocate(length);
    for (int at = 0; at < length; ) {
      int count = Posix.receive(lane, bytes.asSlice(at));
      if (count == Posix.END_OF_STREAM) {
        throw new IOException("the store closed the lane");
      }
      at += count;
    }
    return bytes.asByteBuffer();
  }
}
