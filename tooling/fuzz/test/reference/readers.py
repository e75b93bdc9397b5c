"""The readers that slimbed is compared with: NumPy, gensim, and Python's own json and gzip."""

import gzip
import io
import json
import logging
import math
import pathlib
import struct
import sys
import tempfile
import warnings

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "reader"))
import slimbed_reader  # noqa: E402

try:
    from gensim.models import KeyedVectors

    logging.disable(logging.WARNING)
except ImportError:
    KeyedVectors = None

warnings.simplefilter("ignore")


class Refused(Exception):
    """The other reader does not read this file."""


FLOATS = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}


def unpacked(path):
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def safetensors(data, case):
    """The one matrix of floats, as the format's own description says."""
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length].decode("utf-8"))
    metadata = header.pop("__metadata__", None) or {}
    found = []
    for name, entry in header.items():
        # 60.0 is 60 in JavaScript.
        begin, end = (int(offset) for offset in entry["data_offsets"])
        raw = data[8 + length + begin : 8 + length + end]
        assert len(raw) == end - begin
        if len(entry["shape"]) != 2 or entry["dtype"] not in (*FLOATS, "BF16"):
            continue
        if entry["dtype"] == "BF16":
            array = (np.frombuffer(raw, "<u2").astype("<u4") << 16).view("<f4")
        else:
            array = np.frombuffer(raw, FLOATS[entry["dtype"]])
        found.append((name, array.reshape([int(size) for size in entry["shape"]]).astype("<f4")))
    if len(found) > 1 and "slimbed" in metadata:
        found = [one for one in found if one[0] == "data"]
    assert len(found) == 1, [name for name, _ in found]
    return found[0][1], None, None


def word2vec(path, case, **options):
    """gensim keeps the first of words that repeat: those rows alone are compared."""
    if KeyedVectors is None:
        raise Refused("gensim is not there")
    with tempfile.NamedTemporaryFile(suffix=".vectors") as file:
        file.write(unpacked(path))
        file.flush()
        vectors = KeyedVectors.load_word2vec_format(file.name, unicode_errors="replace", **options)
    ours = case["words"]
    theirs = vectors.index_to_key
    assert len(set(ours)) == len(theirs), f"{len(set(ours))} words and {len(theirs)}"
    return vectors.vectors[[vectors.key_to_index[word] for word in ours]], None, None


def text_lines(data, errors="strict"):
    """Lines without their ends, which are \\n or \\r\\n, or \\r alone in a text that has no other."""
    text = data.decode("utf-8", errors).removeprefix("\ufeff")
    if "\n" not in text:
        text = text.replace("\r", "\n")
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    while lines and lines[-1] == "":
        lines.pop()
    return lines


def word_list(data, case):
    """The words of a table with as many rows as slimbed was asked for; lines with numbers beside the words are told of."""
    if any("numbers beside the words" in line for line in case["warnings"]):
        raise Refused("columns")
    lines = text_lines(data)
    return lines + [""] * (len(case["words"]) - len(lines))


def table(path, case, header=False):
    """What gensim does not read: lines of a word and numbers with tabs, commas, or several spaces between them."""
    lines = [line for line in text_lines(unpacked(path)) if line.strip()][header:]
    separator = "\t" if "\t" in lines[0] else "," if "," in lines[0] else None
    rows = [line.lstrip(" ").rstrip(" \t").split(separator) for line in lines]
    if separator is None:
        # Some words of GloVe have spaces: the last fields are the numbers.
        rows = [[" ".join(row[: -case["dim"]]), *row[-case["dim"] :]] for row in rows]
    if case.get("words") is None:
        rows = [row[row[0] == "" :] for row in rows]
        return np.array(rows, dtype=np.float64).astype("<f4"), None, None
    return np.array([row[1:] for row in rows], dtype=np.float64).astype("<f4"), [row[0] for row in rows], None


def counts(data):
    found = {}
    for number, line in enumerate(text_lines(data, "replace")):
        if line == "" or (number == 0 and line.startswith("# ")):
            continue
        word, count = line.rsplit("\t", 1)
        found.setdefault(word, float(count))
    least = min(count for count in found.values() if count > 0)
    return [[word, count or least] for word, count in found.items()]


def read(kind, path, case):
    """What another reader finds in a file of a kind; raises Refused where it finds nothing."""
    try:
        if kind == "npy":
            array = np.load(io.BytesIO(unpacked(path)), allow_pickle=False)
            assert array.ndim == 2, array.shape
            return array.astype("<f4"), None, None
        if kind == "safetensors":
            return safetensors(unpacked(path), case)
        if kind == "bin":
            return word2vec(path, case, binary=True)
        if kind in ("vec", "txt"):
            header = kind == "vec"
            try:
                return word2vec(path, case, binary=False, no_header=not header)
            except Exception:  # table reads more of what people write
                return table(path, case, header)
        if kind == "artefact":
            rows, words, _ = slimbed_reader.read(path)
            return rows, words and [word.decode("utf-8", "replace") for word in words], 1e-5
        if kind == "static-model":
            folder = path
            while not list(folder.glob("**/model.safetensors")):
                folder = folder.parent
            return safetensors(next(folder.glob("**/model.safetensors")).read_bytes(), case)
        if kind == "counts":
            return counts(unpacked(path))
        if kind == "words":
            return word_list(unpacked(path), case)
    except Exception as error:  # whatever it is, this reader does not read the file
        raise Refused(f"{type(error).__name__}: {error}"[:200]) from error
    raise Refused(f"no reader of {kind}")
