"""Reads every file that slimbed has read with another reader, and prints as JSON where they differ.

    python3 compare.py FOLDER

FOLDER has cases.jsonl, values.bin (float32) and cases/N/FILE.
"""

import json
import pathlib
import sys

import numpy as np

from readers import Refused, read

folder = pathlib.Path(sys.argv[1])
values = np.fromfile(folder / "values.bin", "<f4")
compared, differ, refused, unknown = {}, [], [], {}


def difference(case, found):
    """What differs, or None."""
    if "counts" in case:
        ours = [[word, float(count)] for word, count in case["counts"]]
        return None if ours == found else f"counts {ours[:5]} and {found[:5]}"
    if "dim" not in case:
        return None if case["words"] == found else f"words {case['words'][:5]} and {found[:5]}"
    theirs, words, slack = found
    ours = values[case["at"] : case["at"] + case["count"]].reshape(-1, case["dim"])
    if case["as"] == "artefact":
        theirs = theirs[: len(ours)]
    if ours.shape != theirs.shape:
        return f"shape {ours.shape} and {theirs.shape}"
    own = case.get("words")
    if case["as"] in ("txt", "vec") and own is not None and words is not None:
        # Spaces around words are told of; where lines are cut at tabs, this reader keeps them, too.
        own, words = ([word.strip(" ") for word in some] for some in (own, words))
    if words is not None and words != own:
        return f"words {case.get('words', [])[:5]} and {words[:5]}"
    if slack is None:
        same = ours.view("<u4") == theirs.astype("<f4").view("<u4")
    else:
        # Sums of products: damaged factors may be large, and their sums not finite.
        finite = np.abs(theirs[np.isfinite(theirs)]).max(initial=1e-30)
        same = (np.abs(ours - theirs) <= slack * finite) | (ours == theirs) | ~np.isfinite(ours) & ~np.isfinite(theirs)
    if same.all():
        return None
    row, column = np.argwhere(~same)[0]
    return f"row {row}, column {column}: {ours[row, column]} and {theirs[row, column]}"


for line in open(folder / "cases.jsonl", encoding="utf-8"):
    case = json.loads(line)
    if case["outcome"] != "read" or "as" not in case:
        continue
    kind = case["as"]
    path = folder / "cases" / str(case["i"]) / case["target"]
    try:
        found = read(kind, path, case)
    except Refused as error:
        refused.append({"i": case["i"], "as": kind, "reason": str(error), "warned": bool(case.get("warnings"))})
        continue
    compared[kind] = compared.get(kind, 0) + 1
    different = difference(case, found)
    if different:
        differ.append({"i": case["i"], "as": kind, "name": case["name"], "how": case["how"], "why": different})

print(json.dumps({"compared": compared, "differ": differ, "refused": refused}))
