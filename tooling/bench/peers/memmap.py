"""memmap.py FILE BATCH SECONDS ORDER: rows of a memory-mapped .npy, as disk/read.ts reads those of an artefact."""
import json
import resource
import sys
import time

import numpy

path, batch, seconds, order = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
table = numpy.load(path, mmap_mode="r")
rows = len(table)
random = numpy.random.default_rng(0)
count = -(-200_000 // batch)
if order == "uniform":
    ids = random.integers(0, rows, (count, batch))
else:
    rank = numpy.minimum(rows - 1, ((rows + 1) ** random.random((count, batch))).astype(numpy.int64) - 1)
    ids = rank * 7_368_787 % rows
batches = [int(one[0]) for one in ids] if batch == 1 else list(ids)
start = time.perf_counter()
done, i, total = 0, 0, 0.0
while time.perf_counter() - start < seconds:
    total += numpy.array(table[batches[i]]).flat[0]
    done += batch
    i = (i + 1) % count
rate = done / (time.perf_counter() - start)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"rate": rate, "peakMemoryBytes": peak}))
