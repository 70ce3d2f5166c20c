"""Writes the Arrow IPC files of this folder. Run it here, with pyarrow installed: python3 generate.py"""

import pyarrow as pa

city = pa.array(["Bern", "Oslo", None, "Bern", "Rome"]).dictionary_encode()
table = pa.table(
    {
        "id": pa.array([1, 2, 3, 4, 5], pa.int64()),
        "price": pa.array([0.5, None, 2.5, 3.5, 4.5], pa.float64()),
        "note": pa.array(["a", "", None, "long enough to be more than a few bytes", "e"]),
        "sold": pa.array([True, False, None, True, True]),
        "city": city,
        "tags": pa.array([["x"], [], None, ["y", None], ["z"]], pa.list_(pa.string())),
    }
)


def write(name, open_writer, **options):
    with pa.OSFile(name, "wb") as out:
        with open_writer(out, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
            # One set of dictionaries, two batches.
            writer.write_table(table.slice(0, 3))
            writer.write_table(table.slice(3, 2))


write("pyarrow.arrow", pa.ipc.new_file)
write("pyarrow.arrows", pa.ipc.new_stream)
write("pyarrow-before-0.15.arrows", pa.ipc.new_stream, use_legacy_format=True, metadata_version=pa.ipc.MetadataVersion.V4)
write("pyarrow-lz4.arrow", pa.ipc.new_file, compression="lz4")

# Its files have no schema in front of the batches, only in the footer.
import polars

frame = polars.from_arrow(table).with_columns(polars.col("city").cast(polars.Categorical))
frame.write_ipc("polars.arrow", record_batch_size=3)
