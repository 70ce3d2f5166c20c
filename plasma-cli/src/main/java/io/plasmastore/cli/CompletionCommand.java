package io.plasmastore.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what makes a shell complete this command line. */
@Command(
    name = "completion",
    header = "Print a completion script for bash or zsh.",
    description = "The shell that reads it completes verbs and options at the tab key.",
    footer = {
      "Examples:",
      "  plasma completion > ~/.plasma-completion",
      "  . ~/.plasma-completion"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Console console;

  @Spec private @Nullable CommandSpec spec;

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (spec != null) {
      console.text().print(AutoComplete.bash("plasma", spec.root().commandLine()));
      console.text().flush();
    }
    return PlasmaCommand.DONE;
  }
}
