"""numpy_svd.py IN.npy OUT.npz RANK: gram, eigh and projection with NumPy, file to file."""
import sys

import numpy as np
from common import factor_error, run


def job():
    a = np.load(sys.argv[1])
    _, vectors = np.linalg.eigh(a.T @ a)
    right = np.ascontiguousarray(vectors[:, ::-1][:, : int(sys.argv[3])].T)
    left = a @ right.T
    np.savez(sys.argv[2], left=left, right=right)
    return a, left, right


run(job, factor_error)
