"""Vectors of words that a file does not have, by docs/format.md alone."""

import numpy as np

from kinds import expect
from slimbed_reader import decode, read, read_container


def buckets_of(word, minn, maxn, bucket):
    """The buckets of a word's n-grams; `word` is UTF-8."""
    if word == b"</s>":
        return []
    text = b"<" + word + b">"
    starts = [i for i, byte in enumerate(text) if byte & 0xC0 != 0x80] + [len(text)]
    characters = [text[a:b] for a, b in zip(starts, starts[1:])]
    found = []
    for i in range(len(characters)):
        for n in range(minn, min(maxn, len(characters) - i) + 1):
            if n == 0 or (n == 1 and i in (0, len(characters) - 1)):
                continue
            h = 2166136261
            for byte in b"".join(characters[i : i + n]):
                h = (h ^ (byte if byte < 128 else byte + 0xFFFFFF00)) * 16777619 & 0xFFFFFFFF
            found.append(h % bucket)
    return found


def numbers_of(data, rows):
    """The buckets that have a row."""
    found, last, gap, unit = [], -1, 0, 1
    for byte in data:
        gap += (byte & 127) * unit
        unit *= 128
        if byte < 128:
            expect(gap > 0, "buckets that are not ascending")
            last += gap
            found.append(last)
            gap, unit = 0, 1
    expect(unit == 1 and len(found) == rows, f"{len(found)} buckets for {rows} rows")
    return found


def vectors(path, asked):
    """The vector of each word, bytes, or None: its row, or the mean of its n-grams."""
    rows, words, _ = read(path)
    with open(path, "rb") as file:
        manifest, tensors = read_container(file.read())
    extra = manifest["extra"]
    expect(extra["kind"] == "subwords" and extra["version"] == 1, "no n-grams")
    nested, own = read_container(tensors["extra.table"][1].tobytes())
    table = decode(nested["table"], own)
    numbers = numbers_of(tensors["extra.buckets"][1].tolist(), len(table)) if "extra.buckets" in tensors else range(len(table))
    row_of = {number: row for row, number in enumerate(numbers)}
    found = []
    for word in asked:
        buckets = buckets_of(word, extra["minn"], extra["maxn"], extra["bucket"])
        kept = [row_of[number] for number in buckets if number in row_of]
        count = len(buckets) if extra["mean"] == "all" else len(kept)
        if word in words:
            found.append(rows[words.index(word)])
        else:
            found.append(table[kept].sum(axis=0, dtype=np.float64) / count if kept else None)
    return found
