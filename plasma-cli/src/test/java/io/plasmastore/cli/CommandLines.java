package io.plasmastore.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;

/** The command line as picocli sees it. */
final class CommandLines {
  private CommandLines() {}

  static CommandLine plasma() {
    return PlasmaCommand.commandLine(
        new Console(
            InputStream.nullInputStream(),
            new PrintWriter(Writer.nullWriter()),
            Channels.newChannel(OutputStream.nullOutputStream()),
            new PrintWriter(Writer.nullWriter())));
  }

  /** Whether the verb is made here, and not in another module or by picocli. */
  static boolean isOwn(String verb) {
    return plasma().getSubcommands().get(verb).getCommandSpec().userObject().getClass().getPackage()
        == CommandLines.class.getPackage();
  }

  static Set<String> verbs() {
    return new TreeSet<>(plasma().getSubcommands().keySet());
  }
}
