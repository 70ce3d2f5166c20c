package io.plasmastore.bench.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;

/**
 * DuckDB in this process, through its JDBC driver: rows go in as an Arrow stream over the store's
 * memory, and come out as one. One thread.
 */
final class DuckDb implements AutoCloseable {
  /** What the driver hands out at a time; more made no difference. */
  private static final long BATCH_ROWS = 1 << 17;

  private final DuckDBConnection connection;

  private DuckDb(DuckDBConnection connection) {
    this.connection = connection;
  }

  /**
   * Opens a database in memory, with all cores.
   *
   * @param memory that it may take in bytes; what needs more fails, and writes nothing to disk
   */
  static DuckDb open(long memory) throws SQLException {
    DuckDBConnection connection =
        DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET memory_limit = '" + (memory >> 20) + "MiB'");
      statement.execute("SET temp_directory = ''");
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return new DuckDb(connection);
  }

  String version() throws SQLException {
    return connection.getMetaData().getDatabaseProductVersion();
  }

  /**
   * Sorts dataframes of the store.
   *
   * @param orderBy the keys as SQL has them
   * @param batches is handed each batch of the result, which is gone afterwards
   * @return seconds until the last one was there
   */
  double sort(
      ArrowClient dataframes,
      List<ObjectId> ids,
      String orderBy,
      Consumer<VectorSchemaRoot> batches)
      throws SQLException, IOException {
    try (ArrowArrayStream in = ArrowArrayStream.allocateNew(dataframes.allocator())) {
      long start = System.nanoTime();
      Data.exportArrayStream(dataframes.allocator(), new StoredBatches(dataframes, ids), in);
      connection.registerArrowStream("partitions", in);
      try (Statement statement = connection.createStatement();
          ResultSet result =
              statement.executeQuery("SELECT * FROM partitions ORDER BY " + orderBy);
          ArrowReader out =
              (ArrowReader)
                  result
                      .unwrap(DuckDBResultSet.class)
                      .arrowExportStream(dataframes.allocator(), BATCH_ROWS)) {
        while (out.loadNextBatch()) {
          batches.accept(out.getVectorSchemaRoot());
        }
        return (System.nanoTime() - start) / 1e9;
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
