package io.plasmastore.testing;

import io.plasmastore.store.PlasmaStore;
import io.plasmastore.store.StoreAccess;
import io.plasmastore.store.StoreOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** A store in a process of its own. It stops when its input ends. */
public final class StoreMain {
  private StoreMain() {}

  /**
   * Arguments: socket, capacity, directory, most objects, client quota, fresh, socket mode, allowed
   * uids, read-only uids, most clients, spill directory (or empty), spill limit.
   */
  public static void main(String[] arguments) throws Exception {
    StoreOptions options =
        new StoreOptions(
            Path.of(arguments[0]),
            Long.parseLong(arguments[1]),
            Path.of(arguments[2]),
            Integer.parseInt(arguments[3]),
            Long.parseLong(arguments[4]),
            Boolean.parseBoolean(arguments[5]),
            new StoreAccess(
                Integer.parseInt(arguments[6]),
                null,
                uids(arguments[7]),
                uids(arguments[8]),
                Integer.parseInt(arguments[9])),
            arguments[10].isEmpty() ? null : Path.of(arguments[10]),
            Long.parseLong(arguments[11]));
    PlasmaStore store;
    try {
      store = PlasmaStore.launch(options);
    } catch (RuntimeException e) {
      System.out.println(e.getMessage());
      System.exit(1);
      return;
    }
    System.out.println("ready");
    while (System.in.read() >= 0) {
      // Nothing is said; only the end matters.
    }
    store.close();
  }

  private static Set<Long> uids(String text) {
    return Arrays.stream(text.split(","))
        .filter(uid -> !uid.isEmpty())
        .map(Long::valueOf)
        .collect(Collectors.toSet());
  }
}
