"""tokenizers_encode.py TOKENIZER TEXTS ROUNDS: the ids of every line, one after another, by the Python library, after a round that is not timed."""
import sys

from common import run
from tokenizers import Tokenizer

file, lines, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
tokenizer = Tokenizer.from_file(file)
with open(lines, encoding="utf-8") as source:
    texts = source.read().split("\n")


def one_round():
    return sum(len(tokenizer.encode(text, add_special_tokens=False).ids) for text in texts)


ids = one_round()
run(lambda: (sum(one_round() for _ in range(rounds)),), lambda total: {"ids": ids})
