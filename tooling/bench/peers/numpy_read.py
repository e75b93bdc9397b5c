"""numpy_read.py FILE DIM: reads the numbers alone of GloVe text with numpy.loadtxt."""
import sys

import numpy as np
from common import run

columns = range(1, int(sys.argv[2]) + 1)
run(lambda: np.loadtxt(sys.argv[1], dtype="f4", usecols=columns, comments=None))
