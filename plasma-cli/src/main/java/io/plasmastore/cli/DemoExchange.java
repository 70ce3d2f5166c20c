package io.plasmastore.cli;

import io.plasmastore.ObjectId;
import io.plasmastore.bench.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What the two processes of the demo agree on: the producer hands over rows in one form after the
 * other, some rounds each, and goes on when the consumer has read them. What they measure they
 * write to standard output, a line each, for the parent to read.
 *
 * @param store socket of the store
 * @param stream socket for Java serialisation, at which the consumer listens
 * @param rows how many in each round
 * @param records how many in a round of records, which take much longer
 */
record DemoExchange(Path store, Path stream, int rows, int records) {
  /** The forms in which rows are handed over, in this order. */
  enum Form {
    /** A dataframe through the store. */
    STORE(5),
    /** The columns as arrays by Java serialisation. */
    ARRAYS(5),
    /** A list of objects by Java serialisation. */
    RECORDS(3);

    private final int rounds;

    Form(int rounds) {
      this.rounds = rounds;
    }

    int rounds() {
      return rounds;
    }
  }

  /** How long one process waits for another before it gives up. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String FAILED = "failed ";

  /** What a process does with its part. */
  @FunctionalInterface
  interface Part {
    void run(DemoExchange exchange) throws Exception;
  }

  static DemoExchange parse(String[] args) {
    return new DemoExchange(
        Path.of(args[0]), Path.of(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
  }

  List<String> arguments() {
    return List.of(
        store.toString(), stream.toString(), Integer.toString(rows), Integer.toString(records));
  }

  /** How many rows a round of this form hands over. */
  int rows(Form form) {
    return form == Form.RECORDS ? records : rows;
  }

  /** The object that holds the rows of a round. */
  static ObjectId rowsId(int round) {
    return ObjectId.named("demo/rows/" + round);
  }

  /** The object by which the consumer says that it has read them. */
  static ObjectId readId(int round) {
    return ObjectId.named("demo/read/" + round);
  }

  /** In a child: does its part, and says so if it fails. Ends with the parent. */
  static void play(String[] args, Part part) {
    LogConfiguration.install();
    ChildProcess.exitWithParent();
    try {
      part.run(parse(args));
    } catch (Throwable e) {
      System.out.println(FAILED + FailureReport.line(e));
      if (FailureReport.debugging()) {
        e.printStackTrace();
      }
      System.exit(PlasmaCommand.FAILED);
    }
  }

  /** In a child: tells the parent numbers. */
  static void tell(String what, long... numbers) {
    StringBuilder line = new StringBuilder(what);
    for (long number : numbers) {
      line.append(' ').append(number);
    }
    System.out.println(line);
  }

  /** In the parent: the numbers that a child tells next. */
  static long[] hear(ChildProcess child, String what)
      throws java.io.IOException, InterruptedException {
    String line = child.awaitLine(PATIENCE);
    if (line.startsWith(FAILED)) {
      throw new CommandFailure(line.substring(FAILED.length()));
    }
    String[] words = line.split(" ", -1);
    if (!words[0].equals(what)) {
      throw new CommandFailure(
          String.format(
              Locale.ROOT, "a process of the demo lost its way: said=[%s] wanted=%s", line, what));
    }
    long[] numbers = new long[words.length - 1];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Long.parseLong(words[i + 1]);
    }
    return numbers;
  }
}
