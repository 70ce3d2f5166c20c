package io.plasmastore.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of the files in a store's directory. */
public final class DirectoryLayout {
  /** The table of objects, see {@link IndexLayout}. */
  public static final String INDEX = "index";

  /** What is sealed, see {@link SealMarks}. */
  public static final String SEALS = "seals";

  /** The objects' bytes. */
  public static final String HEAP = "heap-0";

  /** What a client's page begins with; its number follows, see {@link ClientPage}. */
  public static final String PAGE_PREFIX = "page-";

  /** The same of a client that may only read, whose page the store writes. */
  public static final String GUEST_PREFIX = "guest-";

  /** Of memory that clients share, for the moment until it has no name any more. */
  public static final String SHARED = "shared";

  /** Held by the living store; its process id as text. */
  public static final String LOCK = "lock";

  private static final Pattern PAGE =
      Pattern.compile("(" + PAGE_PREFIX + "|" + GUEST_PREFIX + ")\\d{1,10}");

  private DirectoryLayout() {}

  /**
   * The clients' pages, in the order of their numbers.
   *
   * @param directory of a store
   * @return the files
   * @throws IOException if the directory can't be read
   */
  static List<Path> pages(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> PAGE.matcher(file.getFileName().toString()).matches())
          .sorted(Comparator.comparingLong(DirectoryLayout::pageNumber))
          .toList();
    }
  }

  static long pageNumber(Path page) {
    String name = page.getFileName().toString();
    return Long.parseLong(name.substring(name.indexOf('-') + 1));
  }
}
