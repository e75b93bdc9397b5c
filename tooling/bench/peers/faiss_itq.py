"""faiss_itq.py IN.npy OUT: faiss ITQTransform learned from 50,000 rows, then the signs of all, file to file."""
import sys

import faiss
import numpy as np
from common import run


def job():
    a = np.load(sys.argv[1])
    itq = faiss.ITQTransform(a.shape[1], a.shape[1], True)
    itq.train(a[np.random.RandomState(0).choice(len(a), min(len(a), 50_000), replace=False)])
    np.packbits(itq.apply(a) >= 0, axis=1, bitorder="little").tofile(sys.argv[2])


run(job)
