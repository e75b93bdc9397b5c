"""What the Python library `tokenizers` makes of texts, for the tests beside this folder.

    python3 reference/reference.py golden                   writes test/golden/tokenizers.json
    python3 reference/reference.py fuzz KIND COUNT SEED     prints the file of a kind, texts and their ids
    python3 reference/reference.py file PATH COUNT SEED     the same for a tokenizer.json
"""
import json
import sys
from pathlib import Path

from tokenizers import Tokenizer

from kinds import KINDS
from texts import texts, well_formed


def ids_of(tokenizer, inputs, special):
    whole = [well_formed(text) for text in inputs]
    return [encoding.ids for encoding in tokenizer.encode_batch(whole, add_special_tokens=special)]


def names(tokenizer):
    return [token["content"] for token in json.loads(tokenizer.to_str())["added_tokens"]]


def golden():
    made = {name: make(700) for name, make in KINDS.items()}
    inputs = texts(110, 1, sorted({name for tokenizer in made.values() for name in names(tokenizer)}))
    kinds = {
        name: {"tokenizer": json.loads(tokenizer.to_str()), "ids": ids_of(tokenizer, inputs, False), "special": ids_of(tokenizer, inputs[:9], True)}
        for name, tokenizer in made.items()
    }
    path = Path(__file__).parent.parent / "test" / "golden" / "tokenizers.json"
    path.write_text(json.dumps({"texts": inputs, "kinds": kinds}, separators=(",", ":")) + "\n", encoding="ascii")


def fuzz(tokenizer, count, seed):
    inputs = texts(count, seed, names(tokenizer) or ["[SEP]"])
    return {"tokenizer": json.loads(tokenizer.to_str()), "texts": inputs, "ids": ids_of(tokenizer, inputs, False), "special": ids_of(tokenizer, inputs, True)}


def main(command, *rest):
    if command == "golden":
        return golden()
    name, count, seed = rest
    tokenizer = KINDS[name](3000) if command == "fuzz" else Tokenizer.from_file(name)
    return json.dump(fuzz(tokenizer, int(count), int(seed)), sys.stdout)


main(*sys.argv[1:])
