"""Writes tokenizers of usual sizes to a folder: 29,528 WordPiece, 32,000 byte-level BPE and 32,000 Unigram tokens of English.

    python3 reference/large.py DATA OUT      (pip install tokenizers sentencepiece protobuf)

DATA is the folder of public data: lm/ptb.train.txt and counts/wordfreq.en.tsv.
"""
import sys
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

data, out = map(Path, sys.argv[1:])
words = [line.split("\t")[0] for line in (data / "counts/wordfreq.en.tsv").read_text(encoding="utf-8").splitlines()[1:]]
lines = (data / "lm/ptb.train.txt").read_text(encoding="utf-8").splitlines() + [" ".join(words[i : i + 10]) for i in range(0, len(words), 10)]


def word_piece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(lines, trainers.WordPieceTrainer(vocab_size=29528, special_tokens=special, show_progress=False))
    return tokenizer


def bpe():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(lines, trainers.BpeTrainer(vocab_size=32000, special_tokens=["<|end|>"], initial_alphabet=alphabet, show_progress=False))
    return tokenizer


def unigram():
    """As XLM-R has it: trained by SentencePiece, with its map of characters."""
    (out / "corpus.txt").write_text("\n".join(lines), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(input=str(out / "corpus.txt"), model_prefix=str(out / "model"), vocab_size=32000, minloglevel=2)
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString((out / "model.model").read_bytes())
    tokenizer = Tokenizer(models.Unigram([(piece.piece, piece.score) for piece in model.pieces], unk_id=0, byte_fallback=False))
    charsmap = normalizers.Precompiled(model.normalizer_spec.precompiled_charsmap)
    tokenizer.normalizer = normalizers.Sequence([charsmap, normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens(["<s>", "</s>", "<unk>"])
    return tokenizer


for name, make in {"wordpiece": word_piece, "bpe": bpe, "unigram": unigram}.items():
    make().save(str(out / f"{name}.json"))
