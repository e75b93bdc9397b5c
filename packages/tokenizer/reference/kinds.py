"""Tokenizers of every kind, small ones, trained on the lines of texts.py."""
import json
import struct

from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

import texts

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
QUIET = {"show_progress": False}
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
O200K = "|".join([
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+"])


def charsmap(rules):
    """A map of SentencePiece: from text to text, as a double-array trie in the layout of Darts-clone."""
    texts_at, blob = {}, b""
    for value in dict.fromkeys(rules.values()):
        texts_at[value] = len(blob)
        blob += value.encode() + b"\0"
    tree = {}
    for key, value in rules.items():
        node = tree
        for byte in key.encode():
            node = node.setdefault(byte, {})
        node[None] = texts_at[value]
    units, used = [0] * 256, {0}

    def place(node, at, label):
        children = {0 if byte is None else byte: child for byte, child in node.items()}
        base = 1
        while any((base ^ byte) in used for byte in children) or base in used or ((base ^ at) >= 1 << 21):
            base += 1
        while len(units) <= (base | 255):
            units.extend([0] * 256)
        units[at] = label | (1 << 8 if None in node else 0) | (base ^ at) << 10
        used.update(base ^ byte for byte in children)
        for byte, child in children.items():
            if byte == 0:
                units[base] = child | 1 << 31
            else:
                place(child, base ^ byte, byte)

    place(tree, 0, 0)
    trie = struct.pack(f"<{len(units)}I", *units)
    return struct.pack("<I", len(trie)) + trie + blob


RULES = {"ﬁ": "fi", "½": "1⁄2", "ª": "a", "e\u0301": "é", "a\u0323\u0302": "ậ", "\r": " ", "\t": " ", "\n": " ", "\u00a0": " ", "\u3000": " ",
         "\u200b": " ", "\u00ad": "", "\ufeff": "", "\u0001": "", "Å": "å", "ﷺ": "صلى", "①": "1", "Ａ": "A", "が": "が", "カ\u3099": "ガ", "㍿": "株式会社",
         "ß": "ss", "\u0600": "#", "K": "k", "\u200d": "", "©": "(c)", "…": "..."}


def trained(model, trainer, normalizer=None, pre_tokenizer=None, lines=800):
    tokenizer = Tokenizer(model)
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.train_from_iterator(texts.corpus(lines, 7), trainer)
    return tokenizer


def template(tokenizer):
    numbers = [(name, tokenizer.token_to_id(name)) for name in ["[CLS]", "[SEP]"]]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=numbers)
    return tokenizer


def changed(tokenizer, change):
    data = json.loads(tokenizer.to_str())
    change(data)
    return Tokenizer.from_str(json.dumps(data))


def word_piece(size, **options):
    return template(trained(models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer(vocab_size=size, special_tokens=SPECIAL, **QUIET),
                            normalizers.BertNormalizer(**options), pre_tokenizers.BertPreTokenizer()))


def short_words(size):
    def change(data):
        data["model"]["max_input_chars_per_word"] = 9
        data["truncation"] = {"direction": "Left", "max_length": 24, "strategy": "LongestFirst", "stride": 0}
    return changed(word_piece(size, lowercase=False, strip_accents=True, handle_chinese_chars=False, clean_text=False), change)


def sentence_piece(size, byte_fallback, pre_tokenizer, normalizer):
    names = ["<s>", "<pad>", "</s>", "<unk>"] + ([f"<0x{byte:02X}>" for byte in range(256)] if byte_fallback else [])
    tokenizer = trained(models.Unigram(), trainers.UnigramTrainer(vocab_size=size, special_tokens=names, unk_token="<unk>", **QUIET), normalizer, pre_tokenizer)

    def change(data):
        data["model"]["byte_fallback"] = byte_fallback
        # Bytes are tokens of the model; they are not looked for in the text.
        data["added_tokens"] = data["added_tokens"][:4]
        # Equal scores: ties.
        for entry in data["model"]["vocab"]:
            entry[1] = round(entry[1], 1)
    return changed(tokenizer, change)


def xlm(size, rules=None):
    return sentence_piece(size, False, pre_tokenizers.Metaspace(), normalizers.Sequence(
        [normalizers.Precompiled(charsmap(rules or RULES)), normalizers.Replace(Regex(" {2,}"), " ")]))


def t5(size):
    split = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    return sentence_piece(size, True, split, normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), normalizers.Precompiled(charsmap(RULES))]))


def byte_pairs(size, pre_tokenizer, **options):
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=["<|end|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), **QUIET)
    return trained(models.BPE(**options), trainer, None, pre_tokenizer)


def gpt2(size):
    tokenizer = byte_pairs(size, pre_tokenizers.ByteLevel(add_prefix_space=False))
    tokenizer.post_processor = processors.ByteLevel()
    return tokenizer


def roberta(size):
    tokenizer = byte_pairs(size, pre_tokenizers.ByteLevel(add_prefix_space=True), unk_token="<|end|>")
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True), AddedToken("<s>"), AddedToken("</s>", rstrip=True)])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", tokenizer.token_to_id("</s>")), ("<s>", tokenizer.token_to_id("<s>")))
    return tokenizer


def split_bytes(size, pattern, **options):
    return byte_pairs(size, pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]), **options)


def llama3(size):
    tokenizer = split_bytes(size, LLAMA3)
    return changed(tokenizer, lambda data: data["model"].update(ignore_merges=True, merges=data["model"]["merges"][: size // 3] + data["model"]["merges"][size // 2:]) if False else data["model"].update(ignore_merges=True))


def fallback(size, normalizer, pre_tokenizer, fuse):
    names = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer = trained(models.BPE(unk_token="<unk>", fuse_unk=fuse, byte_fallback=True), trainers.BpeTrainer(vocab_size=size, special_tokens=names, limit_alphabet=120, max_token_length=12, **QUIET),
                        normalizer, pre_tokenizer)

    def change(data):
        data["added_tokens"] = data["added_tokens"][:3]
        if not fuse:
            # A byte without a token: its characters are unknown.
            data["model"]["vocab"]["<0xE4>x"] = data["model"]["vocab"].pop("<0xE4>")
    return changed(tokenizer, change)


def llama2(size):
    return fallback(size, normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]), None, True)


def mistral(size):
    return fallback(size, None, pre_tokenizers.Metaspace(prepend_scheme="first", split=False), False)


def word_level(size):
    normal = normalizers.Sequence([normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase(), normalizers.Strip()])
    split = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Punctuation("contiguous"), pre_tokenizers.Digits(individual_digits=True)])
    tokenizer = trained(models.WordLevel(unk_token="[UNK]"), trainers.WordLevelTrainer(vocab_size=size, special_tokens=SPECIAL, **QUIET), normal, split)
    tokenizer.enable_truncation(17)
    return template(tokenizer)


def suffixes(size):
    normal = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"[\d]{2,4}"), "0"), normalizers.Replace("ß", "ss"), normalizers.Lowercase()])
    split = pre_tokenizers.Sequence([pre_tokenizers.CharDelimiterSplit("|"), pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Digits(),
                                     pre_tokenizers.Split(Regex(r"[\p{Lu}'’]+"), "merged_with_next"), pre_tokenizers.Split("-", "merged_with_previous")])
    return trained(models.BPE(unk_token="[UNK]", end_of_word_suffix="</w>", continuing_subword_prefix="@"),
                   trainers.BpeTrainer(vocab_size=size, special_tokens=SPECIAL, limit_alphabet=150, end_of_word_suffix="</w>", continuing_subword_prefix="@", **QUIET), normal, split)


def added(size):
    tokenizer = word_piece(size)
    tokenizer.add_tokens([AddedToken("The", single_word=True), AddedToken("straße", normalized=True), AddedToken("ab", single_word=True, lstrip=True, rstrip=True),
                          AddedToken("É", normalized=False, rstrip=True), AddedToken("日本", normalized=True), AddedToken("日本語", normalized=True, lstrip=True)])
    tokenizer.add_special_tokens([AddedToken("<ent>", lstrip=True), AddedToken("<entity>", rstrip=True), AddedToken("  ", normalized=False), AddedToken("👍", single_word=True)])
    return tokenizer


def inverted(size):
    split = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(r"\w+|[^\w\s]++"), "removed", invert=True), pre_tokenizers.Split(Regex(r"(?<=\p{Ll})(?=\p{Lu})|\d"), "isolated"),
                                     pre_tokenizers.Split(Regex(r"\p{Han}|[\u3040-\u30ff]{2}"), "contiguous"), pre_tokenizers.Metaspace(prepend_scheme="first")])
    return trained(models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer(vocab_size=size, special_tokens=SPECIAL, **QUIET),
                   normalizers.Sequence([normalizers.NFD(), normalizers.Strip(left=True, right=False), normalizers.Replace(Regex(r"\p{Mn}"), "")]), split)


KINDS = {
    "WordPiece, BERT uncased": lambda size: word_piece(size),
    "WordPiece, BERT cased": lambda size: word_piece(size, lowercase=False),
    "WordPiece, short words, truncated": short_words,
    "WordPiece, added tokens": added,
    "WordPiece, NFD, patterns inverted": inverted,
    "Unigram, XLM-R": xlm,
    "Unigram, T5, bytes": t5,
    "BPE, GPT-2": gpt2,
    "BPE, RoBERTa": roberta,
    "BPE, Llama 3": llama3,
    "BPE, o200k": lambda size: split_bytes(size, O200K),
    "BPE, Llama 2, bytes": llama2,
    "BPE, first space, bytes": mistral,
    "BPE, suffixes and prefixes": suffixes,
    "WordLevel, sequences": word_level,
}
