"""make-golden.py FOLDER: writes the Arrow files that tests read (pip install pyarrow)."""
import sys

import pyarrow as pa
from pyarrow import feather, ipc

folder = sys.argv[1]
ROWS, DIM = 7, 3


def values(kind):
    flat = [(i * 5 % 17 - 8) / 4 for i in range(ROWS * DIM)]
    return pa.array(flat, kind)


def table(vectors):
    words = pa.array([f"wört {i}" for i in range(ROWS)])
    return pa.table(
        {
            "id": pa.array(range(ROWS)),
            "word": words,
            "tags": pa.array([["a", "b"]] * ROWS),
            "kind": pa.array(["x", "y"] * 3 + ["x"]).dictionary_encode(),
            "place": pa.array([{"x": 1.0, "y": None}] * ROWS),
            "vector": vectors,
        }
    )


def write(name, data, stream=False):
    opened = ipc.new_stream if stream else ipc.new_file
    with opened(f"{folder}/{name}", data.schema) as writer:
        writer.write_table(data, max_chunksize=3)


fixed = table(pa.FixedSizeListArray.from_arrays(values(pa.float32()), DIM))
write("fixed.arrow", fixed)
write("stream.arrows", fixed, stream=True)
write("half.arrow", table(pa.FixedSizeListArray.from_arrays(values(pa.float16()), DIM)))
write("double.arrow", table(pa.ListArray.from_arrays(list(range(0, ROWS * DIM + 1, DIM)), values(pa.float64()))))
large = pa.LargeListArray.from_arrays(list(range(0, ROWS * DIM + 1, DIM)), values(pa.float32()))
write("large.arrow", table(large).set_column(1, "word", table(large)["word"].cast(pa.large_string())))
feather.write_feather(fixed, f"{folder}/packed.feather", compression="lz4")
feather.write_feather(fixed, f"{folder}/plain.feather", compression="uncompressed")

# Packed: with a codec that is not read, and in many blocks, of which some do not become smaller.
feather.write_feather(fixed, f"{folder}/zstd.feather", compression="zstd")
many = [(i * 5 % 17 - 8) / 4 if i % 20000 < 15000 else (i * 2654435761 % 4294967296) / 65536 for i in range(60000)]
blocks = pa.table({"vector": pa.FixedSizeListArray.from_arrays(pa.array(many, pa.float32()), DIM)})
feather.write_feather(blocks, f"{folder}/blocks.feather", compression="lz4", chunksize=9000)

# What is refused: a row without a list, a number that is missing, lists of two lengths, a row without a word, no rows.
rows = [[float(i), 1.0, 2.0] for i in range(ROWS)]


def changed(row, value):
    return pa.array([value if i == row else one for i, one in enumerate(rows)], pa.list_(pa.float32()))


fixed_rows = [None if i == 4 else one for i, one in enumerate(rows)]
write("null-row.arrow", table(pa.array(fixed_rows, pa.list_(pa.float32(), DIM))))
write("null-number.arrow", table(changed(4, [1.0, None, 2.0])))
write("lengths.arrow", table(changed(5, [1.0, 2.0])))
words = pa.array([None if i == 6 else "a" for i in range(ROWS)])
write("null-word.arrow", fixed.set_column(1, "word", words))
write("empty.arrow", fixed.slice(0, 0))

# Columns of all layouts before the vectors.
dense = pa.UnionArray.from_dense(
    pa.array([0, 1] * 3 + [0], pa.int8()), pa.array([0, 0, 1, 1, 2, 2, 3], pa.int32()), [pa.array([1, 2, 3, 4]), pa.array(["a", "b", "c"])]
)
sparse = pa.UnionArray.from_sparse(pa.array([0, 1] * 3 + [0], pa.int8()), [pa.array(range(ROWS)), pa.array([1.5] * ROWS)])
before = {
    "null": pa.nulls(ROWS),
    "bool": pa.array([True, None] * 3 + [False]),
    "bytes": pa.array([b"1"] * ROWS),
    "pair": pa.array([b"12"] * ROWS, pa.binary(2)),
    "short": pa.array(["s"] * ROWS, pa.string_view()),
    "long": pa.array(["a text of more than twelve bytes"] * ROWS, pa.string_view()),
    "map": pa.array([[("a", 1)]] * ROWS, pa.map_(pa.string(), pa.int32())),
    "view": pa.array([[1, 2]] * ROWS, pa.list_view(pa.int32())),
    "dense": dense,
    "sparse": sparse,
    "runs": pa.RunEndEncodedArray.from_arrays(pa.array([3, ROWS], pa.int32()), pa.array([1.0, 2.0])),
    "decimal": pa.array([None] * ROWS, pa.decimal128(5, 2)),
    "time": pa.array(range(ROWS), pa.timestamp("ms")),
    "vector": fixed["vector"].combine_chunks(),
}
others = pa.table(before)
with ipc.new_file(f"{folder}/others.arrow", others.schema) as writer:
    writer.write_table(others)
