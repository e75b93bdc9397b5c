"""numpy_lookup.py IN.npy MODE COUNT: rows looked up in batches of 1,000: copied, from 8-bit codes, or multiplied at rank 75."""
import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
from common import run

path, mode, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
a = np.load(path)
rows, dim = a.shape
ids = np.random.default_rng(1).integers(0, rows, count)
out = np.empty((1000, dim), "f4")
if mode == "codes":
    scale = (np.abs(a).max(1, keepdims=True) / 127.5).astype("f4")
    codes = np.clip(np.round(a / scale + 127.5), 0, 255).astype("u1")
if mode == "product":
    left = np.ascontiguousarray(a[:, :75])
    right = np.ascontiguousarray(a[:75])


def look(some):
    if mode == "copy":
        np.take(a, some, axis=0, out=out[: len(some)], mode="clip")
    elif mode == "codes":
        np.subtract(codes[some], np.float32(127.5), out=out[: len(some)])
        np.multiply(out[: len(some)], scale[some], out=out[: len(some)])
    else:
        np.matmul(left[some], right, out=out[: len(some)])


def job():
    for at in range(0, count, 1000):
        look(ids[at : at + 1000])


for at in range(0, count // 10, 1000):
    look(ids[at : at + 1000])
run(job)
