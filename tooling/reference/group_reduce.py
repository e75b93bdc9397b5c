"""GroupReduce (Chen et al. 2018, Algorithm 1) in NumPy and float64, from the paper's description: what tests compare with.

Reads float32 from standard input: the values of a rows x dim table, then a weight above 0 for each row. Arguments: rows, dim,
groups, least rank, iterations, share of rows to move, fewest rows that would move. Prints JSON: the group of each row after
every iteration, and at the end ranks and, for each group, the projector on its subspace and its left factor times its right.

What the paper leaves open is as in @slimbed/groupreduce: groups of as many rows each by falling weight (equal weights by row);
rank floor(least * mean / least mean), and all of dim where factors would take as many values as the rows; equal losses by row;
a row stays where it loses no more than elsewhere.
"""

import json
import sys

import numpy as np

rows, dim, groups, least, iterations = (int(text) for text in sys.argv[1:6])
share, fewest = float(sys.argv[6]), int(sys.argv[7])
values = np.frombuffer(sys.stdin.buffer.read(), '<f4').astype('f8')
a, q = values[: rows * dim].reshape(rows, dim), values[rows * dim :]

order = np.argsort(-q, kind='stable')
ends = np.floor(np.arange(1, groups + 1) * rows / groups + 0.5).astype(int)
group = np.empty(rows, int)
for p, (start, end) in enumerate(zip([0, *ends], ends)):
    group[order[start:end]] = p


def settled(size, rank):
    return dim if rank * (size + dim) >= size * dim else rank


def basis(p):
    """The leading right singular vectors of sqrt(Q) A over the rows of a group."""
    own = group == p
    return np.linalg.svd(np.sqrt(q[own])[:, None] * a[own])[2][: ranks[p]]


means = np.array([q[group == p].mean() for p in range(groups)])
sizes = np.bincount(group, minlength=groups)
ranks = [settled(sizes[p], min(dim, max(1, int(least * means[p] / means.min() + 1e-9)))) for p in range(groups)]
bases = [basis(p) for p in range(groups)]
history = [group.tolist()]
for _ in range(iterations):
    errors = np.stack([((a - a @ v.T @ v) ** 2).sum(1) if len(v) < dim else np.zeros(rows) for v in bases], 1)
    here = errors[np.arange(rows), group]
    best = errors.argmin(1)
    would = np.flatnonzero(errors[np.arange(rows), best] < here)
    if len(would) < fewest:
        break
    loss = errors[would, best[would]]
    go = would[np.argsort(loss, kind='stable')][: int(np.ceil(share * len(would)))]
    group[go] = best[go]
    sizes = np.bincount(group, minlength=groups)
    ranks = [settled(sizes[p], ranks[p]) for p in range(groups)]
    bases = [basis(p) for p in range(groups)]
    history.append(group.tolist())

rebuilt = np.empty_like(a)
for p, v in enumerate(bases):
    own = group == p
    rebuilt[own] = a[own] @ v.T @ v
projectors = [(v.T @ v).ravel().tolist() for v in bases]
print(json.dumps({'history': history, 'ranks': ranks, 'projectors': projectors, 'rebuilt': rebuilt.ravel().tolist()}))
