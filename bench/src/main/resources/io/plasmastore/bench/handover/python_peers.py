"""Hands a dataframe from one Python process to another, by one of several ways.

Arguments: the way; a folder in shared memory; rows of each size, as 1000,100000; rounds of each.
Prints one JSON object: what is missing, or the library's version and for each size the nanoseconds
of each round: in all, of the put and of the open; for Ray, too, of gets of 100 bytes and of requests
with 1,000 rows or the least size, if that is smaller, that are answered with as many. It begins when
the producer has a pyarrow Table and ends when the consumer, which has waited on a pipe, has the sum of
the int64 column, which wraps around; all processes of a machine share the clock. The sum is checked
against the producer's. It ends, and leaves nothing behind, when it is told to or its standard input
ends.

mmap    an Arrow IPC file in shared memory, opened by pyarrow.memory_map
shm     multiprocessing.shared_memory with an Arrow IPC stream in it
ray     ray.put of the Table, ray.get in an actor, which is told the reference
"""

import importlib
import json
import multiprocessing
import os
import signal
import sys
import threading
import time

MODULES = {
    "mmap": ["numpy", "pyarrow"],
    "shm": ["numpy", "pyarrow"],
    "ray": ["numpy", "pyarrow", "ray"],
}
COLUMN = "id"
ASKED_ROWS = 1000
GETS = 100
REQUESTS = 10


def table(rows):
    import numpy
    import pyarrow as pa

    random = numpy.random.default_rng(7)
    texts = numpy.char.zfill(numpy.arange(rows).astype("U12"), 12)
    return pa.table(
        {
            COLUMN: random.integers(-(2**63), 2**63 - 1, rows),
            "price": random.random(rows),
            "amount": random.integers(0, 1000, rows, dtype="int32"),
            "buy": random.integers(0, 2, rows).astype(bool),
            "reference": pa.array(texts),
        }
    ).combine_chunks()


def total(opened):
    import pyarrow.compute

    return pyarrow.compute.sum(opened.column(COLUMN)).as_py()


class Mmap:
    """An Arrow IPC file."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "python.arrow")

    def put(self, data):
        import pyarrow as pa

        with pa.OSFile(self.path, "wb") as sink:
            with pa.ipc.new_file(sink, data.schema) as writer:
                writer.write_table(data)
        return self.path

    def open(self, name):
        import pyarrow as pa

        mapped = pa.memory_map(name)
        return pa.ipc.open_file(mapped).read_all(), mapped.close

    def remove(self, name):
        os.remove(name)


class Shm:
    """A block of multiprocessing.shared_memory."""

    def __init__(self, folder):
        self.block = None

    def put(self, data):
        import pyarrow as pa
        from multiprocessing.shared_memory import SharedMemory

        counter = pa.MockOutputStream()
        self.write(data, counter)
        self.block = SharedMemory(create=True, size=counter.size())
        self.write(data, pa.FixedSizeBufferWriter(pa.py_buffer(self.block.buf)))
        return self.block.name

    @staticmethod
    def write(data, sink):
        import pyarrow as pa

        with pa.ipc.new_stream(sink, data.schema) as writer:
            writer.write_table(data)

    def open(self, name):
        import pyarrow as pa
        from multiprocessing.shared_memory import SharedMemory

        block = SharedMemory(name=name)
        opened = pa.ipc.open_stream(pa.py_buffer(block.buf)).read_all()
        return opened, block.close

    def remove(self, name):
        self.block.unlink()
        self.block.close()


def consume(way, folder, pipe):
    """The other process: opens what it is told, until it is told nothing."""
    end = {"mmap": Mmap, "shm": Shm}[way](folder)
    for name in iter(pipe.recv, None):
        start = time.monotonic_ns()
        opened, close = end.open(name)
        is_open = time.monotonic_ns()
        result = total(opened)
        del opened
        close()
        pipe.send((time.monotonic_ns(), is_open - start, result))


def by_processes(way, folder, sizes, rounds):
    context = multiprocessing.get_context("spawn")
    pipe, other = context.Pipe()
    child = context.Process(target=consume, args=(way, folder, other), daemon=True)
    child.start()
    end = {"mmap": Mmap, "shm": Shm}[way](folder)

    def hand_over(data):
        start = time.monotonic_ns()
        name = end.put(data)
        put = time.monotonic_ns()
        pipe.send(name)
        done, opened, result = pipe.recv()
        end.remove(name)
        return done - start, put - start, opened, result

    figures = measure(hand_over, sizes, rounds)
    pipe.send(None)
    child.join()
    import pyarrow

    return pyarrow.__version__, figures, {}


def by_ray(sizes, rounds):
    import shutil
    import tempfile

    import ray

    # Paths of sockets are short: the run's own folder is too deep.
    folder = tempfile.mkdtemp(prefix="ray-")
    try:
        return in_ray(ray, folder, sizes, rounds)
    finally:
        ray.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


def in_ray(ray, folder, sizes, rounds):
    import logging

    ray.init(
        num_cpus=2,
        include_dashboard=False,
        logging_level=logging.ERROR,
        object_store_memory=1 << 30,
        _temp_dir=folder,
    )

    @ray.remote
    class Consumer:
        def consume(self, refs):
            start = time.monotonic_ns()
            opened = ray.get(refs[0])
            is_open = time.monotonic_ns()
            result = total(opened)
            del opened
            return time.monotonic_ns(), is_open - start, result

        def answer(self, asked):
            return total(asked), asked

    consumer = Consumer.remote()

    def hand_over(data):
        start = time.monotonic_ns()
        ref = ray.put(data)
        put = time.monotonic_ns()
        done, opened, result = ray.get(consumer.consume.remote([ref]))
        return done - start, put - start, opened, result

    figures = measure(hand_over, sizes, rounds)
    more = {
        "small": small_gets(ray, rounds),
        "asked": requests(ray, consumer, min(ASKED_ROWS, sizes[0]), rounds),
    }
    return ray.__version__, figures, more


def small_gets(ray, rounds):
    """Nanoseconds of a get, each the mean of many, after as many that don't count."""
    refs = [ray.put(bytes(100)) for _ in range(GETS)]
    samples = []
    for _ in range(2 * rounds):
        start = time.monotonic_ns()
        for ref in refs:
            if ray.get(ref)[0] != 0:
                raise ValueError("another value")
        samples.append((time.monotonic_ns() - start) // GETS)
    return samples[rounds:]


def requests(ray, consumer, rows, rounds):
    """Nanoseconds from a request until the answer's column is summed."""
    data = table(rows)
    wanted = total(data)
    samples = []
    for _ in range(REQUESTS * rounds):
        start = time.monotonic_ns()
        theirs, answer = ray.get(consumer.answer.remote(data))
        if theirs != wanted or total(answer) != wanted:
            raise ValueError("sum=%r wanted=%r" % (theirs, wanted))
        samples.append(time.monotonic_ns() - start)
    return samples[len(samples) // 2 :]


def measure(hand_over, sizes, rounds):
    figures = {}
    for rows in sizes:
        data = table(rows)
        wanted = total(data)
        hand_over(data)
        samples = [hand_over(data) for _ in range(rounds)]
        for sample in samples:
            if sample[3] != wanted:
                raise ValueError("sum=%r wanted=%r" % (sample[3], wanted))
        figures[rows] = {
            "total": [sample[0] for sample in samples],
            "put": [sample[1] for sample in samples],
            "open": [sample[2] for sample in samples],
        }
    return figures


def main(way, folder, sizes, rounds):
    missing = [name for name in MODULES[way] if not importable(name)]
    if missing:
        print(json.dumps({"missing": missing}))
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    threading.Thread(target=exit_with_parent, daemon=True).start()
    sizes = [int(rows) for rows in sizes.split(",")]
    if way == "ray":
        version, figures, more = by_ray(sizes, int(rounds))
    else:
        version, figures, more = by_processes(way, folder, sizes, int(rounds))
    print(json.dumps({"version": version, "figures": figures, **more}))


def exit_with_parent():
    # By the descriptor: Python's own stream would be locked when this process ends.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def importable(name):
    try:
        importlib.import_module(name)
        return True
    except ImportError:
        return False


if __name__ == "__main__":
    main(*sys.argv[1:])
