"""Texts that are hard for tokenizers: always the same for the same seed."""
import random
import unicodedata
from pathlib import Path

LINES = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").splitlines()
WORDS = [line.split() for line in LINES]
SPACES = list("\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2003\u200a\u2028\u2029\u202f\u205f\u3000") + ["  ", "\r\n", "    ", "\n\n"]
CONTROLS = [chr(point) for point in [0, 1, 7, 8, 27, 31, 127, 128, 143, 159, 0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x2060, 0xFEFF, 0xFFF9,
                                     0xFFFC, 0xFFFD, 0xFFFE, 0xFFFF, 0xE000, 0xE0001, 0xE0041, 0x10FFFF, 0x61C, 0x890, 0x110CD, 0x180E]]
EMOJI = ["😀", "👍🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "🇺🇸🇬🇧", "❤️", "☎", "©\u200d", "1️⃣", "👩🏿‍🚀", "🧑‍🤝‍🧑", "🫠", "™️", "\u200d", "\ufe0f"]
PUNCTUATION = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¿¡«»“”‘’…—–・、。「」《》؟،।॥፡።·†‡§¶€£¥₹¢±×÷∑√∞≈←→") + [
    "'s", "'LL", "'re", "'ſ", "n't", "...", "--", "<0x41>", "▁", "##", "Ġ", "</w>"]
BLOCKS = [(0x21, 0x7F), (0xA1, 0x250), (0x250, 0x370), (0x300, 0x370), (0x370, 0x530), (0x531, 0x600), (0x600, 0x700), (0x700, 0x8FF),
          (0x900, 0x980), (0x980, 0xE00), (0xE00, 0x1000), (0x1000, 0x1200), (0x1100, 0x1200), (0x1200, 0x1400), (0x1400, 0x1800),
          (0x1800, 0x1B00), (0x1AB0, 0x1B00), (0x1D00, 0x1E00), (0x1E00, 0x2000), (0x2000, 0x2070), (0x2070, 0x2C00), (0x2C00, 0x2E80),
          (0x2E80, 0x3100), (0x3040, 0x3400), (0x3400, 0xA000), (0xA000, 0xAC00), (0xAC00, 0xD7A4), (0xF900, 0xFB00), (0xFB00, 0xFE00),
          (0xFE00, 0xFFFE), (0x10000, 0x11000), (0x11000, 0x12000), (0x12000, 0x17000), (0x16000, 0x19000), (0x1B000, 0x1D000),
          (0x1D000, 0x1E000), (0x1E000, 0x1F000), (0x1F000, 0x20000), (0x20000, 0x32000), (0x0, 0x110000)]
LONE = ["\ud800", "\udfff", "\udc41"]


def some(choose, parts, least, most):
    return [choose.choice(parts) for _ in range(choose.randint(least, most))]


def points(choose):
    first, last = choose.choice(BLOCKS)
    found = [chr(choose.randrange(first, last)) for _ in range(choose.randint(1, 12))]
    return "".join(character for character in found if not 0xD800 <= ord(character) <= 0xDFFF)


def word(choose):
    text = choose.choice(choose.choice(WORDS))
    kind = choose.random()
    if kind < 0.08:
        text = text.upper()
    elif kind < 0.14:
        text = text.title()
    elif kind < 0.22:
        text = unicodedata.normalize(choose.choice(["NFD", "NFKD", "NFC", "NFKC"]), text)
    elif kind < 0.28:
        text += choose.choice(choose.choice(WORDS))
    elif kind < 0.32:
        text = text[: choose.randint(1, len(text))]
    elif kind < 0.36:
        text += str(choose.randrange(10 ** choose.randint(1, 9)))
    return text


def marks(choose):
    base = choose.choice(list("aeoAnuÅéक가あ日\u0628 ßª"))
    return base + "".join(chr(choose.choice([choose.randrange(0x300, 0x370), 0x345, 0x323, 0x5B0, 0x64B, 0x93C, 0x3099, 0x20DD, 0x1AB0,
                                             0x1DC0, 0xFE0F, 0x302A])) for _ in range(choose.randint(1, 5)))


def long_word(choose):
    kind = choose.random()
    size = choose.choice([63, 64, 65, 99, 100, 101, 257, 700])
    if kind < 0.3:
        return choose.choice(["a", "é", "ab", "0", "한", "日", "😀", "aA1", "\u0301", "x'"]) * size
    if kind < 0.6:
        return "".join(word(choose) for _ in range(size // 8))
    return "".join(chr(choose.randrange(97, 123)) for _ in range(size))


def text_of(choose, special):
    kind = choose.random()
    if kind < 0.02:
        return choose.choice(["", " ", "\n", "a", "'", "\u0301", "▁", " a", "a ", "  a  ", "\ufeff", "\x00"])
    parts = []
    for _ in range(choose.randint(1, 14)):
        kind = choose.random()
        if kind < 0.48:
            parts.append(word(choose))
        elif kind < 0.60:
            parts.append(choose.choice(PUNCTUATION))
        elif kind < 0.72:
            parts.append(points(choose))
        elif kind < 0.77:
            parts.append(choose.choice(EMOJI))
        elif kind < 0.83:
            parts.append(marks(choose))
        elif kind < 0.87:
            parts.append(choose.choice(CONTROLS))
        elif kind < 0.91:
            parts.append(choose.choice(special))
        elif kind < 0.93:
            parts.append(choose.choice(LONE))
        elif kind < 0.945:
            parts.append(long_word(choose))
        elif kind < 0.97:
            parts.append(str(choose.randrange(10 ** choose.randint(1, 12))))
        else:
            parts.append("".join(some(choose, SPACES, 1, 4)))
        if choose.random() < 0.6:
            parts.append(" " if choose.random() < 0.85 else choose.choice(SPACES))
    return "".join(parts)


def texts(count, seed, special):
    choose = random.Random(seed)
    return [text_of(choose, special) for _ in range(count)]


def corpus(count, seed):
    """Lines to train on."""
    choose = random.Random(seed)
    return [" ".join(word(choose) for _ in range(12)) + choose.choice([".", "!", "?", "。", ""]) for _ in range(count)]


def well_formed(text):
    """As a TextEncoder writes it: lone surrogates are U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
