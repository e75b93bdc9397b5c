"""Reads any slimbed artefact into a NumPy array, by docs/format.md alone.

    python3 slimbed_reader.py file.safetensors out.npy [name of the table, in a model]
"""

import base64
import json
import struct
import sys
import zlib

import numpy as np

import seeded
from kinds import CorruptFile, bitshift, entropy_coded, expect, floats, householder, nonuniform, packed, partition, quantized
from runs import row_levels
from words import read_counts, read_words

DTYPES = {"F64": "<f8", "F32": "<f4", "U32": "<u4", "F16": "<f2", "BF16": "<u2", "U16": "<u2", "U8": "u1"}


def read_container(data):
    """The manifest and the tensors by name, as (dtype, array), with every checksum verified."""
    expect(len(data) >= 8, "no header")
    start = 8 + struct.unpack("<Q", data[:8])[0]
    expect(start <= len(data), "truncated in the header")
    header = json.loads(data[8:start].decode("utf-8"))
    metadata = header.pop("__metadata__", {})
    expect("slimbed" in metadata and "checksum" in metadata, "not a slimbed artefact")
    key = b'"checksum":"'
    digits = data.index(key, 0, start) + len(key)
    zeroed = data[:digits] + b"00000000" + data[digits + 8 : start]
    expect(f"{zlib.crc32(zeroed):08x}" == metadata["checksum"], "checksum of the header")
    manifest = json.loads(metadata["slimbed"])
    expect(manifest["format"] == 1, f"format {manifest['format']}")
    block_bytes = manifest["checksums"]["blockBytes"]
    sums = iter(np.frombuffer(base64.b64decode(manifest["checksums"]["crc32"]), "<u4"))
    tensors, at = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        expect(begin == at and start + end <= len(data), f"{name}: gap, overlap or truncation at byte {start + at}")
        at, raw = end, data[start + begin : start + end]
        for block in range(0, len(raw), block_bytes):
            expect(zlib.crc32(raw[block : block + block_bytes]) == next(sums, None), f"checksum of {name}, byte {block}")
        array = np.frombuffer(raw, DTYPES.get(entry["dtype"], "u1"))
        tensors[name] = (entry["dtype"], array.reshape(entry["shape"]) if entry["dtype"] in DTYPES else array)
    expect(start + at == len(data), "bytes after the last tensor")
    expect(next(sums, None) is None, "more checksums than blocks")
    return manifest, tensors


def decode(node, tensors, path=()):
    """The rows of a node, float32."""
    prefix = "".join(name + "." for name in path)
    own = {name[len(prefix) :]: t for name, t in tensors.items() if name.startswith(prefix)}
    children = {name: decode(child, tensors, (*path, name)) for name, child in node.get("children", {}).items()}
    kind = node["kind"]
    if kind == "dense":
        return floats(own["data"]).astype(np.float32)
    if kind == "quantized":
        return quantized(node.get("config", {}), own)
    if kind == "product":
        return (children["left"].astype(np.float64) @ children["right"].astype(np.float64)).astype(np.float32)
    if kind == "sum":
        return sum(part.astype(np.float64) for part in children.values()).astype(np.float32)
    if kind == "concat":
        return np.concatenate([children[str(i)] for i in range(len(children))], axis=1)
    if kind == "partition":
        return partition(own["group"][1], children)
    if kind == "packed-partition":
        return partition(packed(own["group"][1], **node["config"]), children)
    if kind == "gather":
        return children["source"][own["index"][1]]
    if kind == "offset":
        return (children["source"] + floats(own["offset"])).astype(np.float32)
    if kind == "scale":
        source, factors = children["source"], floats(own["factors"])
        levels = row_levels(own["runs"][1].tolist(), len(factors), len(source))
        return (source * factors[levels][:, None]).astype(np.float32)
    if kind == "codebook":
        return children["source"][packed(own["index"][1], **node["config"])]
    if kind == "trellis":
        return entropy_coded(node["config"], own)
    if kind == "bitshift":
        return bitshift(**node["config"], own=own, levels=children["levels"])
    if kind == "householder":
        return householder(**node["config"], elements=children["vectors"].reshape(-1))
    if kind == "nonuniform":
        return nonuniform(node["config"], own)
    if kind == "hadamard":
        return seeded.hadamard(**node["config"])
    if kind == "gaussian":
        return seeded.gaussian(**node["config"])
    raise CorruptFile(f"unknown kind {kind}")


def read(path, table=None):
    """The table of an artefact, or the one of this name in a model: rows × dim float32, its words as bytes, and their counts, or None."""
    with open(path, "rb") as file:
        manifest, tensors = read_container(file.read())
    prefix, node = ("", manifest["table"]) if table is None else (table + "/", manifest["tables"][table])
    rows = decode(node, {name[len(prefix) :]: t for name, t in tensors.items() if name.startswith(prefix)})
    words = counts = None
    if "vocabulary.words" in tensors:
        words = read_words(tensors["vocabulary.words"][1].tobytes(), len(rows))
    if "vocabulary.counts" in tensors:
        counts = read_counts(tensors["vocabulary.counts"][1], tensors["vocabulary.levels"][1])
    return rows, words, counts


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: python3 slimbed_reader.py file.safetensors out.npy [table]")
    np.save(sys.argv[2], read(sys.argv[1], *sys.argv[3:])[0])
