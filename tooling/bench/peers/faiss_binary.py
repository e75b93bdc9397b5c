"""faiss_binary.py IN.npy QUERIES: faiss IndexBinaryFlat on the signs of a table, the 10 nearest of some rows, on one thread."""
import json
import resource
import sys
import time

import faiss
import numpy as np

faiss.omp_set_num_threads(1)
a = np.load(sys.argv[1], mmap_mode="r")
rows, dim = a.shape
codes = np.concatenate([np.packbits(a[i : i + 65536] >= 0, axis=1, bitorder="little") for i in range(0, rows, 65536)])
index = faiss.IndexBinaryFlat(dim)
index.add(codes)
queries = int(sys.argv[2])
asked = [codes[q * rows // queries][None] for q in range(queries)]
index.search(asked[0], 10)
start = time.perf_counter()
distances = sum(int(index.search(query, 10)[0].sum()) for query in asked)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "peakMemoryBytes": peak, "distances": distances}))
