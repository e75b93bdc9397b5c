"""peers.py TABLE.npy QUERIES K [NAME ...]: what codes of faiss lose of a table, one line of JSON for each; not of those that are named.

Bytes are those of the codes, of a norm of 2 bytes a row where the code has none, and of what was learned (codebooks, rotation) at 2 bytes a
number, though faiss keeps 4. A random rotation is free: it follows from its seed.
"""
import json
import resource
import sys

import faiss
import numpy as np


def nearest(a, picked, k):
    unit = a / np.maximum(np.linalg.norm(a, axis=1, keepdims=True), 1e-30)
    scores = unit[picked] @ unit.T
    scores[np.arange(len(picked)), picked] = -np.inf
    return np.argpartition(-scores, k, axis=1)[:, :k]


def measured(a, b, picked, k, exact):
    a64, b64 = a.astype("f8"), b.astype("f8")
    norms = np.linalg.norm(a64, axis=1) * np.linalg.norm(b64, axis=1)
    cosine = np.where(norms > 0, (a64 * b64).sum(1) / np.maximum(norms, 1e-300), 0)
    found = nearest(b, picked, k)
    kept = np.mean([len(np.intersect1d(x, y)) / k for x, y in zip(exact, found)])
    return {
        "error": float(((a64 - b64) ** 2).sum() / (a64**2).sum()),
        "cosine": float(cosine.mean()),
        "kept": float(kept),
    }


def rotated(dim, index):
    rotation = faiss.RandomRotationMatrix(dim, dim)
    rotation.init(1)
    return faiss.IndexPreTransform(rotation, index)


def product(dim, parts):
    return faiss.IndexPQ(dim, parts, 8)


def optimized(dim, parts):
    return faiss.IndexPreTransform(faiss.OPQMatrix(dim, parts), faiss.IndexPQ(dim, parts, 8))


def codes(rows, dim):
    """Name, family, index, bytes of what it learns, and whether rows are given to it at length 1."""
    book = 2 * 256 * dim
    for part in (50, 20, 10, 5, 2):
        if dim % part == 0:
            yield f"PQ{dim // part}", "faiss PQ", product(dim, dim // part), book, False
    for bits in (1, 2, 3, 4):
        quantizer = getattr(faiss.ScalarQuantizer, f"QT_{bits}bit_tqmse")
        yield f"TurboQuant{bits}", "faiss TurboQuant", rotated(dim, faiss.IndexScalarQuantizer(dim, quantizer)), 0, True
    for bits in (4, 6, 8):
        quantizer = getattr(faiss.ScalarQuantizer, f"QT_{bits}bit")
        yield f"SQ{bits}", "faiss SQ", faiss.IndexScalarQuantizer(dim, quantizer), 4 * dim, False
    # Training takes minutes.
    for part in (20, 10):
        if dim % part == 0:
            yield f"OPQ{dim // part}", "faiss OPQ", optimized(dim, dim // part), book + 2 * dim * dim, False


def main():
    path, queries, k = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    a = np.load(path).astype("f4")
    rows, dim = a.shape
    picked = np.unique((np.arange(queries) * rows) // queries)
    exact = nearest(a, picked, k)
    norms = np.linalg.norm(a, axis=1, keepdims=True)
    unit = a / np.maximum(norms, 1e-30)
    for name, family, index, learned, at_length_1 in codes(rows, dim):
        if name in sys.argv[4:]:
            continue
        before = resource.getrusage(resource.RUSAGE_SELF)
        given = unit if at_length_1 else a
        index.train(given)
        index.add(given)
        decoded = index.reconstruct_n(0, rows)
        if at_length_1:
            # The norm that loses least, in float16.
            scale = (a * decoded).sum(1, keepdims=True) / np.maximum((decoded**2).sum(1, keepdims=True), 1e-30)
            decoded = decoded * scale.astype("f2").astype("f4")
        after = resource.getrusage(resource.RUSAGE_SELF)
        size = index.sa_code_size() * rows + learned + (2 * rows if at_length_1 else 0)
        row = {"pipeline": name, "family": family, "bytes": size, "seconds": after.ru_utime - before.ru_utime}
        print(json.dumps({**row, **measured(a, decoded, picked, k, exact)}), flush=True)


main()
