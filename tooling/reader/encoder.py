"""Texts to vectors with a static sentence model, by docs/format.md alone, once a text is split into the numbers of its tokens."""

import base64
import json
import struct

import numpy as np

from kinds import expect, floats
from slimbed_reader import decode, read_container
from words import Bits, read_words


def width_for(count):
    """The bits of a number below `count`."""
    return max(0, count - 1).bit_length()


def read_scores(bits, count, rice, low):
    """The float64 of each token."""
    scores, high = [], 0
    for _ in range(count):
        ones = 0
        while ones < 24 and bits.bit():
            ones += 1
        code = bits.number(32) if ones == 24 else (ones << rice) + bits.number(rice)
        high = (high + (-(code + 1) // 2 if code % 2 else code // 2)) % 2**32
        scores.append(struct.unpack(">d", struct.pack(">II", high, bits.number(low) << (32 - low)))[0])
    return scores


def splits_of(token, tokens, prefix):
    """The pairs of tokens that a token can be joined of. Tokens are UTF-16, two bytes a unit."""
    units = token.encode("utf-16-le", "surrogatepass")
    if len(units) > 128:
        return []
    halves = [(units[:i].decode("utf-16-le", "replace"), prefix + units[i:].decode("utf-16-le", "replace")) for i in range(2, len(units), 2)]
    return [(left, right) for left, right in halves if left in tokens and right in tokens]


def read_merges(bits, words, count, first, prefix):
    """The two tokens of each merge."""
    tokens, merges, at, splits = set(words) - {None}, [], first - 1, []
    for _ in range(count):
        following = bits.bit()
        if not following and not bits.bit():
            merges.append([words[bits.number(width_for(len(words)))] for _ in range(2)])
            continue
        if following:
            at += 1
            splits = splits_of(words[at], tokens, prefix)
        merges.append(list(splits[bits.number(width_for(len(splits)))]))
    return merges


def with_maps(normalizer, maps):
    """A normalizer with its maps of characters."""
    if not isinstance(normalizer, dict):
        return normalizer
    found = dict(normalizer)
    if isinstance(found.get("precompiled_charsmap"), list):
        begin, end = found["precompiled_charsmap"]
        found["precompiled_charsmap"] = base64.b64encode(maps[begin:end]).decode()
    if "normalizers" in found:
        found["normalizers"] = [with_maps(part, maps) for part in found["normalizers"]]
    return found


def tokenizer_json(data):
    """The `tokenizer.json` of packed bytes."""
    expect(data[:4] == b"slt\x01", "no packed tokenizer")
    start = 8 + struct.unpack("<I", data[4:8])[0]
    header = json.loads(data[8:start].decode("utf-8"))
    size, count, middle = header["size"], header["tokens"], start + header["words"]
    width = 2 if size <= 2**16 else 4
    end = middle + width * count
    words = [None] * size
    for number, word in zip(np.frombuffer(data[middle:end], f"<u{width}"), read_words(data[start:middle], count)):
        words[number] = word.decode("utf-8", "replace")
    after = end + header.get("maps", 0)
    bits = Bits(data[after:])
    made = header["rest"]
    model = made["model"]
    if "normalizer" in made:
        made["normalizer"] = with_maps(made["normalizer"], data[end:after])
    if "scores" in header:
        model["vocab"] = [list(pair) for pair in zip(words, read_scores(bits, size, **header["scores"]))]
        return made
    model["vocab"] = {word: number for number, word in enumerate(words) if word is not None}
    if "merges" in header:
        model["merges"] = read_merges(bits, words, prefix=model.get("continuing_subword_prefix") or "", **header["merges"])
    return made


class Encoder:
    """What a file has to turn texts into vectors."""

    def __init__(self, path):
        with open(path, "rb") as file:
            manifest, tensors = read_container(file.read())
        self.settings = manifest["extra"]
        expect(self.settings["kind"] == "encoder" and self.settings["version"] == 1, "no encoder")
        self.tokenizer = tokenizer_json(tensors["extra.tokenizer"][1].tobytes())
        self.rows = decode(manifest["table"], {name: t for name, t in tensors.items() if not name.startswith("extra.")})
        self.weights = floats(tensors["extra.weights"]) if "extra.weights" in tensors else None

    def text(self, text):
        """The part of a text that is split into tokens."""
        return (self.settings.get("prompt", "") + text)[: self.settings.get("maxCharacters")]

    def vector(self, numbers, unknown=None):
        """The vector of a text, given the numbers of its tokens, and the one that stands for what is unknown."""
        kept = [n for n in numbers[: self.settings.get("maxLength")] if not (self.settings["skipUnknown"] and n == unknown)]
        if not kept:
            return np.zeros(self.rows.shape[1], np.float32)
        rows = self.rows[kept].astype(np.float64)
        mean = (rows if self.weights is None else rows * self.weights[kept][:, None]).mean(axis=0)
        length = np.linalg.norm(mean)
        return (mean / length if self.settings["normalize"] and length > 0 else mean).astype(np.float32)
