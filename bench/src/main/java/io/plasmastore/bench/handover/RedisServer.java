package io.plasmastore.bench.handover;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A Redis that keeps nothing on disk, and that ends with this process however that ends. */
public final class RedisServer implements AutoCloseable {
  private static final String PROGRAM = "redis-server";
  private static final String READY = "Ready to accept connections";

  /** Its standard input ends with this process, and then so does Redis. */
  private static final String GUARD = "\"$@\" & child=$!; read -r line; kill $child; wait $child";

  /** Where it listens. */
  public static final String HOST = "127.0.0.1";

  private final Process process;
  private final int port;

  private RedisServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Where it listens on {@link #HOST}. */
  public int port() {
    return port;
  }

  /** Whether there is one to be started. */
  public static boolean isInstalled() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, PROGRAM)));
  }

  /**
   * Starts one; it serves when this returns.
   *
   * @param folder where the ways look for it; nothing is written there but its port
   * @return the server; the caller closes it
   */
  public static RedisServer start(Path folder) throws IOException {
    int port = freePort();
    Process process =
        new ProcessBuilder(
                List.of(
                    "sh",
                    "-c",
                    GUARD,
                    "sh",
                    PROGRAM,
                    "--port",
                    Integer.toString(port),
                    "--bind",
                    HOST,
                    "--save",
                    "",
                    "--appendonly",
                    "no"))
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    RedisServer server = new RedisServer(process, port);
    try {
      server.awaitReady();
      Files.writeString(portFile(folder), Integer.toString(port));
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  static Path portFile(Path folder) {
    return folder.resolve("redis.port");
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      int unused = process.waitFor();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings("resource") // Closing its output would end it; it writes little after this.
  private void awaitReady() throws IOException {
    BufferedReader output = process.inputReader();
    String line;
    do {
      line = output.readLine();
      if (line == null) {
        throw new IOException("redis-server has ended: command=" + process.info().commandLine());
      }
    } while (!line.contains(READY));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
