package io.plasmastore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.plasmastore.protocol.MessageWriter;
import io.plasmastore.protocol.Reply;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that refuses whoever connects, before anything is asked. */
class RefusalTest {
  private static final int ROUNDS = 200;

  @TempDir Path folder;

  @Test
  void saysWhyEvenWhenTheStoreHangsUpBeforeTheClientHasAsked() throws Exception {
    Path socket = folder.resolve("s");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      CompletableFuture<Void> refusing = CompletableFuture.runAsync(() -> refuse(server));
      for (int i = 0; i < ROUNDS; i++) {
        PlasmaException refused =
            assertThrows(PlasmaException.class, () -> PlasmaClient.connect(socket));
        assertEquals(ErrorCode.ACCESS_DENIED, refused.code(), refused::toString);
        assertEquals("not you: uid=7", refused.getMessage());
      }
      refusing.get(20, TimeUnit.SECONDS);
    }
  }

  private static void refuse(ServerSocketChannel server) {
    MessageWriter writer = new MessageWriter();
    try {
      for (int i = 0; i < ROUNDS; i++) {
        try (SocketChannel peer = server.accept()) {
          var unused =
              peer.write(
                  writer.write(0, Reply.Failure.of(ErrorCode.ACCESS_DENIED, "not you: uid=7")));
        }
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
