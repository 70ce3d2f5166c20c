package io.plasmastore.cli;

import io.plasmastore.bench.BenchCommand;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The entry point of {@code bin/plasma}: which verbs there are, and what becomes of a failure. */
@Command(
    name = "plasma",
    description =
        "An Apache Arrow-native shared-memory object cache for the processes of a machine.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = PlasmaCommand.Version.class,
    footerHeading = PlasmaCommand.FOOTER_HEADING,
    footer = {
      "An ID is 40 hex digits, or name:NAME.",
      "Exit codes: 0 done; 1 failed, and one line on standard error says why; 2 usage.",
      "",
      "Examples:",
      "  plasma demo",
      "  plasma store -m 4g",
      "  plasma put flights.arrow --name flights",
      "  plasma head name:flights",
    })
public final class PlasmaCommand implements Callable<Integer> {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;

  static final String FOOTER_HEADING = "%n";

  private static final int USAGE_WIDTH = 100;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "On failure show the stack trace too, as PLASMA_DEBUG=1 does.")
  private boolean verbose;

  @Spec private @Nullable CommandSpec spec;

  private PlasmaCommand() {}

  /**
   * Runs one command and exits with its code: 0 done, 1 failed, 2 usage.
   *
   * @param args the command and its arguments
   */
  public static void main(String[] args) {
    LogConfiguration.install();
    Console console = Console.ofProcess();
    int code;
    try {
      code = commandLine(console).execute(args);
      if (code == DONE) {
        console.finish();
      }
    } catch (Throwable e) {
      // picocli hands on what is an Error.
      code = report(e, List.of(args), console.err(), FailureReport.debugging());
    }
    System.exit(code);
  }

  /** All verbs, with their output going to the console. */
  static CommandLine commandLine(Console console) {
    PlasmaCommand root = new PlasmaCommand();
    CommandLine commandLine = new CommandLine(root);
    for (Object verb : verbs(console)) {
      CommandSpec verbSpec = CommandSpec.forAnnotatedObject(verb);
      verbSpec.mixinStandardHelpOptions(true).versionProvider(new Version());
      verbSpec.usageMessage().footerHeading(FOOTER_HEADING);
      commandLine.addSubcommand(verbSpec.name(), verbSpec);
    }
    commandLine.addSubcommand(new HelpCommand());
    return commandLine
        .setOut(console.text())
        .setErr(console.err())
        .setUsageHelpWidth(USAGE_WIDTH)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, args) -> reportUsage(e.getCommandLine(), e.getMessage()))
        .setExecutionExceptionHandler(
            (e, command, parsed) ->
                e instanceof UsageException
                    ? reportUsage(command, e.getMessage())
                    : report(
                        e,
                        parsed.originalArgs(),
                        command.getErr(),
                        root.verbose || FailureReport.debugging()));
  }

  private static List<Object> verbs(Console console) {
    return List.of(
        new StoreCommand(console),
        new PutCommand(console),
        new GetCommand(console),
        new HeadCommand(console),
        new ListCommand(console),
        new StatCommand(console),
        new RemoveCommand(),
        new WaitCommand(),
        new WatchCommand(console),
        new BindCommand(),
        new UnbindCommand(),
        new ResolveCommand(console),
        new RefreshCommand(),
        new EvictCommand(console),
        new TrimCommand(console),
        new ClientsCommand(console),
        new TopCommand(console),
        new VerifyCommand(console),
        new SortCommand(console),
        new PartitionCommand(console),
        new DemoCommand(console),
        new BenchCommand(),
        new CompletionCommand(console));
  }

  /** Without a verb there is nothing to do but to say which there are. */
  @Override
  public Integer call() {
    CommandLine commandLine = spec == null ? new CommandLine(this) : spec.commandLine();
    commandLine.usage(commandLine.getErr());
    return USAGE;
  }

  private static int report(
      Throwable failure, List<String> args, PrintWriter err, boolean withTrace) {
    err.println("plasma: " + FailureReport.withNames(FailureReport.line(failure), args));
    if (withTrace) {
      failure.printStackTrace(err);
    }
    err.flush();
    return FAILED;
  }

  private static int reportUsage(CommandLine command, @Nullable String message) {
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": " + String.valueOf(message).replaceFirst("^Error: ", ""));
    err.println("Try '%s --help'.".formatted(name));
    err.flush();
    return USAGE;
  }

  /** What the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      @Nullable String version = PlasmaCommand.class.getPackage().getImplementationVersion();
      return new String[] {
        "plasma %s (Java %s)".formatted(version == null ? "unpackaged" : version, Runtime.version())
      };
    }
  }
}
