"""What today's tools make of the encoder: whole models, and models whose products alone are small, for a table to be made small after.

    pip install onnxruntime onnx onnx-ir
    python models.py model.onnx folder
"""

import sys
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.transformers.float16 import convert_float_to_float16

source, folder = sys.argv[1], Path(sys.argv[2])
folder.mkdir(exist_ok=True)


def blocks(name, **options):
    quantizer = MatMulNBitsQuantizer(onnx.load(source), **options)
    quantizer.process()
    quantizer.model.save_model_to_file(str(folder / name), False)


def dynamic(name, **options):
    quantize_dynamic(source, folder / name, weight_type=QuantType.QInt8, **options)


onnx.save(convert_float_to_float16(onnx.load(source), keep_io_types=True), folder / "float16.onnx")
dynamic("q8.onnx")
dynamic("q8-channel.onnx", per_channel=True)
dynamic("q8-channel-body.onnx", per_channel=True, op_types_to_quantize=["MatMul"])
blocks("q4-body.onnx", bits=4, block_size=32, is_symmetric=True, op_types_to_quantize=("MatMul",))
blocks("q4-asymmetric-body.onnx", bits=4, block_size=32, is_symmetric=False, op_types_to_quantize=("MatMul",))
for name, symmetric in [("q4-all.onnx", True), ("q4-asymmetric-all.onnx", False)]:
    blocks(name, bits=4, block_size=32, is_symmetric=symmetric, op_types_to_quantize=("MatMul", "Gather"))
blocks("w8-body.onnx", bits=8, block_size=128, is_symmetric=True, accuracy_level=4, op_types_to_quantize=("MatMul",))
