package io.plasmastore.cli;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import io.plasmastore.arrow.ArrowClient;
import io.plasmastore.arrow.ArrowObject;
import io.plasmastore.arrow.InvalidArrowDataException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the first rows of a dataframe. */
@Command(
    name = "head",
    header = "Show the first rows of a dataframe.",
    description =
        "Shows column names and types too. Long values are cut; values of dictionary-encoded columns"
            + " are looked up.",
    footer = {
      "Examples:",
      "  plasma head name:flights",
      "  plasma head name:flights -n 100",
    })
final class HeadCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final SocketOption socket = new SocketOption();

  @Parameters(
      paramLabel = "ID",
      converter = ObjectIdConverter.class,
      description = "40 hex digits, or name:NAME.")
  private @Nullable ObjectId id;

  @Option(
      names = {"-n", "--rows"},
      paramLabel = "ROWS",
      defaultValue = "10",
      description = "How many rows. Default: ${DEFAULT-VALUE}.")
  private long rows;

  HeadCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (rows < 0) {
      throw new UsageException("a number of rows is 0 or more: rows=" + rows);
    }
    try (PlasmaClient client = socket.connect("head");
        BufferAllocator allocator = new RootAllocator()) {
      show(client, allocator, Objects.requireNonNull(id));
    }
    return PlasmaCommand.DONE;
  }

  private void show(PlasmaClient client, BufferAllocator allocator, ObjectId id) {
    try (ArrowObject object = ArrowClient.over(client, allocator).open(id)) {
      List<Field> fields = object.schema().getFields();
      console
          .text()
          .printf(
              "%s, %s, %s%n",
              Amount.count(object.rowCount(), "row", "rows"),
              Amount.count(fields.size(), "column", "columns"),
              Amount.count(object.batchCount(), "batch", "batches"));
      show(object, fields);
      long more = object.rowCount() - Math.min(rows, object.rowCount());
      if (more > 0) {
        console.text().println("… " + Amount.count(more, "row", "rows") + " more");
      }
      console.text().flush();
    } catch (InvalidArrowDataException e) {
      throw new CommandFailure(notADataframe(client, id, e), e);
    }
  }

  private void show(ArrowObject object, List<Field> fields) {
    if (fields.isEmpty()) {
      return;
    }
    TextTable.Side[] sides = fields.stream().map(HeadCommand::side).toArray(TextTable.Side[]::new);
    try (TextTable table = new TextTable(console.text(), sides)) {
      table.row(fields.stream().map(Field::getName).map(ValueText::cut).toArray(String[]::new));
      table.row(
          fields.stream()
              .map(field -> ValueText.cut(TypeName.of(field, object)))
              .toArray(String[]::new));
      table.rule();
      long left = rows;
      for (int i = 0; i < object.batchCount() && left > 0; i++) {
        try (VectorSchemaRoot batch = object.batch(i)) {
          int shown = (int) Math.min(left, batch.getRowCount());
          for (int row = 0; row < shown; row++) {
            table.row(cells(object, batch, row));
          }
          left -= shown;
        }
      }
    }
  }

  private static String[] cells(ArrowObject object, VectorSchemaRoot batch, int row) {
    return batch.getFieldVectors().stream()
        .map((FieldVector vector) -> ValueText.of(vector, row, object))
        .toArray(String[]::new);
  }

  private static TextTable.Side side(Field field) {
    boolean number =
        field.getDictionary() == null
            && switch (field.getType()) {
              case ArrowType.Int _, ArrowType.FloatingPoint _, ArrowType.Decimal _ -> true;
              default -> false;
            };
    return number ? TextTable.Side.RIGHT : TextTable.Side.LEFT;
  }

  private static String notADataframe(
      PlasmaClient client, ObjectId id, InvalidArrowDataException e) {
    try (SealedObject object = client.get(id)) {
      return "the object is not a dataframe, get --out writes its bytes: id=%s size=%d reason=%s"
          .formatted(id, object.size(), e.getMessage());
    }
  }
}
