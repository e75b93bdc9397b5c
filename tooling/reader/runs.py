"""Levels of rows, by docs/format.md alone."""

import numpy as np

from kinds import expect


def row_levels(data, count, rows):
    """The level of each row, from runs of rows."""
    levels, number, unit = [], 0, 1
    for byte in data:
        number += (byte & 127) * unit
        unit *= 128
        if byte < 128:
            expect(count <= number <= count * (rows + 1), "a run of too few or too many rows")
            levels += [number % count] * (number // count)
            number, unit = 0, 1
    expect(unit == 1 and len(levels) == rows, "runs that do not cover the rows")
    return np.array(levels, np.int64)
