package io.plasmastore.cli;

import io.plasmastore.store.StoreAccess;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Who may use a store that a command runs. */
final class AccessOptions {
  private static final int OCTAL = 8;

  @Option(
      names = "--socket-mode",
      paramLabel = "MODE",
      converter = OctalMode.class,
      description =
          "Permissions of the socket, in octal: who can connect. Default: 0600, or 0660 with"
              + " --group.")
  private @Nullable Integer socketMode;

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      description =
          "Group of the socket, by name or number, whose members can connect. What they may do the"
              + " next two options say.")
  private @Nullable String group;

  @Option(
      names = "--allow-uid",
      paramLabel = "UID",
      description =
          "A user who may do everything, trusted as the store's own user is; may be repeated."
              + " Default: the store's own user alone, not even root.")
  private List<Long> allowedUids = List.of();

  @Option(
      names = "--read-only-uid",
      paramLabel = "UID",
      description =
          "A user who may only read, and has nothing that it could write; may be repeated.")
  private List<Long> readOnlyUids = List.of();

  @Option(
      names = "--max-clients",
      paramLabel = "COUNT",
      description = "How many clients there can be at once. Default: 1024.")
  private int maxClients = StoreAccess.DEFAULT_MAX_CLIENTS;

  /** What the options say, unchecked. */
  StoreAccess access() {
    StoreAccess access = StoreAccess.ownUserAlone().withMaxClients(maxClients);
    if (group != null) {
      access = access.withGroup(group);
    }
    if (socketMode != null) {
      access = access.withSocketMode(socketMode);
    }
    for (long uid : allowedUids) {
      access = access.allowing(uid);
    }
    for (long uid : readOnlyUids) {
      access = access.allowingToRead(uid);
    }
    return access;
  }

  /** Permissions as chmod takes them. */
  static final class OctalMode implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      try {
        return Integer.parseInt(text, OCTAL);
      } catch (NumberFormatException e) {
        throw new TypeConversionException("a mode is octal, like 0660: text=" + text);
      }
    }
  }
}
