package io.plasmastore.cli;

import java.io.IOException;
import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/**
 * The user's terminal, taken over for a picture that changes: its other screen, without a cursor,
 * keys read as they are typed. Closing this gives it back as it was.
 */
final class TopTerminal implements AutoCloseable {
  private static final int MIN_WIDTH = 20;
  private static final int MIN_HEIGHT = 5;

  private final Terminal terminal;
  private final Attributes before;

  private TopTerminal(Terminal terminal) {
    this.terminal = terminal;
    this.before = terminal.enterRawMode();
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.cursor_invisible);
    terminal.flush();
  }

  static TopTerminal open() throws IOException {
    // By stty(1), which sets what it is told and leaves the rest: the other ways of JLine forget
    // the
    // line's speed. Signals are StopSignal's.
    return new TopTerminal(
        TerminalBuilder.builder()
            .system(true)
            .provider(TerminalBuilder.PROP_PROVIDER_EXEC)
            .nativeSignals(false)
            .build());
  }

  /** How many lines fit. */
  int height() {
    return Math.max(MIN_HEIGHT, terminal.getHeight());
  }

  /** Shows lines from the top, each cut to the width. */
  void show(List<String> lines) {
    int width = Math.max(MIN_WIDTH, terminal.getWidth());
    int height = height();
    terminal.puts(Capability.cursor_home);
    for (int row = 0; row < height; row++) {
      String line = row < lines.size() ? lines.get(row) : "";
      int end = line.codePointCount(0, line.length());
      terminal.writer().print(line.substring(0, line.offsetByCodePoints(0, Math.min(width, end))));
      terminal.puts(Capability.clr_eol);
      if (row < height - 1) {
        terminal.writer().print("\r\n");
      }
    }
    terminal.flush();
  }

  /** The next key typed, or a negative number if there is none in time. */
  int key(long timeoutMillis) throws IOException {
    int key = terminal.reader().read(Math.max(1, timeoutMillis));
    return key == NonBlockingReader.READ_EXPIRED ? -1 : key;
  }

  @Override
  public void close() throws IOException {
    terminal.puts(Capability.cursor_normal);
    terminal.puts(Capability.exit_ca_mode);
    terminal.flush();
    terminal.setAttributes(before);
    terminal.close();
  }
}
