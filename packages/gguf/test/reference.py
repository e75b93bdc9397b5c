"""What gguf-py makes of bytes and of values, for the tests beside this file.

    python3 reference.py golden           writes golden.json: blocks of random bytes decoded, and errors of its encoders
    python3 reference.py decode TYPE      bytes of blocks on stdin to hexadecimal digits of float32
    python3 reference.py errors DIM       float32 rows on stdin to the squared error of each type, by gguf-py, of IQ4_NL by llama.cpp's way
    python3 reference.py read FILE NAME   a tensor of a file, its type and its values
    python3 reference.py read-all NAME FILE…   its values in each file, null where they cannot be read
"""
import json
import os
import sys

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

DECODED = ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "IQ4_NL", "MXFP4", "Q4_K", "Q5_K", "Q6_K"]
ENCODED = ["Q8_0", "Q5_0", "Q4_0", "Q4_1", "MXFP4"]


def decode(name, data):
    with np.errstate(all="ignore"):
        return gguf.quants.dequantize(np.frombuffer(data, np.uint8), Type[name]).astype(np.float32).ravel()


def finite_blocks(name, count, random):
    """Random blocks that stand for finite numbers."""
    _, size = gguf.GGML_QUANT_SIZES[Type[name]]
    blocks = []
    while len(blocks) < count:
        data = random.integers(0, 256, size, np.uint8).tobytes()
        if np.isfinite(decode(name, data)).all():
            blocks.append(data)
    return b"".join(blocks)


LEVELS = np.array([-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113], np.float32)


def nearest(values):
    return LEVELS[np.argmin(np.abs(values[..., None] - LEVELS), axis=-1)]


def unequal(rows):
    """IQ4_NL as llama.cpp's own tool chooses scales (`quantize_iq4_nl`), which gguf-py does not write: fifteen of them by squared error
    weighted with the squares of the values, then nearest levels."""
    x = rows.reshape(-1, 32).astype(np.float64)
    extreme = np.take_along_axis(x, np.abs(x).argmax(axis=1)[:, None], axis=1)
    scale = np.zeros_like(extreme)
    best = np.zeros_like(extreme)
    for steps in [127.0] + [LEVELS[0] + step for step in range(-7, 8)]:
        with np.errstate(all="ignore"):
            l = nearest(np.where(extreme == 0, 0, x * (steps / extreme)).astype(np.float32)).astype(np.float64)
        xl, ll = (x**3 * l).sum(axis=1, keepdims=True), (x**2 * l * l).sum(axis=1, keepdims=True)
        with np.errstate(all="ignore"):
            better = (ll > 0) & (xl**2 > best * ll)
            scale = np.where(better, xl / ll, scale)
            best = np.where(better, xl**2 / ll, best)
    with np.errstate(all="ignore"):
        l = nearest(np.where(scale == 0, 0, x / scale).astype(np.float32))
    return (scale.astype(np.float16).astype(np.float32) * l).reshape(rows.shape)


def errors(rows):
    out = {"IQ4_NL": float(np.sum((rows.astype(np.float64) - unequal(rows)) ** 2))}
    for name in ENCODED:
        back = gguf.quants.dequantize(gguf.quants.quantize(rows, Type[name]), Type[name])
        out[name] = float(np.sum((rows.astype(np.float64) - back) ** 2))
    return out


def golden():
    random = np.random.default_rng(7)
    decoded = {}
    for name in DECODED:
        data = finite_blocks(name, 32 if name in ("F32", "F16", "BF16") else 4, random)
        decoded[name] = {"bytes": data.hex(), "values": decode(name, data).tobytes().hex()}
    rows = random.standard_normal((16, 64)).astype(np.float32)
    made = {"gguf": getattr(gguf, "__version__", "0.19.0"), "decoded": decoded, "rows": rows.tobytes().hex(), "errors": errors(rows)}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json")
    with open(path, "w") as file:
        json.dump(made, file, indent=1)
        file.write("\n")


def read(path, name):
    reader = gguf.GGUFReader(path)
    tensor = next(tensor for tensor in reader.tensors if tensor.name == name)
    values = gguf.quants.dequantize(np.asarray(tensor.data), tensor.tensor_type).astype(np.float32)
    tokens = reader.fields.get("tokenizer.ggml.tokens")
    return {
        "type": tensor.tensor_type.name,
        "shape": list(reversed([int(size) for size in tensor.shape])),
        "values": values.tobytes().hex(),
        "tokens": tokens.contents() if tokens else None,
    }


def read_all(name, paths):
    found = {}
    for path in paths:
        try:
            with np.errstate(all="ignore"):
                found[path] = read(path, name)["values"]
        except Exception:  # whatever it is, gguf-py does not read the file
            found[path] = None
    return found


def main():
    command, *args = sys.argv[1:]
    if command == "golden":
        golden()
    elif command == "decode":
        print(json.dumps(decode(args[0], sys.stdin.buffer.read()).tobytes().hex()))
    elif command == "errors":
        rows = np.frombuffer(sys.stdin.buffer.read(), np.float32).reshape(-1, int(args[0]))
        print(json.dumps(errors(rows)))
    elif command == "read":
        print(json.dumps(read(*args)))
    elif command == "read-all":
        print(json.dumps(read_all(args[0], args[1:])))


main()
