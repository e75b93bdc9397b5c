"""Reads a table in shards, by docs/format.md alone.

    python3 shards.py folder out.npy
"""

import json
import os
import re
import sys
import zlib

import numpy as np

from kinds import expect
from slimbed_reader import read


def read_shards(folder):
    """The rows of all parts, rows × dim float32, and their words as bytes, or None where a part has none."""
    with open(os.path.join(folder, "slimbed.shards.json"), "rb") as file:
        data = file.read()
    begin = b'{"checksum":"'
    expect(data.startswith(begin), "no manifest of shards")
    at = len(begin)
    plain = data[:at] + b"00000000" + data[at + 8 :]
    expect(data[at : at + 8] == b"%08x" % zlib.crc32(plain), "the manifest is damaged")
    manifest = json.loads(data)
    expect(manifest["format"] == 1, "another format")
    rows, words = [], []
    for part in manifest["parts"]:
        expect(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,200}\.safetensors", part["file"]), "a name that is no file beside it")
        path = os.path.join(folder, part["file"])
        expect(os.path.getsize(path) == part["bytes"], "a part of another size")
        with open(path, "rb") as file:
            head = file.read(8)
            header = head + file.read(int.from_bytes(head, "little"))
        expect("%08x" % zlib.crc32(header) == part["header"], "a part with another header")
        own, own_words, _ = read(path)
        expect(own.shape == (part["rows"], manifest["dim"]), "a part of another shape")
        rows.append(own)
        words.append(own_words)
    table = np.concatenate(rows)
    expect(len(table) == manifest["rows"], "rows are missing")
    return table, None if any(own is None for own in words) else [word for own in words for word in own]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python3 shards.py folder out.npy")
    np.save(sys.argv[2], read_shards(sys.argv[1])[0])
