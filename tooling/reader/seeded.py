"""Tables that follow from a seed, by docs/format.md alone."""

import math

import numpy as np


def number(seed, i):
    h = (seed + (i + 1) * 0x9E3779B9) & 0xFFFFFFFF
    h = (h ^ h >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    h = (h ^ h >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return h ^ h >> 16


def logarithm(x):
    exponent = 0
    while x < math.sqrt(0.5):
        x, exponent = 2 * x, exponent - 1
    z = (x - 1) / (x + 1)
    total = 0.0
    for k in range(21, 0, -2):
        total = total * (z * z) + 1 / k
    return 2 * z * total + exponent * 0.6931471805599453


def pair(seed, i):
    own = number(seed, i)
    for turn in range(0, 2**32, 2):
        u, v = ((number(own, turn + k) + 0.5) / 2**31 - 1 for k in (0, 1))
        square = u * u + v * v
        if square < 1:
            factor = math.sqrt(-2 * logarithm(square) / square)
            return u * factor, v * factor


def gaussian(rows, dim, seed):
    pairs = [pair(seed, i) for i in range((rows * dim + 1) // 2)]
    return np.array(pairs, np.float64).reshape(-1)[: rows * dim].reshape(rows, dim).astype(np.float32)


def hadamard(dim, seed):
    size = 1 << (dim.bit_length() - 1)
    matrix = np.eye(dim)
    for turn in range(3):
        matrix *= [-1 if number(seed, turn * dim + j) >= 2**31 else 1 for j in range(dim)]
        first = dim - size if turn == 1 else 0
        block = matrix[:, first : first + size]
        half = 1
        while half < size:
            halves = block.reshape(dim, -1, 2, half)
            a, b = halves[:, :, 0].copy(), halves[:, :, 1].copy()
            block = np.stack([a + b, a - b], axis=2).reshape(dim, size)
            half *= 2
        matrix[:, first : first + size] = block * (1 / math.sqrt(size))
    return matrix.astype(np.float32)
