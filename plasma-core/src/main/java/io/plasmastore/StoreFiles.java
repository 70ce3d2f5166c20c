package io.plasmastore;

import io.plasmastore.memory.Findings;
import io.plasmastore.memory.IndexHeader;
import io.plasmastore.memory.StoreVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the files of a store say, whether it runs or has died. They are only read: neither mapped
 * nor locked nor changed. For the user whose store it is; from any thread.
 */
public final class StoreFiles {
  /**
   * How long to wait between two looks, in milliseconds: what a living store does in passing is
   * over by then.
   */
  private static final List<Integer> PAUSES_MILLIS = List.of(5, 20, 50, 100, 200, 500, 1000);

  /** The same where the store is dead, and only its clients may still come and go. */
  private static final List<Integer> PAUSES_MILLIS_DEAD = List.of(5, 20);

  private StoreFiles() {}

  /**
   * A store's books, as they were when it last wrote them.
   *
   * @param directory of the store
   * @return what they say
   * @throws PlasmaException OBJECT_NOT_FOUND if there are no files of a store, VERSION_MISMATCH if
   *     they are of another version or damaged
   */
  public static StoreStats stats(Path directory) {
    try {
      IndexHeader header = StoreVerifier.header(directory);
      return StoreListing.stats(header::counter);
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  /**
   * Whether a living store serves from a directory.
   *
   * @param directory of the store
   * @return false if it has died
   */
  public static boolean isServed(Path directory) {
    try {
      return StoreVerifier.isServed(directory);
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  /**
   * Checks each rule of {@code docs/format.md}. Under a living store that changes things meanwhile
   * it looks again, up to 8 times within two seconds, and only what was wrong each time is a fault.
   *
   * @param directory of the store
   * @return what was found
   * @throws PlasmaException OBJECT_NOT_FOUND if there are no files of a store, or they can't be
   *     read
   * @throws InterruptedException if this thread is interrupted between two looks
   */
  public static VerifyReport verify(Path directory) throws InterruptedException {
    try {
      boolean live = StoreVerifier.isServed(directory);
      StoreVerifier verifier = new StoreVerifier(directory, !live);
      StoreVerifier.Pass pass = verifier.pass();
      Findings findings = pass.findings();
      int passes = 1;
      for (int pause : live ? PAUSES_MILLIS : PAUSES_MILLIS_DEAD) {
        if (findings.faults().isEmpty() && pass.countersCompared()) {
          break;
        }
        Thread.sleep(pause);
        pass = verifier.pass();
        passes++;
        pass.findings().retain(findings.faults());
        findings = pass.findings();
      }
      return report(live, pass, passes);
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  private static VerifyReport report(boolean live, StoreVerifier.Pass pass, int passes) {
    return new VerifyReport(
        live,
        pass.sealed(),
        pass.created(),
        pass.retiring(),
        pass.bytes(),
        pass.entries(),
        pass.pages(),
        pass.pins(),
        passes,
        pass.countersCompared(),
        pass.findings().notes(),
        pass.findings().faults().stream()
            .map(fault -> new VerifyReport.Fault(fault.rule().label(), fault.text()))
            .toList(),
        pass.findings().dropped());
  }

  private static PlasmaException unreadable(Path directory, IOException reason) {
    return new PlasmaException(
        ErrorCode.OBJECT_NOT_FOUND,
        "no files of a store can be read: dir=" + directory + " reason=" + reason,
        reason);
  }
}
