"""Makes the golden files of this folder with fastText's own Python package, which a virtual environment has (pip install fasttext-wheel):

    python make.py ../../../../../shared/data/models/fasttext

Texts are made up: words that the model knows, and letters drawn from 30 scripts.
"""

import json
import os
import random
import struct
import sys
import tempfile
import zlib

import fasttext

folder = os.path.dirname(os.path.abspath(__file__))
fasttext.FastText.eprint = lambda _: None

SCRIPTS = {
    "Latin": "az", "Greek": "αω", "Cyrillic": "ая", "Armenian": "աև", "Hebrew": "את", "Arabic": "بي", "Syriac": "ܐܬ",
    "Thaana": "ހޥ", "NKo": "ߊߧ", "Devanagari": "अह", "Bengali": "অহ", "Gurmukhi": "ਅਹ", "Gujarati": "અહ", "Oriya": "ଅହ",
    "Tamil": "அஹ", "Telugu": "అహ", "Kannada": "ಅಹ", "Malayalam": "അഹ", "Sinhala": "අෆ", "Thai": "กฮ", "Lao": "ກຮ",
    "Tibetan": "ཀཨ", "Myanmar": "ကအ", "Georgian": "აჰ", "Hangul": "가힣", "Ethiopic": "ሀፗ", "Khmer": "កអ", "Mongolian": "ᠠᡂ",
    "Hiragana": "ぁん", "Han": "一龥", "Deseret": "𐐀𐑏",
}


def made_up(draw, script):
    first, last = (ord(letter) for letter in SCRIPTS[script])
    return "".join(chr(draw.randint(first, last)) for _ in range(draw.randint(1, 9)))


def sums(values, form):
    """The CRC-32 of numbers as they lie in memory, little-endian."""
    return f"{zlib.crc32(struct.pack(f'<{len(values)}{form}', *values)):08x}"


def labels(model, line, k, threshold=0.0):
    return [[label, probability] for probability, label in model.f.predict(line + "\n", k, threshold, "strict")]


def word_facts(model, words):
    return [[word, sums(model.get_word_vector(word), "f")] for word in words]


def language_identification(path):
    draw = random.Random(1)
    model = fasttext.load_model(path)
    known = model.words
    words = draw.sample(known, 600) + [made_up(draw, script) for script in SCRIPTS for _ in range(47)]
    lines = []
    for i in range(500):
        script = list(SCRIPTS)[i % len(SCRIPTS)]
        pieces = [draw.choice(known) if draw.random() < 0.5 else made_up(draw, script) for _ in range(draw.randint(1, 8))]
        lines.append(draw.choice([" ", "  ", "\t"]).join(pieces))
    first = words[:20] + words[-20:]
    return {
        "words": word_facts(model, words),
        "vectors": [[float(value) for value in model.get_word_vector(word)] for word in first],
        "of": first,
        "lines": [[line, labels(model, line, 3)] for line in lines],
        "all": labels(model, lines[0], -1),
        "likely": labels(model, lines[0], -1, 0.05),
    }


def polarity(path):
    draw = random.Random(5)
    model = fasttext.load_model(path)
    # Some words are not UTF-8.
    known = [word for word in model.get_words(on_unicode_error="replace") if "\ufffd" not in word]
    lines = [" ".join(draw.choice(known) for _ in range(draw.randint(1, 9))) for _ in range(50)]
    return {
        "words": word_facts(model, known[:100] + ["unknown"]),
        "lines": [[line, labels(model, line, 2)] for line in lines],
    }


def texts():
    """Lines of three labels, whose words differ between these."""
    draw = random.Random(2)
    words = [[made_up(draw, script) for _ in range(60)] for script in ("Latin", "Cyrillic", "Han")]
    words = [own + words[0][:20] for own in words]
    return [f"__label__{i % 3} " + " ".join(draw.choice(words[i % 3]) for _ in range(6)) for i in range(300)]


SMALL = {"dim": 5, "bucket": 300, "epoch": 3, "thread": 1, "verbose": 0, "minCount": 1}
SUPERVISED = {
    "softmax.bin": {"loss": "softmax"},
    "hs.bin": {"loss": "hs", "minn": 2, "maxn": 4},
    "ova.bin": {"loss": "ova", "wordNgrams": 3, "lr": 1.0},
    "ns.bin": {"loss": "ns", "minn": 1, "maxn": 1, "wordNgrams": 2},
}
UNSUPERVISED = {
    "skipgram.bin": {"model": "skipgram", "minn": 3, "maxn": 6},
    "cbow.bin": {"model": "cbow", "minn": 1, "maxn": 2, "loss": "hs", "bucket": 1500},
    "words.bin": {"model": "skipgram", "maxn": 0, "minn": 0},
}
QUANTIZED = {
    "plain.ftz": ("hs.bin", {"qnorm": False, "dsub": 2}),
    "scaled.ftz": ("ova.bin", {"qnorm": True, "dsub": 2}),
    "output.ftz": ("many.bin", {"qnorm": True, "qout": True, "dsub": 3}),
    "pruned.ftz": ("ns.bin", {"qnorm": True, "dsub": 2, "cutoff": 280}),
    "words.ftz": ("many.bin", {"qnorm": False, "dsub": 1, "cutoff": 260}),
}


def small_models():
    """Trains small models of every kind and writes them; returns what the library finds in them."""
    lines = texts()
    many = [f"__label__{i} word{i} word{i // 2}" for i in range(300)]
    with tempfile.TemporaryDirectory() as scratch:
        [labelled, plain, numbered] = [os.path.join(scratch, name) for name in ("labelled", "plain", "numbered")]
        for path, content in ((labelled, lines), (plain, [line.split(" ", 1)[1] for line in lines]), (numbered, many)):
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join(content) + "\n")
        for name, options in SUPERVISED.items():
            fasttext.train_supervised(labelled, **{**SMALL, **options}).save_model(os.path.join(folder, name))
        for name, options in UNSUPERVISED.items():
            fasttext.train_unsupervised(plain, **{**SMALL, **options}).save_model(os.path.join(folder, name))
        fasttext.train_supervised(numbered, **SMALL).save_model(os.path.join(scratch, "many.bin"))
        for name, (source, options) in QUANTIZED.items():
            at = scratch if source == "many.bin" else folder
            model = fasttext.load_model(os.path.join(at, source))
            model.quantize(input=labelled, **options)
            model.save_model(os.path.join(folder, name))
    with open(os.path.join(folder, "hs.bin"), "rb") as file:
        content = bytearray(file.read())
    content[4:8] = struct.pack("<i", 11)
    with open(os.path.join(folder, "version11.bin"), "wb") as file:
        file.write(content)
    return {name: facts_of(name, lines) for name in [*SUPERVISED, *UNSUPERVISED, *QUANTIZED, "version11.bin"]}


def facts_of(name, lines):
    model = fasttext.load_model(os.path.join(folder, name))
    draw = random.Random(4)
    words = model.words[:10] + [made_up(draw, script) for script in SCRIPTS] + ["", "a", "</s>", "<", "a b"]
    facts = {"words": [[word, [float(value) for value in model.get_word_vector(word)]] for word in words]}
    if name in UNSUPERVISED:
        return facts
    chosen = lines[:12] + ["", " ", "__label__0", "__label__none " + lines[0], "a\vb\fc\rd"]
    most = -1 if len(model.labels) < 9 else 8
    return {**facts, "lines": [[line, labels(model, line, most)] for line in chosen]}


def write(name, facts):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(facts, file, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    write("lid.176.json", language_identification(os.path.join(sys.argv[1], "lid.176.ftz")))
    write("polarity.json", polarity(os.path.join(sys.argv[1], "pang_lee_polarity_fasttext.bin")))
    write("small.json", small_models())
