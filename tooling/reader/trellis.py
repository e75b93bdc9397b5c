"""The values of a `trellis` node, by docs/format.md alone: plain Python, so slow."""

import struct

POLYNOMIALS = {8: (0o4, 0o13), 16: (0o4, 0o23), 32: (0o10, 0o45), 64: (0o24, 0o103), 128: (0o126, 0o235), 256: (0o362, 0o515)}


def parity(bits):
    return bin(bits).count("1") % 2


def read_tables(data, gains, contexts):
    """The table of the gains and those of the contexts, as (frequencies, shifts)."""
    tables, at = [], 0
    for index in range(contexts + 1):
        count = gains - 1
        if index > 0:
            count, at = data[at], at + 1
            if not 1 <= count <= 48:
                raise ValueError(f"table {index} has {count} tokens")
        frequencies = []
        for _ in range(count):
            frequency, at = data[at], at + 1
            if frequency > 127:
                frequency, at = frequency % 128 + 128 * data[at], at + 1
            frequencies.append(frequency)
        frequencies.append(4096 - sum(frequencies))
        if min(frequencies) < 1:
            raise ValueError(f"table {index} does not add up")
        shifts = [byte - 256 * (byte > 127) for byte in data[at : at + min(count, 3)]] if index > 0 else []
        at += len(shifts)
        tables.append((frequencies, shifts))
    if at != len(data):
        raise ValueError("bytes after the last table")
    return tables


class Block:
    """The decoder of one block."""

    def __init__(self, data):
        self.data, self.at, self.x = data, 3, int.from_bytes(data[:3], "little")

    def refill(self):
        while self.x < 1 << 16:
            self.x, self.at = self.x * 256 + self.data[self.at], self.at + 1

    def symbol(self, frequencies):
        place, start, symbol = self.x % 4096, 0, 0
        while place >= start + frequencies[symbol]:
            start, symbol = start + frequencies[symbol], symbol + 1
        self.x = frequencies[symbol] * (self.x // 4096) + place - start
        self.refill()
        return symbol

    def bits(self, count):
        value = 0
        for done in range(0, count, 8):
            some = min(8, count - done)
            value, self.x = value + (self.x % (1 << some) << done), self.x >> some
            self.refill()
        return value


def decode(config, classes, tables, lengths, stream):
    """The values, float64 that float32 holds, row after row; the tensors are bytes and lists of integers."""
    rows, states, step, gains, gain_step = (config[name] for name in ("rows", "states", "step", "gains", "gainStep"))
    first, second = (polynomial >> 1 for polynomial in POLYNOMIALS[states])
    model = read_tables(tables, gains, 2 * (max(classes) + gain_step * (gains - 1) + 1))
    values, begin, row = [], 0, 0
    for length in lengths:
        block, begin = Block(stream[begin : begin + length]), begin + length
        for row in range(row, min(row + config["block"], rows)):
            gain, state = block.symbol(model[0][0]) if gains > 1 else 0, 0
            for column_class in classes:
                quantizer = parity(state & first)
                frequencies, shifts = model[1 + 2 * (column_class + gain_step * gain) + quantizer]
                k = block.symbol(frequencies)
                if k == len(frequencies) - 1:
                    k += block.bits(20)
                elif k >= 16:
                    extra = k // 2 - 5
                    k = (2 + k % 2 << extra) + block.bits(extra)
                sign = 1 - 2 * block.bits(1) if k else 0
                value = sign * (2 * k - quantizer - shifts[min(k, len(shifts)) - 1] / 64) * step
                values.append(struct.unpack("<f", struct.pack("<f", value))[0] if k else 0.0)
                state = 2 * state % states + (parity(state & second) ^ k % 2)
        row += 1
        if block.x != 1 << 16 or block.at != length:
            raise ValueError(f"the block that ends before row {row} is damaged")
    if begin != len(stream) or row != rows:
        raise ValueError("the blocks do not cover the stream")
    return values
