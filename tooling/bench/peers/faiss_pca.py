"""faiss_pca.py IN.npy OUT.npz RANK: faiss PCAMatrix, file to file. It centres the rows, which the others do not."""
import sys

import faiss
import numpy as np
from common import run


def job():
    a = np.load(sys.argv[1])
    pca = faiss.PCAMatrix(a.shape[1], int(sys.argv[3]))
    pca.train(a)
    np.savez(sys.argv[2], left=pca.apply_py(a), right=faiss.vector_to_array(pca.A))


run(job)
