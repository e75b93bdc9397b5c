"""faiss_scalar.py IN.npy QUERIES: faiss IndexScalarQuantizer, 8 bits, inner products of rows of length 1, the 10 nearest of some rows, on one thread.

Seconds are those of user CPU; recall is the share of the 10 that faiss IndexFlatIP on the table itself finds, on twenty of the queries."""
import json
import resource
import sys
import time

import faiss
import numpy as np

faiss.omp_set_num_threads(1)
a = np.array(np.load(sys.argv[1]), dtype=np.float32)
faiss.normalize_L2(a)
rows, dim = a.shape
queries = int(sys.argv[2])
ids = [q * rows // queries for q in range(queries)]
index = faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
index.train(a[:: max(1, rows // 65536)])
index.add(a)
asked = a[ids]
index.search(asked[:1], 11)
start = time.process_time()
found = [index.search(query[None], 11)[1][0] for query in asked]
seconds = time.process_time() - start
flat = faiss.IndexFlatIP(dim)
flat.add(a)
some = range(0, queries, -(-queries // 20))
exact = flat.search(asked[list(some)], 11)[1]
kept = sum(len(set(exact[i].tolist()) & set(found[q].tolist()) - {ids[q]}) for i, q in enumerate(some)) / (10 * len(some))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "peakMemoryBytes": peak, "extraBytes": rows * dim, "recall": kept}))
