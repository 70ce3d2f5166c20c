package io.plasmastore.sort;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a sort and its worker processes say to one another: one line of ASCII at a time, over the
 * worker's standard input and output. Rows never go this way, they are in the store.
 *
 * <pre>
 * to the worker                                          from the worker
 *
 *                                                        plasma-sort ready
 * begin PREFIX                                           plasma-sort done -
 * split SLICE PARTITION FROM TO POSITION ATTEMPT         plasma-sort done SUM,NANOS,ROWS,ROWS,…
 * merge BUCKET ROWS PIECE,PIECE,… ATTEMPT                plasma-sort done ROWS,SUM,DISORDERED,NANOS
 * end                                                    plasma-sort done -
 *                                                     or plasma-sort failed CODE TEXT
 * </pre>
 *
 * <p>Ids are 40 hex digits, numbers are decimal, an empty list is {@code -}. CODE is an {@link
 * ErrorCode} or {@code -}, TEXT is percent-encoded. A worker has one sort at a time, from {@code
 * begin}, which names it, to {@code end}. A worker that is no longer needed is killed. Where its
 * input ends instead, the process that sorts has died: the worker then deletes what a sort that has
 * not ended has left in the store, and ends. Lines of its output that do not begin with {@code
 * plasma-sort} are not part of this: whatever wants to may print.
 */
final class WorkerProtocol {
  static final String READY = "plasma-sort ready";

  /** Ends a sort. */
  static final String END = "end";

  private static final String BEGIN = "begin";
  private static final String DONE = "plasma-sort done";
  private static final String FAILED = "plasma-sort failed";
  private static final String NOTHING = "-";

  private WorkerProtocol() {}

  /** The beginning of a sort as a line. */
  static String formatBegin(JobNames names) {
    return line(BEGIN, names.prefix());
  }

  /** The sort that a line begins, or null if it is another line. */
  static @Nullable JobNames parseBegin(String line) {
    return line.startsWith(BEGIN + " ") ? new JobNames(line.substring(BEGIN.length() + 1)) : null;
  }

  /** Whether a line of output is an answer, of whatever kind. */
  static boolean isAnswer(String line) {
    return line.startsWith(DONE + " ") || line.startsWith(FAILED + " ");
  }

  /** A task as a line. */
  static String format(SortTask task) {
    return switch (task) {
      case SortTask.Split(
              int slice,
              ObjectId partition,
              long from,
              long to,
              long position,
              int attempt) ->
          line("split", slice, partition, from, to, position, attempt);
      case SortTask.Merge(int bucket, long rows, List<ObjectId> pieces, int attempt) -> {
        String list = pieces.stream().map(ObjectId::toHex).collect(Collectors.joining(","));
        yield line("merge", bucket, rows, list.isEmpty() ? NOTHING : list, attempt);
      }
    };
  }

  /**
   * The task that a line says.
   *
   * @throws IllegalArgumentException if it says none
   */
  static SortTask parseTask(String line) {
    String[] words = line.split(" ", -1);
    try {
      return switch (words[0] + " " + (words.length - 1)) {
        case "split 6" ->
            new SortTask.Split(
                count(words[1]),
                id(words[2]),
                number(words[3]),
                number(words[4]),
                number(words[5]),
                count(words[6]));
        case "merge 4" ->
            new SortTask.Merge(count(words[1]), number(words[2]), ids(words[3]), count(words[4]));
        default -> throw new IllegalArgumentException("no such task");
      };
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a task: line=" + line, e);
    }
  }

  /** The answer to a task that was done. */
  static String formatDone(List<Long> answer) {
    String numbers = answer.stream().map(Object::toString).collect(Collectors.joining(","));
    return line(DONE, numbers.isEmpty() ? NOTHING : numbers);
  }

  /** The answer to a task that failed. */
  static String formatFailed(Throwable failure) {
    boolean coded = failure instanceof PlasmaException;
    String code = coded ? ((PlasmaException) failure).code().name() : NOTHING;
    String text = coded ? String.valueOf(failure.getMessage()) : failure.toString();
    return line(FAILED, code, URLEncoder.encode(text, StandardCharsets.UTF_8));
  }

  /**
   * The numbers of an answer.
   *
   * @return null if the line is no answer
   * @throws PlasmaException as it was thrown in the worker
   * @throws WorkerFailedException if something else was thrown there
   */
  static @Nullable List<Long> parseAnswer(String line, String task) {
    if (line.startsWith(DONE + " ")) {
      String numbers = line.substring(DONE.length() + 1);
      return numbers.equals(NOTHING)
          ? List.of()
          : Arrays.stream(numbers.split(",", -1)).map(Long::valueOf).toList();
    }
    if (line.startsWith(FAILED + " ")) {
      String[] words = line.substring(FAILED.length() + 1).split(" ", 2);
      String text = URLDecoder.decode(words[1], StandardCharsets.UTF_8);
      if (!words[0].equals(NOTHING)) {
        throw new PlasmaException(ErrorCode.valueOf(words[0]), text);
      }
      throw new WorkerFailedException(
          "a task failed: task=[" + task + "] failure=[" + text + "]", null);
    }
    return null;
  }

  private static String line(Object... words) {
    return Arrays.stream(words).map(Object::toString).collect(Collectors.joining(" "));
  }

  private static ObjectId id(String word) {
    return ObjectId.fromHex(word);
  }

  private static List<ObjectId> ids(String word) {
    return word.equals(NOTHING)
        ? List.of()
        : Arrays.stream(word.split(",", -1)).map(ObjectId::fromHex).toList();
  }

  private static long number(String word) {
    return Long.parseLong(word);
  }

  private static int count(String word) {
    return Integer.parseInt(word);
  }
}
