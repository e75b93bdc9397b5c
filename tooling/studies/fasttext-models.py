"""Trains the models of the tables in packages/fasttext/README.md with fastText's own package, and quantizes one with it:

    pip install fasttext-wheel
    python tooling/studies/fasttext-models.py ../shared/data models

writes ptb.bin, trec.bin, trec.test and the official trec-plain.ftz, trec-norm.ftz, trec-cut.ftz into the folder `models`, and prints accuracies;
also of files that follow: python … models small.ftz. Training on two threads is not the same twice: figures vary a little.
"""

import os
import sys

import fasttext

data, folder, *others = sys.argv[1:]
at = lambda name: os.path.join(folder, name)
os.makedirs(folder, exist_ok=True)


def labelled(source, target):
    with open(os.path.join(data, "classification", source), encoding="latin-1") as file:
        lines = [line.strip() for line in file]
    with open(target, "w", encoding="utf-8") as file:
        file.writelines(f"__label__{line}\n" for line in lines)


labelled("TREC.test.all", at("trec.test"))
if not os.path.exists(at("trec.bin")):
    labelled("TREC.train.all", at("trec.train"))
    options = {"dim": 50, "epoch": 25, "wordNgrams": 2, "minn": 2, "maxn": 4, "bucket": 50000, "thread": 2, "verbose": 0}
    fasttext.train_supervised(at("trec.train"), **options).save_model(at("trec.bin"))
    for name, quantized in {"plain": {}, "norm": {"qnorm": True}, "cut": {"qnorm": True, "cutoff": 20000}}.items():
        model = fasttext.load_model(at("trec.bin"))
        model.quantize(input=at("trec.train"), dsub=2, **quantized)
        model.save_model(at(f"trec-{name}.ftz"))
    text = os.path.join(data, "lm", "ptb.train.txt")
    words = {"model": "skipgram", "dim": 100, "bucket": 50000, "epoch": 3, "thread": 2, "verbose": 0}
    fasttext.train_unsupervised(text, **words).save_model(at("ptb.bin"))
for path in [*map(at, ["trec.bin", "trec-plain.ftz", "trec-norm.ftz", "trec-cut.ftz"]), *others]:
    print(path, os.path.getsize(path), fasttext.load_model(path).test(at("trec.test"))[1])
