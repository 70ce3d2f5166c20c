"""Sorts an Arrow IPC stream with one of several libraries, in a process of its own.

Arguments: the library; the file; the keys, as k0:asc,k1:desc; rounds; seconds after which no other
round begins. Prints one JSON object. The rows are brought into the form that suits the library best
before the clock starts, and the result is left in the library's own form; it is checked off the clock,
by the checksum that RowChecksum describes.

numpy      numpy.sort of an array
pandas     DataFrame.sort_values(ignore_index=True), the default kind
polars     DataFrame.sort, eager, multithreaded
duckdb     CREATE TABLE AS SELECT ... ORDER BY from a table in DuckDB's memory
pyarrow    Table.sort_by
"""

import json
import sys
import time

ODD = 0x9E3779B97F4A7C15
M1 = 0xBF58476D1CE4E5B9
M2 = 0x94D049BB133111EB
P = 0x100000001B3
MASK = (1 << 64) - 1
CHUNK = 1 << 20
LONG_SECONDS = 20


def load(path):
    import pyarrow as pa

    # read() copies: the rows are in this process's own memory.
    with open(path, "rb") as file:
        return pa.ipc.open_stream(pa.BufferReader(file.read())).read_all()


def mix(np, z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(M1)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(M2)
    return z ^ (z >> np.uint64(31))


def bits(np, pa, array):
    if pa.types.is_floating(array.type) or pa.types.is_int64(array.type):
        return array.to_numpy(zero_copy_only=False).view(np.uint64)
    if pa.types.is_integer(array.type):
        return array.to_numpy(zero_copy_only=False).astype(np.int64).view(np.uint64)
    array = array.cast(pa.large_binary())
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    data = np.frombuffer(array.buffers()[2], dtype=np.uint8)[offsets[0] : offsets[-1]].astype(np.uint64)
    starts = offsets[:-1] - offsets[0]
    lengths = np.diff(offsets)
    powers = [P]
    for _ in range(int(lengths.max()) if len(lengths) else 0):
        powers.append(powers[-1] * P & MASK)
    position = np.arange(len(data)) - np.repeat(starts, lengths)
    return np.add.reduceat(data * np.array(powers, dtype=np.uint64)[position], starts)


def later(np, pa, array):
    """Codes by which neighbours can be compared."""
    if pa.types.is_floating(array.type) or pa.types.is_integer(array.type):
        values = array.to_numpy(zero_copy_only=False)
        return values[:-1] > values[1:], values[:-1] == values[1:]
    import pyarrow.compute as pc

    array = array.cast(pa.large_binary())
    before, after = array[:-1], array[1:]
    flag = lambda result: result.to_numpy(zero_copy_only=False)
    return flag(pc.greater(before, after)), flag(pc.equal(before, after))


def check(table, keys):
    import numpy as np
    import pyarrow as pa

    total, disordered = 0, 0
    # One row more than a chunk, so that its end is compared with the start of the next.
    for start in range(0, table.num_rows, CHUNK):
        part = table.slice(start, CHUNK + 1).combine_chunks()
        columns = [part.column(i).combine_chunks() for i in range(part.num_columns)]
        columns = [c.chunk(0) if isinstance(c, pa.ChunkedArray) else c for c in columns]
        count = min(CHUNK, part.num_rows)
        row = np.zeros(count, dtype=np.uint64)
        for number, column in enumerate(columns):
            row += mix(np, bits(np, pa, column.slice(0, count)) + np.uint64((number + 1) * ODD & MASK))
        total = (total + int(mix(np, row).sum(dtype=np.uint64))) & MASK
        wrong = np.zeros(part.num_rows - 1, dtype=bool)
        tied = np.ones(part.num_rows - 1, dtype=bool)
        for number, descending in keys:
            greater, equal = later(np, pa, columns[number])
            wrong |= tied & ((~greater & ~equal) if descending else greater)
            tied &= equal
        disordered += int(wrong.sum())
    return table.num_rows, total, disordered


class NumPy:
    def __init__(self, table, keys):
        import numpy as np

        self.np = np
        self.names = table.column_names
        self.rows = np.ascontiguousarray(table.column(0).to_numpy())

    def sort(self):
        return self.np.sort(self.rows)

    def table(self, result):
        import pyarrow as pa

        return pa.table({self.names[0]: result})


class Pandas:
    def __init__(self, table, keys):
        import pandas

        self.schema = table.schema
        self.rows = table.to_pandas()
        self.by = [table.column_names[number] for number, _ in keys]
        self.ascending = [not descending for _, descending in keys]

    def sort(self):
        return self.rows.sort_values(self.by, ascending=self.ascending, ignore_index=True)

    def table(self, result):
        import pyarrow as pa

        return pa.Table.from_pandas(result, preserve_index=False)


class Polars:
    def __init__(self, table, keys):
        import polars

        self.rows = polars.from_arrow(table).rechunk()
        self.by = [table.column_names[number] for number, _ in keys]
        self.descending = [descending for _, descending in keys]

    def sort(self):
        return self.rows.sort(self.by, descending=self.descending)

    def table(self, result):
        return result.to_arrow()


class DuckDb:
    def __init__(self, table, keys):
        import duckdb

        self.database = duckdb.connect()
        self.database.register("arrow_rows", table)
        self.database.execute("CREATE TABLE partitions AS SELECT * FROM arrow_rows")
        self.database.unregister("arrow_rows")
        self.order = ", ".join(
            table.column_names[number] + (" DESC" if descending else " ASC") for number, descending in keys
        )

    def sort(self):
        self.database.execute(
            "CREATE OR REPLACE TABLE sorted AS SELECT * FROM partitions ORDER BY " + self.order
        )

    def table(self, result):
        return self.database.execute("SELECT * FROM sorted").fetch_arrow_table()


class PyArrow:
    def __init__(self, table, keys):
        self.rows = table.combine_chunks()
        self.by = [
            (table.column_names[number], "descending" if descending else "ascending")
            for number, descending in keys
        ]

    def sort(self):
        return self.rows.sort_by(self.by)

    def table(self, result):
        return result


LIBRARIES = {"numpy": NumPy, "pandas": Pandas, "polars": Polars, "duckdb": DuckDb, "pyarrow": PyArrow}


def main(library, path, keys, rounds, budget):
    missing = []
    for name in dict.fromkeys([library, "pyarrow", "numpy"]):
        try:
            __import__(name)
        except ImportError:
            missing.append(name)
    if missing:
        print(json.dumps({"missing": missing}))
        return
    table = load(path)
    keys = [
        (table.column_names.index(key.split(":")[0]), key.endswith(":desc")) for key in keys.split(",")
    ]
    peer = LIBRARIES[library](table, keys)
    del table
    seconds, checked = [], None
    begun = time.perf_counter()
    while checked is None or (
        len(seconds) < rounds and (not seconds or time.perf_counter() - begun < budget)
    ):
        start = time.perf_counter()
        result = peer.sort()
        took = time.perf_counter() - start
        if checked is not None or took > LONG_SECONDS:
            seconds.append(took)
        if checked is None:
            print(json.dumps({"peak": "pause"}), flush=True)
            checked = check(peer.table(result), keys)
            print(json.dumps({"peak": "resume"}), flush=True)
        del result
    print(
        json.dumps(
            {
                "version": sys.modules[library].__version__,
                "seconds": seconds,
                "rows": checked[0],
                "sum": checked[1],
                "disordered": checked[2],
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5]))
