"""The words of a slimbed artefact, by docs/format.md."""

from kinds import expect

CONTEXTS, END, BLOCK = 800, 256, 12


class Bits:
    """Reads bits, the low ones of each byte first."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def bit(self):
        expect(self.at < 8 * len(self.data), "vocabulary: the words end early")
        self.at += 1
        return self.data[(self.at - 1) // 8] >> (self.at - 1) % 8 & 1

    def number(self, width):
        return sum(self.bit() << i for i in range(width))

    def spare(self):
        """What is left of the byte, which must be 0; returns how many bytes there were."""
        while self.at % 8:
            expect(self.bit() == 0, "vocabulary: spare bits that are not 0")
        return self.at // 8


def read_below(bits, count):
    """A number below `count`."""
    width = count.bit_length() - 1
    number = bits.number(width)
    return number + (bits.bit() << width) if number + 2**width < count else number


def read_code(bits, symbol, depth=0):
    """A prefix code as pairs of what follows a 0 and a 1."""
    expect(depth <= 64, "vocabulary: a code is too deep")
    return tuple(symbol() if bits.bit() else read_code(bits, symbol, depth + 1) for _ in range(2))


def decode(bits, code):
    expect(code is not None, "vocabulary: a context without a code")
    while isinstance(code, tuple):
        code = code[bits.bit()]
    return code


def read_block(bits, codes, count):
    """The words of a block."""
    words, before = [], b""
    for place in range(count):
        shared = 0 if place == 0 else decode(bits, codes[512 + min(len(before), 31)])
        expect(shared <= min(len(before), 63), "vocabulary: more bytes are shared than there are")
        word = bytearray(before[:shared])
        context = 256 + (before[shared] if shared < len(before) else 0)
        while (symbol := decode(bits, codes[context])) != END:
            word.append(symbol)
            context = symbol
            if symbol >= 192 and len(word) > 1:
                context = 544 + (3 * word[-2] + symbol) % 256
        before = bytes(word)
        words.append(before)
    return words


def read_words(data, rows):
    """The words of all rows, as bytes."""
    bits = Bits(data)

    def plain():
        symbol = bits.number(9)
        expect(symbol <= END, f"vocabulary: symbol {symbol}")
        return symbol

    symbols = read_code(bits, plain)
    codes = [read_code(bits, lambda: decode(bits, symbols)) if bits.bit() else None for _ in range(CONTEXTS)]
    order = list(range(rows))
    if bits.bit():
        order = [read_below(bits, rows) for _ in range(rows)]
        expect(sorted(order) == list(range(rows)), "vocabulary: the rows are no permutation")
    width, blocks = bits.number(5), -(-rows // BLOCK)
    lengths = [bits.number(width) for _ in range(blocks)][::-1]
    at = bits.spare()
    expect(at + sum(lengths) == len(data), "vocabulary: the blocks do not fill the tensor")
    words = []
    for block, length in enumerate(lengths):
        bits = Bits(data[at : at + length])
        words += read_block(bits, codes, min(BLOCK, rows - block * BLOCK))
        expect(bits.spare() == length, "vocabulary: bytes after the last word of a block")
        at += length
    expect(all((a, i) < (b, j) for a, b, i, j in zip(words, words[1:], order, order[1:])), "vocabulary: out of order")
    return [word for _, word in sorted(zip(order, words))]


def read_counts(codes, levels):
    """The counts of all rows."""
    counts = levels[codes]
    expect(bool((counts >= 0).all() and (counts < float("inf")).all()), "vocabulary: counts must be 0 or more")
    return counts
