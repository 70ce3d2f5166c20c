package io.plasmastore.cli;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.PlasmaException;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.sort.FilePartitions;
import io.plasmastore.sort.GeneratedPartitions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is to be sorted or divided: one of files, generated rows, and dataframes in the store. */
final class SortSource {
  private static final int KEY_SIZE = Double.BYTES;
  private static final int PAYLOAD_SIZE = Long.BYTES + Double.BYTES + Integer.BYTES;
  private static final int GENERATED_PARTITIONS = 8;
  private static final long MAX_GENERATED_PARTITION = 16 << 20;

  /** Where the store spills, those that workers have open must fit. */
  private static final int PARTITIONS_PER_STORE = 16;

  @Option(
      names = "--input",
      arity = "1..*",
      paramLabel = "FILE",
      description = "Arrow IPC files or streams, all with the same columns.")
  private List<Path> files = List.of();

  @Option(
      names = "--rows",
      paramLabel = "N",
      converter = RowCount.class,
      description =
          "Generate so many rows, with a float64 column named key: 1b, 250m, 10k, or all digits.")
  private @Nullable Long rows;

  @Parameters(
      arity = "1..*",
      paramLabel = "ID",
      description = "Dataframes in the store: 40 hex digits, or name:NAME.")
  private List<String> ids = List.of();

  /** Whether the rows are in the store already, and stay there. */
  boolean isInStore() {
    return !ids.isEmpty();
  }

  boolean isGenerated() {
    return rows != null;
  }

  /** How many rows are to be generated; 0 if none are. */
  long generatedRows() {
    return rows == null ? 0 : rows;
  }

  /** Generates so many rows and not as many as were asked for. */
  void generate(long fewer) {
    rows = fewer;
  }

  /** Bytes that the rows take, more or less; 0 if they are in the store already. */
  long dataSize(boolean payload) throws IOException {
    if (rows != null) {
      return rows * (KEY_SIZE + (payload ? PAYLOAD_SIZE : 0));
    }
    long size = 0;
    for (Path file : files) {
      size += Files.size(file);
    }
    return size;
  }

  /**
   * The partitions; those that were not in the store are put there and the caller's to delete.
   *
   * @param count how many to make; 0 for as many as fit
   */
  List<ObjectId> partitions(ArrowClient dataframes, int count, boolean payload) throws IOException {
    if (isInStore()) {
      return ObjectIdConverter.all(ids);
    }
    if (rows == null) {
      return FilePartitions.of(files).withPartitions(count).put(dataframes);
    }
    long share = Math.max(1, dataframes.client().stats().capacity() / PARTITIONS_PER_STORE);
    long fitting =
        Math.max(
            Math.max(GENERATED_PARTITIONS, Math.ceilDiv(rows, MAX_GENERATED_PARTITION)),
            Math.min(rows, Math.ceilDiv(dataSize(payload), share)));
    GeneratedPartitions generated =
        GeneratedPartitions.of(rows, count == 0 ? Math.toIntExact(fitting) : count);
    return (payload ? generated.withPayload() : generated).put(dataframes);
  }

  /** Deletes objects of a store, which may be gone. */
  static void delete(PlasmaClient client, List<ObjectId> ids) {
    try {
      ids.forEach(client::delete);
    } catch (PlasmaException e) {
      // A store that is gone has taken them along, and what failed before this is to be told.
      if (e.code() != ErrorCode.STORE_GONE) {
        throw e;
      }
    }
  }
}
