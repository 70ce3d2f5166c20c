package io.plasmastore.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point of {@code bin/plasma}. */
@Command(
    name = "plasma",
    description = "An Apache Arrow-native shared-memory object cache.",
    mixinStandardHelpOptions = true,
    version = "plasma 0.1.0-SNAPSHOT")
public final class PlasmaCommand implements Runnable {
  private PlasmaCommand() {}

  /** Runs one command and exits with its code: 0 done, 1 failed, 2 usage. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new PlasmaCommand()).execute(args));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
