package io.plasmastore.cli;

import io.plasmastore.PlasmaException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/**
 * SIGTERM and SIGINT, handed to a command that ends by itself when it is asked to, so that it
 * leaves with the exit code of its choice and not with the JVM's 143 or 130. Closing this gives the
 * signals back.
 *
 * <p>The JDK's {@code sun.misc.Signal} is supported but has no replacement, and javac warns of it
 * in a way that can't be switched off at one place; so it is called by reflection. Where it is
 * missing, or the JVM runs with {@code -Xrs}, signals do what they did before.
 */
final class StopSignal implements AutoCloseable {
  private static final List<String> NAMES = List.of("TERM", "INT");

  private final List<Runnable> undo = new ArrayList<>();
  private final Runnable action;
  private volatile boolean received;

  private StopSignal(Runnable action) {
    this.action = action;
  }

  /** Calls the action, in a thread of its own, each time that a signal comes. */
  static StopSignal handledBy(Runnable action) {
    StopSignal signals = new StopSignal(action);
    for (String name : NAMES) {
      try {
        signals.handle(name);
      } catch (ReflectiveOperationException _) {
        // The JVM's own way stays: shutdown hooks run, and the exit code is 128 and the signal.
        break;
      }
    }
    return signals;
  }

  /** What ends by itself, with an exception, when its thread is interrupted. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException, InterruptedException;
  }

  /** Does something that a signal interrupts. */
  static void interrupting(Work work) throws IOException, InterruptedException {
    Thread caller = Thread.currentThread();
    try (StopSignal signal = handledBy(caller::interrupt)) {
      try {
        work.run();
      } catch (PlasmaException e) {
        if (signal.received()) {
          // Ctrl-C goes to all processes of a terminal, and the store may have heard it first.
          throw new CommandFailure("interrupted", e);
        }
        throw e;
      }
    }
  }

  /** Whether one has come. */
  boolean received() {
    return received;
  }

  @Override
  public void close() {
    undo.forEach(Runnable::run);
    undo.clear();
  }

  private void handle(String name) throws ReflectiveOperationException {
    Class<?> signalClass = Class.forName("sun.misc.Signal");
    Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
    Object signal = signalClass.getConstructor(String.class).newInstance(name);
    Object handler =
        Proxy.newProxyInstance(
            handlerClass.getClassLoader(),
            new Class<?>[] {handlerClass},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "handle" -> {
                    received = true;
                    action.run();
                    yield null;
                  }
                  case "equals" -> proxy == arguments[0];
                  case "hashCode" -> System.identityHashCode(proxy);
                  default -> "StopSignal[" + name + "]";
                });
    var install = signalClass.getMethod("handle", signalClass, handlerClass);
    Object before = install.invoke(null, signal, handler);
    undo.add(
        () -> {
          try {
            install.invoke(null, signal, before);
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("signal can't be given back: signal=" + name, e);
          }
        });
  }
}
