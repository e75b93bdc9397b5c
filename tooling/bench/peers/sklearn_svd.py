"""sklearn_svd.py IN.npy OUT.npz RANK: scikit-learn's TruncatedSVD (randomized), file to file."""
import sys

import numpy as np
from common import factor_error, run
from sklearn.decomposition import TruncatedSVD


def job():
    a = np.load(sys.argv[1])
    svd = TruncatedSVD(n_components=int(sys.argv[3]), algorithm="randomized", random_state=0)
    left = svd.fit_transform(a).astype("f4", copy=False)
    right = svd.components_.astype("f4", copy=False)
    np.savez(sys.argv[2], left=left, right=right)
    return a, left, right


run(job, factor_error)
