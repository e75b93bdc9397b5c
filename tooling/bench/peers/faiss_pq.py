"""faiss_pq.py IN.npy OUT PARTS KIND: faiss IndexPQ of codes of 8 bits, behind an OPQMatrix where KIND is opq, file to file."""
import sys

import faiss
import numpy as np
from common import run


def job():
    a = np.load(sys.argv[1])
    parts, kind = int(sys.argv[3]), sys.argv[4]
    index = faiss.IndexPQ(a.shape[1], parts, 8)
    if kind == "opq":
        index = faiss.IndexPreTransform(faiss.OPQMatrix(a.shape[1], parts), index)
    index.train(a)
    index.add(a)
    faiss.write_index(index, sys.argv[2])
    return a, index


def check(a, index):
    lost = np.subtract(index.reconstruct_n(0, len(a)), a, dtype="f8")
    return {"relativeError": float(np.linalg.norm(lost) / np.linalg.norm(a.astype("f8")))}


run(job, check)
