"""What every peer script shares: it does one job and prints one line of JSON."""
import json
import resource
import sys
import time


def run(job, check=None):
    """Times `job()` after the imports; `check(result)` adds figures that are not timed."""
    start = time.perf_counter()
    result = job()
    figures = {"seconds": time.perf_counter() - start}
    figures["peakMemoryBytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    if check is not None:
        figures.update(check(*result))
    json.dump(figures, sys.stdout)


def factor_error(a, left, right):
    """‖A − left·right‖F / ‖A‖F, by blocks of rows."""
    import numpy as np

    error = norm = 0.0
    for start in range(0, len(a), 65536):
        block = a[start : start + 65536]
        rest = block - left[start : start + 65536] @ right
        error += float(np.einsum("ij,ij->", rest, rest, dtype="f8"))
        norm += float(np.einsum("ij,ij->", block, block, dtype="f8"))
    return {"relativeError": (error / norm) ** 0.5}
