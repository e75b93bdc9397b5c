"""faiss_quantize.py IN.npy OUT: faiss ScalarQuantizer, 8 bits (one range a column), file to file."""
import sys

import faiss
import numpy as np
from common import run


def job():
    a = np.load(sys.argv[1])
    index = faiss.IndexScalarQuantizer(a.shape[1], faiss.ScalarQuantizer.QT_8bit)
    index.train(a)
    index.add(a)
    faiss.write_index(index, sys.argv[2])


run(job)
