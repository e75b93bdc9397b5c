"""What the nodes of a table stand for, by docs/format.md alone."""

import numpy as np

import trellis


class CorruptFile(ValueError):
    """The file is not what docs/format.md says."""


def expect(condition, message):
    if not condition:
        raise CorruptFile(message)


def floats(tensor):
    """A float tensor as float64, which holds every value exactly."""
    dtype, array = tensor
    if dtype == "BF16":
        array = (array.astype("<u4") << 16).view("<f4")
    return array.astype(np.float64)


def codes_of(codes, dim, bits):
    """The numbers of rows of `dim` codes."""
    stream = np.unpackbits(codes, axis=1, bitorder="little")[:, : dim * bits]
    return stream.reshape(len(codes), dim, bits) @ (1 << np.arange(bits))


def quantized(config, tensors):
    dim, bits = config["dim"], config["bits"]
    values = codes_of(tensors["codes"][1], dim, bits).astype(np.float64)
    column_group = np.arange(dim) // config["groupSize"]
    scale = floats(tensors["scale"])[:, column_group]
    zero = floats(tensors["zero"])[:, column_group] if "zero" in tensors else config["zero"]
    return ((values - zero) * scale).astype(np.float32)


def nonuniform(config, tensors):
    dim = config["dim"]
    values = floats(tensors["levels"])[codes_of(tensors["codes"][1], dim, config["bits"])]
    dtype, scale = tensors["scale"]
    expect((dtype == "U8") == ("least" in config), "a scale of U8 has least and ratio")
    if dtype == "U8":
        steps = [0.0, config["least"]]
        while len(steps) < 256:
            steps.append(steps[-1] * config["ratio"])
        scale = np.array(steps)[scale]
    else:
        scale = floats(tensors["scale"])
    return (values * scale[:, np.arange(dim) // config["groupSize"]]).astype(np.float32)


def partition(group, children):
    out = np.empty((len(group), children["0"].shape[1]), np.float32)
    for name, part in children.items():
        rows = np.flatnonzero(group == int(name))
        expect(len(rows) == len(part), f"part {name} has {len(part)} rows for {len(rows)} members")
        out[rows] = part
    return out


def packed(index, rows, bits):
    """The numbers of an index of `bits` bits a row."""
    stream = np.unpackbits(index, bitorder="little")[: rows * bits].reshape(rows, bits)
    return stream @ (1 << np.arange(bits))


def entropy_coded(config, own):
    classes, lengths = own["classes"][1].tolist(), own["lengths"][1].tolist()
    values = trellis.decode(config, classes, own["tables"][1].tobytes(), lengths, own["stream"][1].tobytes())
    return np.array(values, np.float32).reshape(config["rows"], len(classes))


def bitshift(rows, window, own, levels):
    bits, scale = own["bits"][1].astype(int), floats(own["scale"])
    gains = floats(own["gains"]) if "gains" in own else np.ones(1)
    gain_bits = len(gains).bit_length() - 1
    row_bits = gain_bits + bits.sum()
    stream = np.unpackbits(own["stream"][1], bitorder="little")
    expect(len(stream) == -(-rows * row_bits // 8) * 8, f"a stream of {len(stream)} bits for {rows} rows of {row_bits}")
    row = np.pad(stream[: rows * row_bits].reshape(rows, row_bits), ((0, 0), (window, 0))).astype(int)
    gain = gains[row[:, window : window + gain_bits] @ (1 << np.arange(gain_bits))]
    books = np.concatenate([levels, -levels[:, ::-1]], axis=1).astype(np.float64)
    numbers = sorted(set(bits) - {0})
    out, end = np.zeros((rows, len(bits)), np.float32), gain_bits
    for column, count in enumerate(bits):
        end += count
        if count > 0:
            states = row[:, end : end + window] @ (1 << np.arange(window))
            out[:, column] = books[numbers.index(count)][states] * scale[column] * gain
    return out


def householder(rows, dim, elements):
    basis, at = np.eye(rows, dim), rows * dim - rows * (rows - 1) // 2
    for i in reversed(range(rows)):
        at -= dim - i
        w = elements[at : at + dim - i].astype(np.float64)
        length = np.sqrt((w * w).sum())
        w = w / length if length > 0 else np.eye(dim - i)[0]
        v = w.copy()
        v[0] += -1 if w[0] < 0 else 1
        basis[i:, i:] -= np.outer(basis[i:, i:] @ v, v) / (1 + abs(w[0]))
    return basis.astype(np.float32)
